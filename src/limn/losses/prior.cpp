#include "limn/losses/prior.h"

#include <torch/torch.h>

#include "limn/cycle/rotation.h"

namespace limn {
namespace {
constexpr double length_deviation = 0.15;
constexpr double largest_turn = 2.6;
}  // namespace

torch::Tensor pose_prior_loss(const Skeleton& skeleton, const torch::Tensor& rotations,
                              const torch::Tensor& bone_scales) {
  std::vector<int64_t> inner;
  for (int j : skeleton.rotating_joints())
    if (skeleton.joints()[j].parent >= 0) inner.push_back(j);
  const torch::Tensor index =
      torch::tensor(inner, torch::TensorOptions().dtype(torch::kInt64).device(rotations.device()));
  const torch::Tensor turned = rotations.index_select(1, index);
  const torch::Tensor rest = torch::eye(3, rotations.options()).expand_as(turned);
  const torch::Tensor excess = torch::relu(geodesic_angle(rest, turned) - largest_turn);
  return (bone_scales.log() / length_deviation).pow(2).mean() + excess.pow(2).mean();
}

}  // namespace limn
