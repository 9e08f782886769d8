// Reads poses.npz back: what `limn convert` starts from.
#pragma once

#include <string>
#include <string_view>

#include "limn/export/pose_json.h"

namespace limn {

/// Whether the bytes begin as a zip archive.
bool is_npz(std::string_view bytes);

/// The arrays that pose_npz() writes, stored or deflated (numpy.savez_compressed). Joints are found by name and come out
/// in the order of `skeleton`; arrays of other names are passed over; floats may have 4 or 8 bytes, integers too. Without
/// frame_rate, model and smoothed (files of older versions) the rate is that of the times of a video's frames; without
/// file (a name that numpy.savez cannot give) frames are of a video called as `where`.
/// Error(input) naming `where` and the array: no such archive, an array that is missing or of another shape or type,
/// joints with other parents, a number that is not finite where somebody was found, a rotation that is none, arrays of
/// more than 1 GiB.
PoseDocument parse_pose_npz(const Skeleton& skeleton, std::string_view bytes, const std::string& where);

}  // namespace limn
