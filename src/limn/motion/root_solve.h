// Where a person's root is in front of a perspective camera, from one picture.
#pragma once

#include "limn/skeleton/pose_estimate.h"

namespace limn {

/// An estimate of a place and how well it is known.
struct RootFix {
  Eigen::Vector3d position = Eigen::Vector3d::Zero();     ///< metres
  Eigen::Matrix3d information = Eigen::Matrix3d::Zero();  ///< inverse covariance, 1/m^2; 0: unknown
};

/// The root, camera frame, for which the body's joints project onto those read in the picture: least squares in metres
/// at the root's distance, weighted by confidence, joints that disagree losing their weight (Cauchy). The body is
/// person.pose with `bone_scales`, turned from the camera-facing frame by the ray to the root. The weak camera's scale
/// counts as one more reading, so that a body of which little is seen has a distance, too.
/// The fix is tight across the ray and loose along it: errors of the distance last as long as the pose that caused
/// them, so many frames do not average them away.
RootFix solve_root(const Skeleton& skeleton, const Camera& camera, const PoseEstimate& person,
                   const std::vector<float>& bone_scales);

}  // namespace limn
