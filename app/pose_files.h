// Poses written as files, in every format that needs nothing but the poses.
#pragma once

#include <set>
#include <string>

#include "limn/export/pose_json.h"
#include "output_folder.h"

namespace limn::app {

/// What is written, and how.
struct PoseFiles {
  std::set<std::string> formats;  ///< of json, coco, openpose, csv, npz, bvh, glb
  bool video = false;  ///< frames of one video: their numbers name them; else pictures, by their files' names

  /// Writes poses.json, coco.json, openpose/..., poses.csv, poses.npz, and poses.bvh and poses.glb (of a second person
  /// poses.person2.bvh ...) into `out`. Formats of motion are left out with a warning where nobody was found.
  void write(const Skeleton& skeleton, const PoseDocument& document, OutputFolder& out) const;
};

}  // namespace limn::app
