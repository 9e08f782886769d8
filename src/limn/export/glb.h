// An animated figure as binary glTF 2.0: what Blender, Unity, Unreal, Godot and browsers open.
#pragma once

#include <string>

#include "limn/export/motion_clip.h"

namespace limn {

/// One skin of the skeleton's joints, a clothed figure (synth/body.h) with the clip's bone lengths, and one animation:
/// every turning joint's rotation and the root's translation, a key a frame, metres, y up. Error(model) for numbers
/// that are not finite.
std::string glb_bytes(const Skeleton& skeleton, const MotionClip& clip);

}  // namespace limn
