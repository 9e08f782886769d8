#include "limn/losses/keypoints.h"

#include <torch/torch.h>

namespace limn {
namespace {
constexpr double knee = 0.05;
}

torch::Tensor keypoint_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& weight) {
  const torch::Tensor square = (predicted - truth).pow(2).sum(-1);
  const torch::Tensor distance = (square + 1e-12).sqrt();
  const torch::Tensor huber = torch::where(distance < knee, square / (2 * knee), distance - knee / 2);
  return (huber * weight).sum() / weight.sum().clamp_min(1.0);
}

torch::Tensor confidence_loss(const torch::Tensor& logits, const torch::Tensor& seen) {
  return torch::binary_cross_entropy_with_logits(logits, seen, {}, {}, at::Reduction::Mean);
}

}  // namespace limn
