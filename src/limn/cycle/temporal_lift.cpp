#include "limn/cycle/temporal_lift.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"
#include "limn/skeleton/temporal_code.h"

namespace limn {
namespace {

/// rotations [B J 3 3] -> 6D codes [B R 6] of those that rotate.
torch::Tensor rotation_codes(const Skeleton& skeleton, const torch::Tensor& rotations) {
  return torch::cat({rotations.select(-1, 0), rotations.select(-1, 1)}, -1)
      .index_select(1, rotating_index(skeleton, rotations.device()));
}

torch::Tensor decoded_rotations(const Skeleton& skeleton, const torch::Tensor& output) {
  const int64_t batch = output.size(0);
  return decode_lifted_pose(skeleton, output, output.new_zeros({batch, 2}), output.new_ones({batch})).rotations;
}

}  // namespace

KeypointClips KeypointClips::to(torch::Device device) const {
  return {keypoints.to(device), confidence.to(device), bone_depths.to(device)};
}

torch::Tensor canonical_output(const Skeleton& skeleton, const torch::Tensor& output) {
  const int64_t groups = static_cast<int64_t>(skeleton.length_groups().size()), rest = output.size(1) - groups - 3;
  const torch::Tensor codes = rotation_codes(skeleton, decoded_rotations(skeleton, output)),
                      reference = rotation_codes(skeleton, decoded_rotations(skeleton, output.new_zeros({1, output.size(1)})));
  return torch::cat({(codes - reference).flatten(1),
                     output.narrow(1, rest, groups).clamp(-largest_canonical_log, largest_canonical_log),
                     output.narrow(1, rest + groups, 3)},
                    1);
}

torch::Tensor temporal_windows(const NormalisedKeypoints& frames, const torch::Tensor& output,
                               const torch::Tensor& seen, int64_t clips, int64_t length) {
  // `length` is T here; frames end to end are [S L ...].
  const int64_t reach = length / 2, count = seen.numel() / clips;
  const auto padded = [&](const torch::Tensor& values) {  // [S L C] -> [S L+2r C]
    return torch::constant_pad_nd(values, {0, 0, reach, reach}, 0);
  };
  const auto windows = [&](const torch::Tensor& values) {  // [S L C] -> [S L T C]
    return padded(values).unfold(1, length, 1).permute({0, 1, 3, 2});
  };
  const torch::Tensor mask = windows(seen.view({clips, count, 1}));
  const torch::Tensor own = torch::cat({frames.input, output}, 1).view({clips, count, -1});
  const torch::Tensor centre = frames.centre.view({clips, count, 2});
  const torch::Tensor spread = frames.spread.view({clips, count, 1});
  const torch::Tensor shift =
      ((windows(centre) - centre.unsqueeze(2)) / spread.unsqueeze(2)).clamp(-farthest_shift, farthest_shift);
  const torch::Tensor ratio = (windows(spread).clamp_min(1e-6) / spread.unsqueeze(2))
                                  .log()
                                  .clamp(-largest_log_ratio, largest_log_ratio);
  return torch::cat({windows(own), shift, ratio}, 3) * mask;
}

LiftedClips lift_over_time(const Network& lifter, const Network& temporal_lifter, const Skeleton& skeleton,
                           const KeypointClips& clips, bool training) {
  const int64_t count = clips.keypoints.size(0), frames = clips.keypoints.size(1), joints = skeleton.joint_count();
  check_shape(clips.keypoints, {count, frames, joints, 2}, "keypoints");
  check_shape(clips.confidence, {count, frames, joints}, "confidence");
  NormalisedKeypoints normalised;
  torch::Tensor output, windows;
  LiftedClips result;
  const bool depths = lifter_reads_bone_depths(skeleton, lifter.spec().inputs.at(0).shape.channels);
  const int64_t length = temporal_lifter.spec().inputs.at(0).shape.channels / temporal_frame_size(skeleton, depths);
  {
    torch::NoGradGuard no_grad;
    const torch::Tensor confidence = clips.confidence.flatten(0, 1);
    normalised = normalise_keypoints(clips.keypoints.flatten(0, 1), confidence,
                                     depths ? clips.bone_depths.flatten(0, 1) : torch::Tensor());
    output = canonical_output(skeleton, lifter.forward({normalised.input}, false)[0].flatten(1));
    result.single = decode_lifted_pose(skeleton, output, normalised.centre, normalised.spread);
    const torch::Tensor seen = (std::get<0>(confidence.max(1)) > 0).to(torch::kFloat32);
    windows = temporal_windows(normalised, output, seen, count, length).reshape({count * frames, -1}).contiguous();
  }
  const torch::Tensor correction = temporal_lifter.forward({windows}, training)[0].flatten(1);
  result.pose = decode_lifted_pose(skeleton, output + correction, normalised.centre, normalised.spread);
  return result;
}

}  // namespace limn
