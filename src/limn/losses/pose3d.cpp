#include "limn/losses/pose3d.h"

#include <torch/torch.h>

#include "limn/cycle/rotation.h"

namespace limn {

torch::Tensor position_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  return ((predicted - truth).pow(2).sum(-1) + 1e-10).sqrt().mean();
}

torch::Tensor rotation_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& which) {
  return geodesic_angle(predicted.index_select(1, which), truth.index_select(1, which)).mean();
}

torch::Tensor orientation_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor left_and_front = torch::stack({truth.select(-1, 0), truth.select(-1, 2)}, -1);
  return (predicted - left_and_front).pow(2).sum(-2).mean();
}

}  // namespace limn
