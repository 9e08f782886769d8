// How far joint rotations are from the true ones.
#pragma once

#include <string>
#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

struct JointAngle {
  std::string joint;
  double local_deg = 0;   ///< geodesic distance of the rotations in the parent's frame; the root's in the pose's frame
  double global_deg = 0;  ///< of the rotations in the pose's frame
};

/// One for each joint that carries a rotation of its own (leaves hold the identity). Rotations [J] are local, as in
/// Pose, both poses in one frame. Error(usage) for another number of joints.
std::vector<JointAngle> joint_angles(const Skeleton& skeleton, const std::vector<Mat3>& predicted,
                                     const std::vector<Mat3>& truth);

}  // namespace limn
