// Predictions as arrays that numpy.load reads.
#pragma once

#include <string>

#include "limn/export/pose_json.h"

namespace limn {

/// A .npz file, T frames, P people, J joints; NaN where a person was not found. Conventions as poses.json.
///   file [T], joint [J] text; frame [T] int64; seconds [T], size_px [T 2] (width, height) float64; parent [J] int64;
///   person [P] int64, their numbers; found [T P] bool; joints_px [T P J 2], confidence [T P J], positions [T P J 3],
///   local_rotations [T P J 4], global_rotations [T P J 4], bone_lengths [T P J], camera [T P 3] (root_px,
///   px_per_metre), score [T P] float32; frame_rate, model, smoothed [] as in poses.json's header.
/// npz_reader.h reads it back.
std::string pose_npz(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
