// One person's predictions as a motion that animation programs take: a constant body, no gaps, a path in metres.
#pragma once

#include "limn/export/pose_json.h"
#include "limn/motion/grounding.h"

namespace limn {

/// The focal length where none is known: 1.2 times the picture's longer side, as of a lens of 43 mm on film 36 mm wide.
float assumed_focal_px(int width, int height);

/// A person of the document on the ground (motion/grounding.h), seen by a camera of `focal_px` without distortion whose
/// axis runs through the middle of the picture; 0: assumed_focal_px. Pictures (document.frame_rate 0) become frames at
/// 30 a second, each for itself. Error(input) when that person was found in no frame.
MotionClip motion_clip(const Skeleton& skeleton, const PoseDocument& document, int person_id = 1, float focal_px = 0);

}  // namespace limn
