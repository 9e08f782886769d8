// Biovision motion files: what Blender, MotionBuilder, Maya and game engines read as motion.
#pragma once

#include <string>

#include "limn/export/motion_clip.h"

namespace limn {

/// Centimetres and degrees, y up, the T-pose as rest. Joints that turn, each with three rotations (Z X Y); the root
/// moves, too. Head, hands and feet end at head_top, hand_tip and toe_tip; the points of the face are left out.
/// Error(model) for numbers that are not finite.
std::string bvh_text(const Skeleton& skeleton, const MotionClip& clip);

}  // namespace limn
