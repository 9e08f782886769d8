#include "limn/losses/pose3d.h"

#include <torch/torch.h>

#include "limn/cycle/pose_code.h"
#include "limn/cycle/rotation.h"

namespace limn {

torch::Tensor position_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  return ((predicted - truth).pow(2).sum(-1) + 1e-10).sqrt().mean();
}

torch::Tensor rotation_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& which) {
  return geodesic_angle(predicted.index_select(1, which), truth.index_select(1, which)).mean();
}

torch::Tensor bone_length_loss(const Skeleton& skeleton, const torch::Tensor& codes, const torch::Tensor& joints) {
  return (codes - length_codes(skeleton, joints)).abs().mean();
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
