#include "limn/losses/pose3d.h"

#include <torch/torch.h>

#include "limn/cycle/rotation.h"

namespace limn {
namespace {
constexpr double largest_code_share = 0.97;  ///< of tanh: bones at 0.62 and 1.62 of their rest length
}

torch::Tensor position_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  return ((predicted - truth).pow(2).sum(-1) + 1e-10).sqrt().mean();
}

torch::Tensor rotation_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& which) {
  return geodesic_angle(predicted.index_select(1, which), truth.index_select(1, which)).mean();
}

torch::Tensor bone_length_loss(const Skeleton& skeleton, const torch::Tensor& codes, const torch::Tensor& joints) {
  std::vector<torch::Tensor> targets;
  for (const std::vector<int>& group : skeleton.length_groups()) {
    torch::Tensor sum = torch::zeros({joints.size(0)}, joints.options());
    for (int j : group) {
      const Joint& joint = skeleton.joints()[j];
      sum = sum + (joints.select(1, j) - joints.select(1, joint.parent)).norm(2, -1) / joint.rest_offset.norm();
    }
    const torch::Tensor log = (sum / static_cast<double>(group.size())).clamp_min(1e-6).log();
    targets.push_back(torch::atanh((2 * log).clamp(-largest_code_share, largest_code_share)));
  }
  return (codes - torch::stack(targets, 1)).abs().mean();
}

torch::Tensor orientation_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor left_and_front = torch::stack({truth.select(-1, 0), truth.select(-1, 2)}, -1);
  return (predicted - left_and_front).pow(2).sum(-2).mean();
}

torch::Tensor bone_depths(const Skeleton& skeleton, const torch::Tensor& joints, const torch::Tensor& rotations) {
  std::vector<torch::Tensor> depths;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    const torch::Tensor bone =
        parent < 0 ? rotations.select(1, j).select(-1, 2) : joints.select(1, j) - joints.select(1, parent);
    depths.push_back(bone.select(-1, 2) / bone.norm(2, -1).clamp_min(1e-6));
  }
  return torch::stack(depths, 1);
}

}  // namespace limn
