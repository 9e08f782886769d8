#include "limn/losses/person.h"

#include <torch/torch.h>

namespace limn {

torch::Tensor person_centre_loss(const torch::Tensor& logits, const torch::Tensor& truth, const torch::Tensor& weight) {
  const torch::Tensor p = torch::sigmoid(logits), is_centre = (truth >= 1).to(logits.scalar_type());
  const torch::Tensor log_p = torch::log_sigmoid(logits), log_not_p = torch::log_sigmoid(-logits);
  const torch::Tensor present = (1 - p).square() * log_p;
  const torch::Tensor absent = (1 - truth).pow(4) * p.square() * log_not_p;
  const torch::Tensor cost = -(is_centre * present + (1 - is_centre) * absent);
  return (weight * cost).sum() / (weight * is_centre).sum().clamp_min(1);
}

torch::Tensor person_box_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& weight) {
  const torch::Tensor cost = (predicted - truth).abs().sum(1, true);
  return (weight * cost).sum() / weight.sum().clamp_min(1e-6);
}

}  // namespace limn
