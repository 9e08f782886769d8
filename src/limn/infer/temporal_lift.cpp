#include "limn/infer/temporal_lift.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "limn/base/error.h"

namespace limn {

TemporalLift::TemporalLift(const Skeleton& skeleton, std::shared_ptr<const PackedNetwork> lifter,
                           std::shared_ptr<const PackedNetwork> temporal_lifter, double step_s)
    : skeleton_(skeleton),
      lifter_(std::move(lifter)),
      temporal_lifter_(std::move(temporal_lifter)),
      step_s_(step_s),
      frames_(temporal_lifter_.spec().inputs.at(0).shape.channels /
              temporal_frame_size(skeleton, lifter_reads_bone_depths(skeleton, lifter_inputs()))) {}

FrameCode TemporalLift::code_of(const PoseEstimate& person) {
  FrameCode code;
  code.normalisation = normalise_keypoints({person.joints_px, person.confidence, person.bone_depths}, lifter_inputs(), code.input);
  code.output = canonical_output(skeleton_, lifter_.run({code.input})[0].data());
  return code;
}

void TemporalLift::lift(double frame_rate, std::vector<std::optional<PoseEstimate>>& people) {
  const int count = static_cast<int>(people.size());
  std::vector<std::optional<FrameCode>> codes(people.size());
  for (int t = 0; t < count; ++t)
    if (people[t]) codes[t] = code_of(*people[t]);
  std::vector<float> window, sum;
  for (int t = 0; t < count; ++t) {
    if (!people[t]) continue;
    std::vector<const FrameCode*> frames;
    for (const int frame : window_frames(t, count, frame_rate, frames_, step_s_))
      frames.push_back(frame >= 0 && codes[frame] ? &*codes[frame] : nullptr);
    fill_window(frames, window);
    const std::span<const float> correction = temporal_lifter_.run({window})[0];
    sum.resize(correction.size());
    std::transform(correction.begin(), correction.end(), codes[t]->output.begin(), sum.begin(), std::plus<>());
    require(std::all_of(sum.begin(), sum.end(), [](float value) { return std::isfinite(value); }), ErrorKind::model,
            "the networks give values that are not numbers", "temporal lifter",
            "use other weights: these are damaged or their training failed");
    LiftedPose lifted = decode_lifted_pose(skeleton_, sum.data(), codes[t]->normalisation);
    people[t]->pose = std::move(lifted.pose);
    people[t]->kinematics = forward_kinematics(skeleton_, people[t]->pose);
    people[t]->camera = lifted.camera;
  }
}

}  // namespace limn
