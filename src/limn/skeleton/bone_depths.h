// How far bones point away from the camera, and how large the body is: what a picture tells beside keypoints.
#pragma once

#include <vector>

#include "limn/geometry/rotation.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// The root has no bone and says the body's size: body_size_gain times the log of (sum of all bone lengths / that at rest).
inline constexpr float body_size_gain = 2.5f;

/// joints [J] metres, camera-facing frame (z forward) -> [J] in [-1, 1]: the z of the unit vector from joint j's parent to
/// it, the root's the body's size, clamped. A mirror image has the same depths, of the other side's joints.
std::vector<float> bone_depths(const Skeleton& skeleton, const std::vector<Vec3>& joints);

/// Of all bones of the rest pose, metres.
float rest_length(const Skeleton& skeleton);

}  // namespace limn
