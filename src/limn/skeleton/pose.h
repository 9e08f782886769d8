// A pose of a skeleton and its forward kinematics (plain version; cycle/kinematics.h is the torch twin).
#pragma once

#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// Joint rotations are local: parent_from_joint, away from the T-pose. The root's takes the body frame to the
/// frame the pose lives in (world y-up, or camera: stated by the owner). Leaf joints hold the identity.
struct Pose {
  std::vector<Mat3> rotations;      ///< [J]
  std::vector<float> bone_scales;   ///< [J], length of joint j's offset / its rest length; root unused
  Vec3 root_position = Vec3::Zero();  ///< metres
};

/// The T-pose at the origin.
Pose rest_pose(const Skeleton& skeleton);

struct Kinematics {
  std::vector<Vec3> positions;         ///< [J] metres, in the pose's frame
  std::vector<Mat3> global_rotations;  ///< [J] frame_from_joint
};

/// G_j = G_parent R_j;  p_j = p_parent + G_parent (scale_j * rest_offset_j).
Kinematics forward_kinematics(const Skeleton& skeleton, const Pose& pose);

/// The pose seen in a mirror that negates x of its frame: left and right joints change places.
Pose mirrored(const Skeleton& skeleton, const Pose& pose);

}  // namespace limn
