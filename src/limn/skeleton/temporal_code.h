// What the temporal lifter reads and gives. The plain version; cycle/temporal_lift.h is its torch twin.
//
// Input, [T F] with T odd and F = I + M + 3: frames `step_s` seconds apart, the one whose pose is asked for in the
// middle. Of each frame
//   I     the lifter's input, [3 K] or [4 K] of pose_code.h, normalised by the frame's own centre and spread
//   M     the lifter's output for it, [6 R + G + 3], as canonical_output() of pose_code.h
//   3     (x, y, z): (x, y) = (centre - centre of the middle frame) / spread of the middle frame, clamped to [-8, 8];
//         z = log(spread / spread of the middle frame), clamped to [-2, 2]
// and zeros where there is no reading.
// Output, [M]: what to add to those M of the middle frame; the sum is decoded as the lifter's output is.
#pragma once

#include <span>
#include <vector>

#include "limn/skeleton/pose_code.h"

namespace limn {

inline constexpr float farthest_shift = 8, largest_log_ratio = 2;

/// Numbers of one frame, F.
int temporal_frame_size(const Skeleton& skeleton, bool bone_depths);

/// One frame as the lifter has read it.
struct FrameCode {
  LiftNormalisation normalisation;
  std::vector<float> input;   ///< [I]
  std::vector<float> output;  ///< [M] canonical_output
};

/// The frames of the window about `frame` of a clip of `count` frames, `frame_rate` a second: of each of `length`
/// moments `step_s` apart the nearest frame, or -1 where none is nearer than half a step.
std::vector<int> window_frames(int frame, int count, double frame_rate, int length, double step_s);

/// frames [T], null where there is no reading but never in the middle -> window [T F].
void fill_window(std::span<const FrameCode* const> frames, std::vector<float>& window);

}  // namespace limn
