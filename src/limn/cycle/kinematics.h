// Differentiable forward kinematics; the torch twin of skeleton/pose.h.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/skeleton.h"

namespace limn {

struct KinematicsTensors {
  torch::Tensor positions;         ///< [B J 3] metres, root at the origin
  torch::Tensor global_rotations;  ///< [B J 3 3] frame_from_joint
};

/// rotations [B J 3 3] local (parent_from_joint), bone_scales [B J]. Walks the tree one generation at a time.
KinematicsTensors forward_kinematics(const Skeleton& skeleton, const torch::Tensor& rotations,
                                     const torch::Tensor& bone_scales);

}  // namespace limn
