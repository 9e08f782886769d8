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
  // LibTorch's cross-entropy refuses NaN, by an abort on a GPU; who trains wants to be told where it happened.
  if (!torch::isfinite(predicted.detach().sum()).item<bool>()) return predicted.sum();
  const torch::Tensor drawn = laid_out_as(predicted, truth.detach()), weight = 1.0 + 4.0 * drawn;
  return torch::binary_cross_entropy(predicted, drawn, weight) - torch::binary_cross_entropy(drawn, drawn, weight);
}

torch::Tensor skeleton_image_distance(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor drawn = laid_out_as(predicted, truth), error = predicted - drawn;
  return ((1.0 + 4.0 * drawn) * error * error).mean();
}

}  // namespace limn
