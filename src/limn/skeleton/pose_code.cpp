#include "limn/skeleton/pose_code.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {
constexpr float smallest_spread = 1e-3f;

Rotation6 reference_code(const Skeleton& skeleton, int joint) {
  return {1, 0, 0, 0, skeleton.joints()[joint].parent < 0 ? -1.0f : 1.0f, 0};
}

/// The code that an output [6] stands for.
Rotation6 code_of(const Skeleton& skeleton, int joint, const float* output) {
  Rotation6 code = reference_code(skeleton, joint);
  for (float& value : code) value += *output++;
  return code;
}

}  // namespace

int lifter_input_size(const Skeleton& skeleton, bool bone_depths) {
  return (bone_depths ? 4 : 3) * skeleton.joint_count();
}

bool lifter_reads_bone_depths(const Skeleton& skeleton, int64_t inputs) {
  return inputs == lifter_input_size(skeleton, true);
}

int lifter_output_size(const Skeleton& skeleton) {
  return static_cast<int>(6 * skeleton.rotating_joints().size() + skeleton.length_groups().size() + 3);
}

LiftNormalisation normalise_keypoints(const Keypoints& keypoints, size_t size, std::vector<float>& lifter_input) {
  const auto& [uv, confidence, bone_depths] = keypoints;
  float sum = 0;
  for (float c : confidence) sum += c;
  sum = std::max(sum, 1e-6f);
  LiftNormalisation result;
  for (size_t k = 0; k < uv.size(); ++k) result.centre += confidence[k] / sum * uv[k];
  float square = 0;
  for (size_t k = 0; k < uv.size(); ++k) square += confidence[k] / sum * (uv[k] - result.centre).squaredNorm();
  result.spread = std::max(std::sqrt(square), smallest_spread);
  lifter_input.clear();
  for (const Vec2& point : uv)
    for (int k = 0; k < 2; ++k) lifter_input.push_back((point[k] - result.centre[k]) / result.spread);
  lifter_input.insert(lifter_input.end(), confidence.begin(), confidence.end());
  if (size > lifter_input.size()) lifter_input.insert(lifter_input.end(), bone_depths.begin(), bone_depths.end());
  lifter_input.resize(size);
  return result;
}

LiftedPose decode_lifted_pose(const Skeleton& skeleton, const float* output, const LiftNormalisation& normalisation) {
  LiftedPose lifted;
  lifted.pose = rest_pose(skeleton);
  for (int j : skeleton.rotating_joints()) {
    lifted.pose.rotations[j] = rotation_from_6d(code_of(skeleton, j, output));
    output += 6;
  }
  for (const std::vector<int>& group : skeleton.length_groups()) {
    const float scale = std::exp(0.5f * std::tanh(*output++));
    for (int j : group) lifted.pose.bone_scales[j] = scale;
  }
  lifted.camera.root_uv = normalisation.centre + normalisation.spread * Vec2(output[0], output[1]);
  lifted.camera.scale = normalisation.spread * std::exp(std::clamp(output[2], -4.0f, 4.0f));
  return lifted;
}

std::vector<float> canonical_output(const Skeleton& skeleton, const float* output) {
  std::vector<float> result;
  for (const int j : skeleton.rotating_joints()) {
    const Rotation6 code = rotation_to_6d(rotation_from_6d(code_of(skeleton, j, output)));
    const Rotation6 reference = reference_code(skeleton, j);
    for (size_t i = 0; i < code.size(); ++i) result.push_back(code[i] - reference[i]);
    output += 6;
  }
  for (size_t g = 0; g < skeleton.length_groups().size(); ++g)
    result.push_back(std::clamp(*output++, -largest_canonical_log, largest_canonical_log));
  result.insert(result.end(), output, output + 3);
  return result;
}

}  // namespace limn
