// L_prior: what a body can be, without a picture.
#pragma once

#include "limn/cycle/lift.h"

namespace limn {

/// Scalar: mean over joints of (ln bone_scale / 0.15)^2, plus the mean over the rotating joints but the root of
/// relu(angle - 2.6)^2, angle the turn away from the T-pose in radians: no joint turns much further than 150 degrees.
torch::Tensor pose_prior_loss(const Skeleton& skeleton, const torch::Tensor& rotations,
                              const torch::Tensor& bone_scales);

}  // namespace limn
