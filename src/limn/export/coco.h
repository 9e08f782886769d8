// COCO keypoint results: what pycocotools' COCOeval reads with iouType "keypoints".
//
// [{"image_id": 139, "category_id": 1, "keypoints": [x1, y1, s1, ... x17, y17, s17], "score": s, "bbox": [x, y, w, h],
//   "track_id": 1}]
//
// COCO puts the centre of the first pixel at (0, 0), Limn at (0.5, 0.5): half a pixel is subtracted. s_k is the joint's
// confidence; score is their mean; bbox encloses the keypoints.
// track_id, which pycocotools passes over, is there for videos: the same number is the same person.
#pragma once

#include <filesystem>
#include <vector>

#include "limn/skeleton/joint_map.h"
#include "limn/skeleton/pose_estimate.h"

namespace limn {

struct CocoEntry {
  int64_t image_id = 0;
  PoseEstimate person;
  int track_id = 0;  ///< 0: none
};

/// The score of a result: the mean confidence of the map's joints.
float coco_score(const JointMap& map, const PoseEstimate& person);

/// Error(usage) if the skeleton lacks joints of COCO's, Error(model) for numbers that are not finite.
std::string coco_keypoint_results(const Skeleton& skeleton, const std::vector<CocoEntry>& entries);

/// One id a file, as COCO names its pictures: the number that is the file's whole stem. Where one stem is no number, or
/// two are the same, all files are numbered from 1 in the order given.
std::vector<int64_t> coco_image_ids(const std::vector<std::filesystem::path>& files);

}  // namespace limn
