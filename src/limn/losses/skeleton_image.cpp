#include "limn/losses/skeleton_image.h"

#include <torch/torch.h>

namespace limn {

torch::Tensor skeleton_image_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  constexpr double smallest = 1e-6;
  const torch::Tensor p = predicted.clamp(smallest, 1 - smallest), t = truth.clamp(smallest, 1 - smallest);
  const torch::Tensor excess = t * (t / p).log() + (1 - t) * ((1 - t) / (1 - p)).log();
  return ((1.0 + 4.0 * truth) * excess).mean();
}

torch::Tensor skeleton_image_distance(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor error = predicted - truth;
  return ((1.0 + 4.0 * truth) * error * error).mean();
}

}  // namespace limn
