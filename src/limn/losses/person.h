// L_centre and L_box of the network that finds people.
#pragma once

#include <torch/types.h>

namespace limn {

/// logits, truth, weight [B 1 h w] -> scalar: the focal loss of Zhou et al. 2019 (eq. 1). With p = sigmoid(logit),
/// cells where truth is 1 cost -(1 - p)^2 log p, all others -(1 - truth)^4 p^2 log(1 - p); the weighted sum is divided
/// by the number of cells where truth is 1 (or by 1).
torch::Tensor person_centre_loss(const torch::Tensor& logits, const torch::Tensor& truth, const torch::Tensor& weight);

/// predicted, truth [B 4 h w], weight [B 1 h w] -> scalar: weighted mean over the cells of the sum of the four
/// absolute differences; 0 where nothing weighs.
torch::Tensor person_box_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& weight);

}  // namespace limn
