// L_3d and L_rot: root-relative joint positions and joint rotations; bone lengths and depths.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// predicted, truth [B J 3] metres, both relative to the root -> mean distance, metres, scalar.
torch::Tensor position_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

/// predicted, truth [B J 3 3] -> mean geodesic angle over the joints of `which` [R] (int64), radians, scalar.
torch::Tensor rotation_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& which);

/// codes [B G] of the length groups (Pose3d::length_codes), joints [B J 3] metres -> mean distance of the codes from those of
/// the true bones, scalar. A distance of codes, not of lengths: a length at the end of its range still has a gradient.
torch::Tensor bone_length_loss(const Skeleton& skeleton, const torch::Tensor& codes, const torch::Tensor& joints);

/// predicted [B 3 2]; truth [B 3 3], rotations whose columns 0 and 2 are the body's left and front -> mean squared distance
/// of the two vectors, scalar.
torch::Tensor orientation_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

/// The torch twin of skeleton/bone_depths.h: joints [B J 3], rotations [B J 3 3], camera-facing frame -> [B J].
torch::Tensor bone_depths(const Skeleton& skeleton, const torch::Tensor& joints, const torch::Tensor& rotations);

}  // namespace limn
