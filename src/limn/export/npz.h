// Predictions as arrays that numpy.load reads.
#pragma once

#include <string>

#include "limn/export/pose_json.h"

namespace limn {

/// A .npz file, T frames, J joints; NaN where nobody was found. Conventions as poses.json.
///   file [T], joint [J] text; frame [T] int64; seconds [T], size_px [T 2] (width, height) float64; parent [J] int64;
///   found [T] bool; joints_px [T J 2], confidence [T J], positions [T J 3], local_rotations [T J 4], global_rotations
///   [T J 4], bone_lengths [T J], camera [T 3] (root_px, px_per_metre), score [T] float32.
std::string pose_npz(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
