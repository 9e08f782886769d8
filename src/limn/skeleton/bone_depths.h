// How far bones point away from the camera: what a picture tells beside keypoints.
#pragma once

#include <vector>

#include "limn/geometry/rotation.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// joints [J] metres and rotations [J], of which the root's turns the body into the joints' frame; camera-facing frame (z
/// forward) -> [J] in [-1, 1]: the z of the unit vector from joint j's parent to it. The root's is that of the body's front: -1
/// faces the camera. A mirror image has the same depths, of the other side's joints.
std::vector<float> bone_depths(const Skeleton& skeleton, const std::vector<Vec3>& joints, const std::vector<Mat3>& rotations);

}  // namespace limn
