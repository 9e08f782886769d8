// L_skeleton: the skeleton image against the drawing of the true 2D pose.
#pragma once

#include <torch/types.h>

namespace limn {

/// predicted, truth [B C H W] in [0, 1] -> scalar: mean of (1 + 4 truth) (predicted - truth)^2. Bones cover a few
/// percent of the picture; the factor keeps an empty picture from being a good answer.
torch::Tensor skeleton_image_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

}  // namespace limn
