// L_3d and L_rot: root-relative joint positions and joint rotations.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// predicted, truth [B J 3] metres, both relative to the root -> mean distance, metres, scalar.
torch::Tensor position_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

/// predicted, truth [B J 3 3] -> mean geodesic angle over the joints of `which` [R] (int64), radians, scalar.
torch::Tensor rotation_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& which);

/// predicted [B 3 2]; truth [B 3 3], rotations whose columns 0 and 2 are the body's left and front -> mean squared distance
/// of the two vectors, scalar.
torch::Tensor orientation_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

/// The torch twin of skeleton/bone_depths.h: joints [B J 3], rotations [B J 3 3], camera-facing frame -> [B J].
torch::Tensor bone_depths(const Skeleton& skeleton, const torch::Tensor& joints, const torch::Tensor& rotations);

}  // namespace limn
