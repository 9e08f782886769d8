// Searches of a frame: who is found again, and who is new.
#include "limn/infer/people_tracker.h"

#include <algorithm>

#include "limn/infer/assignment.h"
#include "limn/infer/people_tracker_rules.h"
#include "limn/infer/person_finder.h"

namespace limn {
using namespace tracking;

bool PeopleTracker::is_seen_already(const PosePrediction& pose) const {
  return std::any_of(tracks_.begin(), tracks_.end(), [&](const Track& track) {
    return track.pose && likeness(*track.pose, pose) > settings_.people.largest_likeness;
  });
}

void PeopleTracker::search(const Image& frame, const std::vector<FoundBox>& boxes) {
  since_search_ = 0;
  std::vector<std::vector<double>> costs;
  for (const Track& track : tracks_) {
    const Box at = track.pose ? box_of(*track.pose) : track.box;
    costs.emplace_back();
    for (const FoundBox& found : boxes) {
      const float apart = (at.centre() - found.box.centre()).norm() / side_of(at);
      const bool it = overlap(at, found.box) >= least_overlap || (!track.pose && apart <= reach_of(track));
      costs.back().push_back(it ? 1.0 - overlap(at, found.box) + apart : never);
    }
  }
  const std::vector<int> match = cheapest_pairs(costs);
  std::vector<bool> taken(boxes.size(), false);
  for (size_t i = 0; i < match.size(); ++i) {
    Track& track = tracks_[i];
    if (match[i] >= 0) track.confirmed = frame_;
    track.unbacked = frame_ - track.confirmed > unbacked_s * settings_.frame_rate;
    if (match[i] >= 0 && track.pose) taken[static_cast<size_t>(match[i])] = true;
  }
  for (size_t b = 0; b < boxes.size(); ++b)
    if (!taken[b]) find_again_or_begin(frame, boxes[b]);
}

/// Somebody whom no track shows: of the unseen tracks that may be theirs the one that it suits best, or a new one.
void PeopleTracker::find_again_or_begin(const Image& frame, const FoundBox& found) {
  PosePrediction pose = refined_pose(read_, frame, crop_of(found.box));
  const float there = presence(found.score, pose.score), least = settings_.people.smallest_presence;
  if (there < known_presence * least || is_seen_already(pose)) return;
  const Appearance look = settings_.appearance ? settings_.appearance(frame, pose) : Appearance();
  Track* best = nullptr;
  for (Track& track : tracks_) {
    if (!may_be(track, pose, look) || (track.pose && !suits_better(track, look))) continue;
    if (best == nullptr || strangeness(track, pose, look) < strangeness(*best, pose, look)) best = &track;
  }
  if (best != nullptr) {
    best->confirmed = frame_;
    best->unbacked = false;
    best->pose = std::move(pose);
    best->now = look;
    return;
  }
  if (there < least || tracks_.size() >= static_cast<size_t>(settings_.people.most_people)) return;
  if (is_read_otherwise(pose, look)) return;
  Track track;
  track.id = next_id_++;
  track.confirmed = frame_;
  track.box = box_of(pose);
  track.side = side_of(track.box);
  track.window = crop_around(pose.joints_px, pose.confidence);
  track.pose = std::move(pose);
  track.now = look;
  tracks_.push_back(std::move(track));
}

/// Whether this is somebody who is seen already, read in another pose: in the same place, in clothes that are no others.
bool PeopleTracker::is_read_otherwise(const PosePrediction& pose, const Appearance& look) const {
  const Box box = box_of(pose);
  return std::any_of(tracks_.begin(), tracks_.end(), [&](const Track& track) {
    if (!track.pose) return false;
    const Box other = box_of(*track.pose);
    if (intersection(box, other).area() < same_place * std::min(box.area(), other.area())) return false;
    return !look.known() || !track.now.known() || unlikeness(track.now, look) < others_clothes;
  });
}

/// Whether a pose may be an unseen track's: where it should be, or farther off in its own clothes.
bool PeopleTracker::may_be(const Track& track, const PosePrediction& pose, const Appearance& look) const {
  if (!may_wear(track, pose, look)) return false;
  const Box box = box_of(pose);
  const float apart = (track.box.centre() - box.centre()).norm() / track.side;
  const bool clothes = track.looked >= fewest_looks && look.known();
  const float unlike = clothes ? unlikeness(track.usual, look) : 0;
  if (clothes && unlike < own_clothes && apart <= farthest_in_own_clothes) return true;
  if (is_remembered(track)) return false;
  return overlap(track.box, box) >= least_overlap || apart <= reach_of(track);
}

/// Whether a track that shows somebody else at the moment is the one who wears this.
bool PeopleTracker::suits_better(const Track& track, const Appearance& look) const {
  return track.looked >= fewest_looks && look.known() && track.now.known() &&
         unlikeness(track.usual, look) + clear_difference < unlikeness(track.usual, track.now);
}

}  // namespace limn
