// Predictions of a clip made steady, without lag: every frame looks as far ahead as back.
#pragma once

#include <optional>
#include <vector>

#include "limn/skeleton/pose_estimate.h"

namespace limn {

struct SmoothingSettings {
  double window_s = 0.12;    ///< deviation of the weights in time
  double still_size = 0.04;  ///< 2D: movements of this share of the person's size count as noise, not as motion
  double still_deg = 12;     ///< rotations: likewise
};

/// people [T] of one person: stretches without it, at most `longest` frames long and with frames before and after, are
/// filled. Joints and camera go straight, rotations turn the shortest way; confidence is half of the lower neighbour's.
void fill_gaps(const Skeleton& skeleton, int longest, std::vector<std::optional<PoseEstimate>>& people);

/// people [T] of one person, `frame_rate` frames per second; empty ones stay so and weigh nothing.
///
/// An outlier of one frame gives way to the median of three. Then each joint becomes a mean over time, weighted by
/// nearness in time, by confidence, and by nearness in value (a bilateral filter, Tomasi & Manduchi 1998): what stands
/// still is smoothed over the whole window, what moves fast hardly. Rotations take the chordal mean (Hartley et al.
/// 2013), bone lengths their median over the clip; kinematics follow from both, and the camera's place and scale are
/// smoothed as the joints are.
void smooth(const Skeleton& skeleton, double frame_rate, const SmoothingSettings& settings,
            std::vector<std::optional<PoseEstimate>>& people);

}  // namespace limn
