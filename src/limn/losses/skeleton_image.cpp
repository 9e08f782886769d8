#include "limn/losses/skeleton_image.h"

#include <torch/torch.h>

namespace limn {
namespace {

/// Element-wise work on two memory layouts takes ten times as long.
torch::Tensor laid_out_as(const torch::Tensor& model, const torch::Tensor& tensor) {
  return tensor.contiguous(model.suggest_memory_format());
}

}  // namespace

torch::Tensor skeleton_image_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  constexpr double smallest = 1e-6;
  const torch::Tensor drawn = laid_out_as(predicted, truth);
  const torch::Tensor p = predicted.clamp(smallest, 1 - smallest), t = drawn.clamp(smallest, 1 - smallest);
  const torch::Tensor excess = t * (t / p).log() + (1 - t) * ((1 - t) / (1 - p)).log();
  return ((1.0 + 4.0 * drawn) * excess).mean();
}

torch::Tensor skeleton_image_distance(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor drawn = laid_out_as(predicted, truth), error = predicted - drawn;
  return ((1.0 + 4.0 * drawn) * error * error).mean();
}

}  // namespace limn
