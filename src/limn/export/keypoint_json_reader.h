// Reads what other pose programs write: COCO keypoint results, and OpenPose's files. Both hold 2D alone.
#pragma once

#include <filesystem>
#include <string_view>

#include "limn/export/pose_json.h"

namespace limn {

/// COCO keypoint results (a list; several entries of one image_id are several people), as frames without 3D: joints
/// that COCO does not know have confidence 0 and lie at (0.5, 0.5), its (0, 0). Each frame's file is its image_id, in
/// rising order. Error(input) naming `where` and the entry: no JSON, a list of another length, numbers that are not
/// finite.
PoseDocument parse_coco_results(const Skeleton& skeleton, std::string_view text, const std::string& where);

/// The people of one OpenPose file, BODY_25 or COCO's 18 parts: its neck and middle of the hips are not read, Limn's
/// own come from shoulders and hips. `path` as OpenPose names it, clip_000000000012_keypoints.json, tells file and
/// frame. Errors as above.
PoseFrame parse_openpose(const Skeleton& skeleton, std::string_view text, const std::filesystem::path& path);

/// One OpenPose file, or all *_keypoints.json of a folder in the order of their names; Error(input) where there is
/// none.
PoseDocument read_openpose(const Skeleton& skeleton, const std::filesystem::path& path);

}  // namespace limn
