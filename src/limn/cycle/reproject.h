// Stage 4: 3D pose -> 2D through the camera.
#pragma once

#include <torch/types.h>

namespace limn {

struct CameraTensors {
  torch::Tensor inverse_focal;  ///< [B] 1 / focal length in crop units; 0 is weak perspective
  torch::Tensor principal;      ///< [B 2] crop units
  torch::Tensor from_facing;    ///< [B 3 3] camera_from_facing (geometry/camera.h); identity where intrinsics are unknown

  CameraTensors to(torch::Device device) const;
  /// The cameras of two batches, one after the other.
  static CameraTensors joined(const CameraTensors& first, const CameraTensors& second);
};

/// joints [B J 3] metres, camera-facing frame, root at the origin; root_uv [B 2] crop units; scale [B] crop units per metre.
/// With (X, Y, Z) = camera_from_facing joint, the root stands at depth z0 = focal / scale on the ray through root_uv, so that
///   uv = principal + (scale (X, Y) + root_uv - principal) / (1 + scale Z / focal),
/// one formula for perspective and, with 1 / focal = 0, weak perspective. Depths below z0 / 10 are clamped.
/// Returns [B J 2] crop units.
torch::Tensor reproject(const torch::Tensor& joints, const torch::Tensor& root_uv, const torch::Tensor& scale,
                        const CameraTensors& camera);

}  // namespace limn
