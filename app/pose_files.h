// The files of poses that `limn predict` and `limn convert` leave, in every format.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "limn/export/pose_json.h"
#include "output_folder.h"

namespace limn::app {

using Formats = std::set<std::string>;

/// Error(usage) for a name that is no format, with the nearest one.
Formats parse_formats(const std::vector<std::string>& names);

/// All but the overlay, staged in `out`: docs/formats.md. `video`: whether the frames are those of one video, so that
/// the numbers of people mean something. Gives lines on what an animator would have to repair in the motion of a video;
/// empty where none was written.
std::string write_pose_files(const Skeleton& skeleton, const PoseDocument& document, bool video, const Formats& formats,
                             OutputFolder& out);

}  // namespace limn::app
