// One person's predictions as a motion that animation programs take: a constant body, no gaps, a path in metres.
#pragma once

#include "limn/export/pose_json.h"

namespace limn {

struct MotionClip {
  double frame_rate = 30;          ///< frames per second
  std::vector<float> bone_scales;  ///< [J] as Pose, the same in every frame
  /// [T] The world is y up; the camera, before it moved with the ground, stood at the origin and looked along -z. The
  /// ground is y = 0, and the first frame's root stands over x = z = 0.
  std::vector<Pose> poses;
};

/// Bone lengths are medians over the frames. Frames without a person are filled: rotations turn the shortest way
/// between their neighbours', the root goes straight; before the first and after the last, these stay. The root's
/// distance follows from the scale, smoothed over half a second, for a lens of 1.2 times the picture's longer side; the
/// ground lies under the lowest joint of the lowest tenth of the frames. Pictures become frames at 30 a second.
/// Error(input) when that person was not found in any frame.
MotionClip motion_clip(const Skeleton& skeleton, const PoseDocument& document, int person_id = 1);

}  // namespace limn
