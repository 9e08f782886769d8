// Labels in a camera's frame as the scores compare them.
#pragma once

#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

/// Joints [K] in millimetres of the camera's frame, to metres about the root, camera-facing frame (geometry/camera.h).
std::vector<Vec3> facing_joints_m(const std::vector<Vec3>& camera_mm, size_t root);

}  // namespace limn
