#include "limn/skeleton/limb_pairs.h"

#include <map>

namespace limn {

std::vector<LimbPair> limb_pairs(const Skeleton& skeleton) {
  const std::vector<Joint>& joints = skeleton.joints();
  std::map<int, LimbPair> by_start;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    if (joints[j].mirror == j) continue;
    int start = j;  // where the limb leaves the midline
    for (int p = joints[j].parent; p >= 0 && joints[p].mirror != p; p = joints[p].parent) start = p;
    if (start < joints[start].mirror) by_start[start].emplace_back(j, joints[j].mirror);
  }
  std::vector<LimbPair> pairs;
  for (auto& [start, pair] : by_start) pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace limn
