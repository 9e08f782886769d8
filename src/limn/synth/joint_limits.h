// Anatomical limits of joint rotations that no family of poses made: statistics, recordings, perturbation.
#pragma once

#include "limn/skeleton/pose.h"

namespace limn {

/// The three angles of one joint, degrees, whose ranges JointLimits holds; of the left limb and of the trunk. Right
/// limbs have the angles of their mirrored rotation.
///   hinge-like and trunk joints: about_first(a) about_second(b) about_third(c), away from the T-pose;
///   shoulder: raise, azimuth and twist of ArmAngles.
Vec3 joint_angles_deg(const Skeleton& skeleton, int joint, const Mat3& rotation);

/// Every rotation but the root's inside its ranges. Joints that the human skeleton does not have are left alone.
void clamp_to_limits(const Skeleton& skeleton, Pose& pose);

}  // namespace limn
