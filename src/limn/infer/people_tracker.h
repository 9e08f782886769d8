// Several people through the frames of a video. Frames are searched now and then; between, each person is read around
// the pose of the frame before.
//
// Appearance is not used: a person is who is where their motion leads. While two cross, both windows show the one in
// front; the track whose motion leads elsewhere counts as unseen, goes on as it moved, and takes its person up again
// when a search finds somebody there.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "limn/infer/people.h"
#include "limn/network/person_code.h"

namespace limn {

/// Finds people in a frame, best first: PersonFinder::find, or a stand-in for tests.
using FindPeople = std::function<std::vector<FoundBox>(const Image&)>;

struct TrackerSettings {
  PeopleSettings people = {};
  double frame_rate = 30;   ///< frames a second
  double search_s = 0.2;    ///< seconds between searches of the whole frame
  double survive_s = 1;     ///< a track that was not seen for longer ends
  double least_s = 0.25;    ///< tracks seen in fewer frames than that are no people (lasting())
  float lost_below = 0.6f;  ///< of a track's usual score: it is not seen
};

struct TrackedPerson {
  int id = 0;  ///< from 1, in the order of appearance
  PosePrediction pose;
};

class PeopleTracker {
 public:
  /// Without `find` frames are searched by nobody: people are where next() is told.
  PeopleTracker(FindPeople find, ReadPose read, TrackerSettings settings);

  /// Those seen in the next frame, by rising number. With `boxes`, these are where people are, and `find` is not asked.
  std::vector<TrackedPerson> next(const Image& frame, const std::optional<std::vector<Box>>& boxes = std::nullopt);

  /// The numbers of the tracks so far that were seen in enough frames to be people: with a clip shorter than `least_s`,
  /// in half of its frames.
  std::set<int> lasting() const;
  int frames() const { return frame_; }

 private:
  struct Track {
    int id = 0;
    Box box;                             ///< of the pose, where it was last seen or should be now, px
    Vec2 velocity = Vec2::Zero();        ///< px a frame
    float usual_score = 0;               ///< running mean
    int unseen = 0;                      ///< frames since
    int seen = 0;                        ///< frames in all
    int confirmed = 0;                   ///< frame of the last search that found somebody there
    bool unbacked = false;               ///< by any search for long
    Crop window;                         ///< where to look now
    std::optional<PosePrediction> pose;  ///< in this frame
  };
  bool due() const;
  void move_on();
  void read_tracks(const Image& frame);
  void part_doubles();
  void search(const Image& frame, const std::vector<FoundBox>& boxes);
  bool is_seen_already(const PosePrediction& pose) const;
  bool fits(const Track& track, const PosePrediction& pose) const;
  void take_up(Track& track);
  void end_tracks();

  FindPeople find_;
  ReadPose read_;
  TrackerSettings settings_;
  std::vector<Track> tracks_;
  std::map<int, int> seen_;  ///< frames, of tracks that ended, by number
  int frame_ = 0, next_id_ = 1, since_search_ = 0;
};

}  // namespace limn
