// Who is found late in a video is put into the frames before as well (infer/reading_back.h).
#pragma once

#include <map>

#include "limn/export/pose_json.h"
#include "limn/infer/people_tracker.h"
#include "limn/infer/reading_back.h"
#include "video_overlay.h"

namespace limn::app {

class EarlierPeople {
 public:
  /// `settings`: those of the tracker.
  EarlierPeople(ReadPose read, const TrackerSettings& settings);

  /// A frame, and the document whose last one it is, with the tracks' numbers. Whoever's track has just lasted long enough to be a
  /// person's is read up to 2 s back from where it began. `overlay`, or null, is told of what was read.
  void add(const Image& frame, PoseDocument& document, VideoOverlay* overlay);

 private:
  void read_before(int id, PoseDocument& document, VideoOverlay* overlay);

  ReadPose read_;
  PeopleSettings people_;
  int lasting_frames_;  ///< from so many on a track is a person's
  RecentFrames recent_;
  std::map<int, int> seen_;  ///< frames, by track
};

}  // namespace limn::app
