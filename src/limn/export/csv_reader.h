// Reads poses.csv back: what `limn convert` starts from.
#pragma once

#include <string>
#include <string_view>

#include "limn/export/pose_json.h"

namespace limn {

/// Whether the text begins as a table of poses: a line of names, "joint" among them.
bool is_pose_csv(std::string_view text);

/// The table that pose_csv() writes. Columns are found by name and may stand in any order beside others, and so may
/// lines. Bone lengths follow from the positions, global rotations from the local ones. The frame rate of a video is
/// that of its frames' times; frames without anybody, which have no lines, come back between the first and the last
/// one. What the table does not hold stays empty: the model's name, whether it was smoothed. Error(input) naming
/// `where` and the line: a column or joint that is missing, a joint told twice, a number that is none or not finite, a
/// rotation that is none.
PoseDocument parse_pose_csv(const Skeleton& skeleton, std::string_view text, const std::string& where);

}  // namespace limn
