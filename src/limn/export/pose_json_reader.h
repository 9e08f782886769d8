// Reads poses.json back (docs/pose_json.md): what `limn convert` and the user's own programs start from.
#pragma once

#include <filesystem>
#include <string_view>

#include "limn/export/pose_json.h"

namespace limn {

/// Versions 1 (one person a frame) and 2 (several). Joints are found by name, in any order, and come out in the order
/// of `skeleton`. Numbers are as rounded as the file has them. Frames are read one at a time: no tree of a whole video
/// in memory. Error(input) naming `where` and the frame: no JSON, another format or version, a skeleton with another
/// joint, parent or rest pose, a list of another length, a number that is not finite, a rotation that is none.
PoseDocument parse_pose_json(const Skeleton& skeleton, std::string_view text, const std::string& where);
PoseDocument read_pose_json(const Skeleton& skeleton, const std::filesystem::path& path);

}  // namespace limn
