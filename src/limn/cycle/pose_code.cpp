#include "limn/cycle/pose_code.h"

#include <torch/torch.h>

#include "limn/cycle/kinematics.h"
#include "limn/cycle/rotation.h"
#include "limn/cycle/shape.h"

namespace limn {
namespace {

constexpr double smallest_spread = 1e-3;
constexpr double largest_tanh = 0.97;  ///< of the true lengths' codes: beyond, they soon have no end

/// [J 6] codes that an output of zero stands for: identity, and for the root the upright figure facing the camera.
torch::Tensor reference_codes(const Skeleton& skeleton) {
  torch::Tensor codes = torch::tensor({1.f, 0.f, 0.f, 0.f, 1.f, 0.f}).repeat({skeleton.joint_count(), 1});
  for (int j = 0; j < skeleton.joint_count(); ++j)
    if (skeleton.joints()[j].parent < 0) codes[j][4] = -1.0f;
  return codes;
}

/// codes [B G] of the length groups -> [B J]; the root's scale is 1.
torch::Tensor scales_of_joints(const Skeleton& skeleton, const torch::Tensor& codes) {
  const torch::Tensor scales = torch::exp(0.5 * torch::tanh(codes));
  std::vector<int64_t> group_of(skeleton.joint_count(), static_cast<int64_t>(skeleton.length_groups().size()));
  for (size_t g = 0; g < skeleton.length_groups().size(); ++g)
    for (int j : skeleton.length_groups()[g]) group_of[j] = static_cast<int64_t>(g);
  const torch::Tensor one = torch::ones({codes.size(0), 1}, codes.options());
  return torch::cat({scales, one}, 1)
      .index_select(1, torch::tensor(group_of, torch::TensorOptions().dtype(torch::kInt64).device(codes.device())));
}

}  // namespace

torch::Tensor rotating_index(const Skeleton& skeleton, torch::Device device) {
  const std::vector<int64_t> joints(skeleton.rotating_joints().begin(), skeleton.rotating_joints().end());
  return torch::tensor(joints, torch::TensorOptions().dtype(torch::kInt64).device(device));
}

torch::Tensor length_codes(const Skeleton& skeleton, const torch::Tensor& joints) {
  std::vector<torch::Tensor> codes;
  for (const std::vector<int>& group : skeleton.length_groups()) {
    torch::Tensor sum = torch::zeros({joints.size(0)}, joints.options());
    for (int j : group) {
      const Joint& joint = skeleton.joints()[j];
      sum = sum + (joints.select(1, j) - joints.select(1, joint.parent)).norm(2, -1) / joint.rest_offset.norm();
    }
    const torch::Tensor log = (sum / static_cast<double>(group.size())).clamp_min(1e-6).log();
    codes.push_back(torch::atanh((2 * log).clamp(-largest_tanh, largest_tanh)));
  }
  return torch::stack(codes, 1);
}

NormalisedKeypoints normalise_keypoints(const torch::Tensor& keypoints, const torch::Tensor& confidence,
                                        const torch::Tensor& bone_depths) {
  const torch::Tensor weight = (confidence / confidence.sum(1, true).clamp_min(1e-6)).unsqueeze(-1);
  const torch::Tensor centre = (keypoints * weight).sum(1, true);  // [B 1 2]
  const torch::Tensor offset = keypoints - centre;
  const torch::Tensor spread =
      ((offset * offset).sum(-1, true) * weight).sum(1, true).clamp_min(smallest_spread * smallest_spread).sqrt();
  std::vector<torch::Tensor> input = {(offset / spread).flatten(1), confidence};
  if (bone_depths.defined()) input.push_back(bone_depths);
  return {torch::cat(input, 1), centre.squeeze(1), spread.flatten()};
}

Pose3d decode_lifted_pose(const Skeleton& skeleton, const torch::Tensor& output, const torch::Tensor& centre,
                          const torch::Tensor& spread) {
  const int64_t batch = output.size(0);
  const int64_t rotation_count = static_cast<int64_t>(skeleton.rotating_joints().size());
  const int64_t groups = static_cast<int64_t>(skeleton.length_groups().size());
  check_shape(output, {batch, 6 * rotation_count + groups + 3}, "lifter output");
  const torch::Tensor index = rotating_index(skeleton, output.device());
  torch::Tensor codes = reference_codes(skeleton).to(output.options()).unsqueeze(0).repeat({batch, 1, 1});
  codes = codes.index_add(1, index, output.narrow(1, 0, 6 * rotation_count).reshape({batch, rotation_count, 6}));

  Pose3d pose;
  pose.rotations = rotation_from_6d(codes);
  pose.length_codes = output.narrow(1, 6 * rotation_count, groups);
  pose.bone_scales = scales_of_joints(skeleton, pose.length_codes);
  const KinematicsTensors kinematics = forward_kinematics(skeleton, pose.rotations, pose.bone_scales);
  pose.joints = kinematics.positions;
  pose.global_rotations = kinematics.global_rotations;
  const torch::Tensor root = output.narrow(1, 6 * rotation_count + groups, 3);
  pose.root_uv = centre + spread.unsqueeze(1) * root.narrow(1, 0, 2);
  pose.scale = spread * torch::exp(root.select(1, 2).clamp(-4, 4));
  return pose;
}

}  // namespace limn
