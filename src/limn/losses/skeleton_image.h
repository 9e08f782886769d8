// L_skeleton: the skeleton image against the drawing of the true 2D pose.
#pragma once

#include <torch/types.h>

namespace limn {

/// predicted, truth [B C H W] in [0, 1] -> scalar: mean of (1 + 4 truth) BCE(predicted, truth), less its smallest value,
/// the entropy of the truth, so that equal pictures give 0. Bones cover a few percent of the picture: the factor keeps an
/// empty picture from being a good answer, and the cross-entropy, unlike a squared error, still has a gradient where
/// stage 1's sigmoid has settled on empty.
/// NaN where `predicted` holds one.
torch::Tensor skeleton_image_loss(const torch::Tensor& predicted, const torch::Tensor& truth);

/// The squared form, for two pictures that both learn: mean of (1 + 4 truth) (predicted - truth)^2.
torch::Tensor skeleton_image_distance(const torch::Tensor& predicted, const torch::Tensor& truth);

}  // namespace limn
