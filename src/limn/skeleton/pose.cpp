#include "limn/skeleton/pose.h"

namespace limn {

Pose rest_pose(const Skeleton& skeleton) {
  Pose pose;
  pose.rotations.assign(skeleton.joint_count(), Mat3::Identity());
  pose.bone_scales.assign(skeleton.joint_count(), 1.0f);
  return pose;
}

Kinematics forward_kinematics(const Skeleton& skeleton, const Pose& pose) {
  const int count = skeleton.joint_count();
  Kinematics result;
  result.positions.resize(count);
  result.global_rotations.resize(count);
  for (int j = 0; j < count; ++j) {
    const Joint& joint = skeleton.joints()[j];
    if (joint.parent < 0) {
      result.positions[j] = pose.root_position;
      result.global_rotations[j] = pose.rotations[j];
      continue;
    }
    const Mat3& parent = result.global_rotations[joint.parent];
    result.positions[j] =
        result.positions[joint.parent] + parent * (pose.bone_scales[j] * joint.rest_offset);
    result.global_rotations[j] = parent * pose.rotations[j];
  }
  return result;
}

Pose mirrored(const Skeleton& skeleton, const Pose& pose) {
  Pose result = pose;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int source = skeleton.joints()[j].mirror;
    result.rotations[j] = mirrored(pose.rotations[source]);
    result.bone_scales[j] = pose.bone_scales[source];
  }
  result.root_position.x() = -pose.root_position.x();
  return result;
}

}  // namespace limn
