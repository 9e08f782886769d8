// poses.json: everything Limn predicts, one entry a picture or frame. The format is described in docs/pose_json.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "limn/skeleton/pose_estimate.h"

namespace limn {

/// Somebody in a frame. In a video the same number is the same person; of pictures numbers say nothing beyond one.
struct PosePerson : PoseEstimate {
  int id = 1;  ///< from 1
};

struct PoseFrame {
  std::string file;                ///< name of the picture or video
  int64_t frame = 0;               ///< of the video, from 0; 0 for a picture
  double seconds = 0;              ///< time in the video
  int width = 0, height = 0;       ///< px
  std::vector<PosePerson> people;  ///< of different numbers, in rising order; empty: nobody was found

  /// Somebody with a higher number than the others.
  void add(int id, PoseEstimate person) { people.push_back({std::move(person), id}); }
};

struct PoseDocument {
  std::string model;      ///< name of the weight file
  double frame_rate = 0;  ///< frames per second; 0 for pictures
  std::vector<PoseFrame> frames;
  bool smoothed = false;  ///< over time (infer/smoothing.h)
};

/// The numbers of all people of a document, in rising order.
std::vector<int> people_of(const PoseDocument& document);

/// One person's way through the frames of a document.
struct PersonFrame {
  int width = 0, height = 0;           ///< px
  std::optional<PoseEstimate> person;  ///< empty: not found in this frame
};
std::vector<PersonFrame> frames_of(const PoseDocument& document, int id);
/// Person `id` of a frame, whose people stand by rising number; takes the place of what was there of them.
void put_person(PoseFrame& frame, int id, PoseEstimate&& person);

/// Error(model) for numbers that are not finite.
std::string pose_json(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
