#include "limn/skeleton/bone_depths.h"

#include <algorithm>
#include <cmath>

namespace limn {

std::vector<float> bone_depths(const Skeleton& skeleton, const std::vector<Vec3>& joints) {
  std::vector<float> depths(joints.size(), 0.0f);
  float length = 0;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    if (parent < 0) continue;
    const Vec3 bone = joints[j] - joints[parent];
    depths[j] = bone.z() / std::max(1e-6f, bone.norm());
    length += bone.norm();
  }
  const float size = body_size_gain * std::log(std::max(1e-6f, length / rest_length(skeleton)));
  for (int j = 0; j < skeleton.joint_count(); ++j)
    if (skeleton.joints()[j].parent < 0) depths[j] = std::clamp(size, -1.0f, 1.0f);
  return depths;
}

float rest_length(const Skeleton& skeleton) {
  float length = 0;
  for (const Joint& joint : skeleton.joints())
    if (joint.parent >= 0) length += joint.rest_offset.norm();
  return length;
}

}  // namespace limn
