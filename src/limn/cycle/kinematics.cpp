#include "limn/cycle/kinematics.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {
namespace {

/// Joints by generation: the root, its children, theirs ...
std::vector<std::vector<int64_t>> generations(const Skeleton& skeleton) {
  std::vector<int> depth(skeleton.joint_count(), 0);
  std::vector<std::vector<int64_t>> result;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    depth[j] = parent < 0 ? 0 : depth[parent] + 1;
    if (depth[j] >= static_cast<int>(result.size())) result.emplace_back();
    result[depth[j]].push_back(j);
  }
  return result;
}

}  // namespace

KinematicsTensors forward_kinematics(const Skeleton& skeleton, const torch::Tensor& rotations,
                                     const torch::Tensor& bone_scales) {
  const int64_t joints = skeleton.joint_count(), batch = rotations.size(0);
  check_shape(rotations, {-1, joints, 3, 3}, "rotations");
  check_shape(bone_scales, {batch, joints}, "bone_scales");
  torch::Tensor rest = torch::empty({joints, 3});
  for (int64_t j = 0; j < joints; ++j)
    for (int k = 0; k < 3; ++k) rest.data_ptr<float>()[3 * j + k] = skeleton.joints()[j].rest_offset[k];
  const torch::Tensor offsets = rest.to(rotations.options()).unsqueeze(0) * bone_scales.unsqueeze(-1);  // [B J 3]

  const auto levels = generations(skeleton);
  std::vector<int64_t> order, place(joints);  // joints as the levels give them; where each joint then stands
  std::vector<torch::Tensor> positions = {torch::zeros({batch, 1, 3}, rotations.options())};
  std::vector<torch::Tensor> globals = {rotations.slice(1, 0, 1)};
  for (const auto& level : levels)
    for (int64_t j : level) place[j] = static_cast<int64_t>(order.size()), order.push_back(j);
  for (size_t g = 1; g < levels.size(); ++g) {
    std::vector<int64_t> parents;  // index within the previous generation
    for (int64_t j : levels[g]) {
      const int parent = skeleton.joints()[j].parent;
      parents.push_back(place[parent] - place[levels[g - 1].front()]);
    }
    const auto index = [&](const std::vector<int64_t>& v) {
      return torch::tensor(v, torch::TensorOptions().dtype(torch::kInt64).device(rotations.device()));
    };
    const torch::Tensor from = index(parents), here = index(levels[g]);
    const torch::Tensor parent_rotation = globals.back().index_select(1, from);
    const torch::Tensor step = torch::matmul(parent_rotation, offsets.index_select(1, here).unsqueeze(-1)).squeeze(-1);
    positions.push_back(positions.back().index_select(1, from) + step);
    globals.push_back(torch::matmul(parent_rotation, rotations.index_select(1, here)));
  }
  const torch::Tensor back =
      torch::tensor(place, torch::TensorOptions().dtype(torch::kInt64).device(rotations.device()));
  return {torch::cat(positions, 1).index_select(1, back), torch::cat(globals, 1).index_select(1, back)};
}

}  // namespace limn
