// Several people through the frames of a video. Frames are searched now and then; between, each person is read around
// the pose of the frame before.
//
// A person is who is where their motion leads and, where two are near each other, who wears what they wore. While two
// cross, both windows show the one in front; the track of the other counts as unseen, goes on as it moved, and takes
// its person up again when a search finds somebody there. After a meeting, clothes say who is who.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "limn/infer/appearance.h"
#include "limn/infer/people.h"
#include "limn/network/person_code.h"

namespace limn {

/// Finds people in a frame, best first: PersonFinder::find, or a stand-in for tests.
using FindPeople = std::function<std::vector<FoundBox>(const Image&)>;

/// What somebody wears: AppearanceReader, or a stand-in for tests.
using SeeAppearance = std::function<Appearance(const Image&, const PoseEstimate&)>;

/// The picture with somebody painted over: painted_over(), or a stand-in for tests.
using PaintOver = std::function<Image(const Image&, const PoseEstimate&)>;

struct TrackerSettings {
  PeopleSettings people = {};
  double frame_rate = 30;   ///< frames a second
  double search_s = 0.2;    ///< seconds between searches of the whole frame
  double survive_s = 1;     ///< a track that was not seen for longer ends,
  double remember_s = 3;    ///< or, where its clothes are known, after so long: until then these alone bring it back
  double least_s = 0.25;    ///< tracks seen in fewer frames than that are no people (lasting())
  float lost_below = 0.6f;  ///< of a track's usual score: it is not seen
  SeeAppearance appearance = {};  ///< empty: people look alike
  PaintOver paint_over = {};      ///< empty: a window is read as it is, whoever stands there too
};

/// The same with both as they are for people of `skeleton`, which must outlive the tracker.
TrackerSettings with_sight(TrackerSettings settings, const Skeleton& skeleton);

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
    float side = 0;                      ///< usual longer side of the box, px
    Vec2 velocity = Vec2::Zero();        ///< px a frame
    float usual_score = 0;               ///< running mean
    int unseen = 0;                      ///< frames since
    int seen = 0;                        ///< frames in all
    int confirmed = 0;                   ///< frame of the last search that found somebody there
    bool unbacked = false;               ///< by any search for long
    Crop window;                         ///< where to look now
    std::optional<PosePrediction> pose;  ///< in this frame
    Appearance now;                      ///< of `pose`
    Appearance usual;                    ///< mean while nobody else was near
    int looked = 0;                      ///< frames of that mean
  };
  /// Two tracks that came near each other and have not parted for good.
  struct Meeting {
    int first = 0, second = 0;      ///< numbers of the tracks
    int apart = 0;                  ///< frames in which both were seen since they parted
    std::array<Appearance, 2> now;  ///< means over these
  };
  bool due() const;
  void move_on();
  void read_tracks(const Image& frame);
  void see_all(const Image& frame);
  void give_poses();
  double strangeness(const Track& track, const PosePrediction& pose, const Appearance& look) const;
  bool may_wear(const Track& track, const PosePrediction& pose, const Appearance& look) const;
  void look_behind(const Image& frame);
  void search(const Image& frame, const std::vector<FoundBox>& boxes);
  bool is_seen_already(const PosePrediction& pose) const;
  static float reach_of(const Track& track);
  bool is_remembered(const Track& track) const;
  bool fits(const Track& track, const PosePrediction& pose) const;
  void find_again_or_begin(const Image& frame, const FoundBox& found);
  bool suits_better(const Track& track, const Appearance& look) const;
  bool is_read_otherwise(const PosePrediction& pose, const Appearance& look) const;
  bool may_be(const Track& track, const PosePrediction& pose, const Appearance& look) const;
  void take_up(Track& track);
  void meet();
  bool settle(const Meeting& meeting);
  Track* track_of(int id);
  void end_tracks();

  FindPeople find_;
  ReadPose read_;
  TrackerSettings settings_;
  std::vector<Track> tracks_;
  std::vector<Meeting> meetings_;
  std::map<int, int> seen_;  ///< frames, of tracks that ended, by number
  int frame_ = 0, next_id_ = 1, since_search_ = 0;
};

}  // namespace limn
