#include "limn/skeleton/bone_depths.h"

#include <algorithm>

namespace limn {

std::vector<float> bone_depths(const Skeleton& skeleton, const std::vector<Vec3>& joints, const std::vector<Mat3>& rotations) {
  std::vector<float> depths;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    const Vec3 bone = parent < 0 ? Vec3(rotations[j].col(2)) : Vec3(joints[j] - joints[parent]);
    depths.push_back(bone.z() / std::max(1e-6f, bone.norm()));
  }
  return depths;
}

}  // namespace limn
