#include "limn/evaluate/bone_length.h"

#include <algorithm>

#include "limn/base/error.h"

namespace limn {

std::vector<BoneLength> bone_lengths(const Skeleton& skeleton, const std::vector<Vec3>& predicted,
                                     const std::vector<Vec3>& truth) {
  const auto joints = static_cast<size_t>(skeleton.joint_count());
  require(predicted.size() == joints && truth.size() == joints, ErrorKind::usage, "positions of another skeleton",
          skeleton.name(), "pass one position a joint");
  std::vector<BoneLength> lengths;
  for (size_t j = 0; j < joints; ++j) {
    const int parent = skeleton.joints()[j].parent;
    if (parent < 0) continue;
    const float actual = (truth[j] - truth[parent]).norm();
    lengths.push_back({skeleton.joints()[j].name, (predicted[j] - predicted[parent]).norm() / std::max(1e-6f, actual)});
  }
  return lengths;
}

}  // namespace limn
