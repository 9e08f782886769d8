// OpenPose's output: a JSON file a picture or frame, BODY_25 (Cao et al. 2019).
#pragma once

#include <string>

#include "limn/export/pose_json.h"

namespace limn {

/// {"version": 1.3, "people": [{"person_id": [1], "pose_keypoints_2d": [x, y, confidence, ...], ...}]} of one frame.
/// The centre of the first pixel is (0, 0), as in OpenPose. Heels and small toes, which Limn does not know, are 0, 0,
/// 0: not found. Error(model) for numbers that are not finite.
std::string openpose_json(const Skeleton& skeleton, const PoseFrame& frame);

/// What OpenPose calls it: clip_000000000012_keypoints.json of a video's frame, photo_keypoints.json of a picture.
std::string openpose_name(const PoseFrame& frame, bool video);

}  // namespace limn
