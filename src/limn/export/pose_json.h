// poses.json: everything Limn predicts, one entry a picture or frame. The format is described in docs/pose_json.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "limn/skeleton/pose_estimate.h"

namespace limn {

struct PoseFrame {
  std::string file;                    ///< name of the picture or video
  int64_t frame = 0;                   ///< of the video, from 0; 0 for a picture
  double seconds = 0;                  ///< time in the video
  int width = 0, height = 0;           ///< px
  std::optional<PoseEstimate> person;  ///< empty: nobody was found
};

struct PoseDocument {
  std::string model;      ///< name of the weight file
  double frame_rate = 0;  ///< frames per second; 0 for pictures
  std::vector<PoseFrame> frames;
  bool smoothed = false;  ///< over time (infer/smoothing.h)
};

/// Error(model) for numbers that are not finite.
std::string pose_json(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
