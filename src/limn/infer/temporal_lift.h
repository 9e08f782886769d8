// Stage 3 over time: the pose of a frame from the keypoints of a window of frames about it. One frame leaves open which
// of two ways a limb points, and its misreadings stand alone; its neighbours tell.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "limn/infer/engine.h"
#include "limn/skeleton/pose_estimate.h"
#include "limn/skeleton/temporal_code.h"

namespace limn {

/// One thread at a time.
class TemporalLift {
 public:
  /// `lifter` of single frames and `temporal_lifter` of windows as skeleton/temporal_code.h describes them, frames
  /// `step_s` apart.
  TemporalLift(const Skeleton& skeleton, std::shared_ptr<const PackedNetwork> lifter,
               std::shared_ptr<const PackedNetwork> temporal_lifter, double step_s);

  /// people [T] of one person, `frame_rate` frames per second: pose, kinematics and camera of the frames that are there
  /// are lifted anew, all from the keypoints as they were. Error(model) if the networks give values that are not numbers.
  void lift(double frame_rate, std::vector<std::optional<PoseEstimate>>& people);

 private:
  int lifter_inputs() const { return lifter_.spec().inputs.at(0).shape.channels; }
  FrameCode code_of(const PoseEstimate& person);

  const Skeleton& skeleton_;
  Engine lifter_, temporal_lifter_;
  double step_s_;
  int frames_;
};

}  // namespace limn
