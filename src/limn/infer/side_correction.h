// Left and right over time: nobody's arms change places between two frames, so where a reading says so, it is wrong.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "limn/skeleton/pose_estimate.h"

namespace limn {

struct SideSettings {
  /// What it costs to doubt the reading for a second, beside what joints would have to move, in sizes of the person:
  /// exchanged limbs that jump by a fifth of the person both ways are taken back if that lasts less than about a
  /// second.
  double doubt_per_s = 0.4;
  double farthest = 0.3;  ///< longer ways, in sizes of the person, count as this one: misreadings
};

/// Stage 3: the pose of what is read of somebody in 2D (Predictor::lift).
using LiftPose = std::function<PoseEstimate(const PoseEstimate& seen)>;

/// people [T] of one person, `frame_rate` frames per second, as read frame by frame; empty ones stay so. For each pair
/// of limbs (what hangs on one joint beside the midline and on its mirror image: arms, legs, eyes ...) finds the frames
/// in which to exchange its sides so that the joints' ways and the doubt are least together (Viterbi over two states a
/// frame), exchanges keypoints, confidence and bone depths there, and lifts those frames again. Somebody who really turns crosses
/// from side to side without a jump and stays as read. The number of frames changed.
int correct_sides(const Skeleton& skeleton, double frame_rate, const SideSettings& settings, const LiftPose& lift,
                  std::vector<std::optional<PoseEstimate>>& people);

}  // namespace limn
