#include "limn/infer/people_tracker.h"

#include <algorithm>
#include <cmath>

#include "limn/infer/assignment.h"
#include "limn/infer/painting_over.h"
#include "limn/infer/people_tracker_rules.h"

namespace limn {
using namespace tracking;

TrackerSettings with_sight(TrackerSettings settings, const Skeleton& skeleton) {
  settings.appearance = AppearanceReader(skeleton);
  settings.paint_over = [&skeleton](const Image& image, const PoseEstimate& person) {
    return painted_over(image, skeleton, person);
  };
  return settings;
}

PeopleTracker::PeopleTracker(FindPeople find, ReadPose read, TrackerSettings settings)
    : find_(std::move(find)), read_(std::move(read)), settings_(settings) {}

std::vector<TrackedPerson> PeopleTracker::next(const Image& frame, const std::optional<std::vector<Box>>& boxes) {
  move_on();
  read_tracks(frame);
  see_all(frame);
  give_poses();
  look_behind(frame);
  if (boxes) {
    std::vector<FoundBox> given;
    for (const Box& box : *boxes) given.push_back({box, 1});
    search(frame, given);
  } else if (due()) {
    search(frame, find_(frame));
  }
  ++frame_;
  for (Track& track : tracks_) {
    if (track.pose) {
      take_up(track);
    } else {
      ++track.unseen;
      track.velocity *= slowing;
    }
  }
  meet();
  std::vector<TrackedPerson> seen;
  for (const Track& track : tracks_)
    if (track.pose) seen.push_back({track.id, *track.pose});
  std::sort(seen.begin(), seen.end(), [](const TrackedPerson& a, const TrackedPerson& b) { return a.id < b.id; });
  end_tracks();
  return seen;
}

bool PeopleTracker::due() const {
  if (!find_) return false;
  return frame_ == 0 || since_search_ >= std::max(1.0, std::round(settings_.search_s * settings_.frame_rate));
}

void PeopleTracker::move_on() {
  ++since_search_;
  for (Track& track : tracks_) {
    track.pose.reset();
    track.box = moved(track.box, track.velocity);
    track.window.centre_px += track.velocity;
  }
}

/// How far from where its motion leads a track's person may be, in sides of its box.
float PeopleTracker::reach_of(const Track& track) {
  return farthest + farther_a_frame * static_cast<float>(track.unseen);
}

/// Whether a track was not seen for so long that its motion says nothing any more.
bool PeopleTracker::is_remembered(const Track& track) const {
  return track.unseen > settings_.survive_s * settings_.frame_rate;
}

/// Whether a pose is where the track's motion leads, and of about its size.
bool PeopleTracker::fits(const Track& track, const PosePrediction& pose) const {
  if (is_remembered(track)) return false;
  const Box box = box_of(pose);
  const float size = side_of(box) / track.side;
  return size > smallest_change && size < largest_change &&
         (box.centre() - track.box.centre()).norm() <= reach_of(track) * track.side;
}

void PeopleTracker::read_tracks(const Image& frame) {
  for (Track& track : tracks_) {
    if (is_remembered(track)) continue;
    PosePrediction pose = read_(frame, track.window);
    if (pose.score >= settings_.lost_below * track.usual_score && fits(track, pose)) track.pose = std::move(pose);
  }
}

void PeopleTracker::see_all(const Image& frame) {
  if (!settings_.appearance) return;
  for (Track& track : tracks_)
    if (track.pose) track.now = settings_.appearance(frame, *track.pose);
}

/// How unlike a track its pose would be: in sides of its box, and what it would wear.
double PeopleTracker::strangeness(const Track& track, const PosePrediction& pose, const Appearance& look) const {
  const double stray = (box_of(pose).centre() - track.box.centre()).norm() / track.side;
  const double clothes = track.looked >= fewest_looks ? unlikeness(track.usual, look) : 0;
  return stray + clothes_weight * clothes + 0.1 * std::min(track.unseen, 5);
}

/// Whether the track's person may look so: not while another one whose pose this may be wears it rather, nor after they
/// were out of sight, in quite other clothes.
bool PeopleTracker::may_wear(const Track& track, const PosePrediction& pose, const Appearance& look) const {
  if (track.looked < fewest_looks) return true;
  const float own = unlikeness(track.usual, look);
  return (track.unseen == 0 || own < others_clothes) && std::none_of(tracks_.begin(), tracks_.end(), [&](const Track& other) {
    return other.id != track.id && other.looked >= fewest_looks && fits(other, pose) &&
           unlikeness(other.usual, look) + clear_difference < own;
  });
}

/// What was read goes to the tracks that it suits best: two windows may have read the same person, or each the other's.
void PeopleTracker::give_poses() {
  struct Read {
    PosePrediction pose;
    Appearance look;
  };
  std::vector<Read> read;
  for (Track& track : tracks_) {
    if (!track.pose) continue;
    const auto same = std::find_if(read.begin(), read.end(), [&](const Read& other) {
      return likeness(*track.pose, other.pose) > settings_.people.largest_likeness;
    });
    if (same == read.end()) read.push_back({std::move(*track.pose), track.now});
    else if (track.pose->score > same->pose.score) *same = {std::move(*track.pose), track.now};
    track.pose.reset();
  }
  std::vector<std::vector<double>> costs;
  for (const Track& track : tracks_) {
    costs.emplace_back();
    for (const Read& one : read)
      costs.back().push_back(fits(track, one.pose) && may_wear(track, one.pose, one.look)
                                 ? strangeness(track, one.pose, one.look)
                                 : never);
  }
  const std::vector<int> match = cheapest_pairs(costs);
  for (size_t i = 0; i < match.size(); ++i) {
    if (match[i] < 0) continue;
    Read& one = read[static_cast<size_t>(match[i])];
    tracks_[i].pose = std::move(one.pose);
    tracks_[i].now = one.look;
  }
}

/// Who was not seen, beside somebody who was: once more, with the other one painted over.
void PeopleTracker::look_behind(const Image& frame) {
  if (!settings_.paint_over) return;
  for (Track& track : tracks_) {
    if (track.pose || track.unseen > look_behind_s * settings_.frame_rate) continue;
    const auto other = std::find_if(tracks_.begin(), tracks_.end(),
                                    [&](const Track& t) { return t.pose && near_window(box_of(*t.pose), track.window); });
    if (other == tracks_.end()) continue;
    const Image without = settings_.paint_over(frame, *other->pose);
    PosePrediction pose = read_(without, track.window);
    if (pose.score < settings_.lost_below * track.usual_score || !fits(track, pose) || is_seen_already(pose)) continue;
    const Appearance look = settings_.appearance ? settings_.appearance(without, pose) : Appearance();
    if (!may_wear(track, pose, look)) continue;
    track.pose = std::move(pose);
    track.now = look;
  }
}

void PeopleTracker::take_up(Track& track) {
  const PosePrediction& pose = *track.pose;
  const Box box = box_of(pose);
  if (track.seen > 0) {
    // The box has been moved on by the velocity: what is left is the velocity's error, spread over the frames unseen.
    const Vec2 error = (box.centre() - track.box.centre()) / static_cast<float>(track.unseen + 1);
    track.velocity += motion_momentum * error;
    track.usual_score += score_momentum * (pose.score - track.usual_score);
  } else {
    track.usual_score = pose.score;
  }
  track.side = track.seen > 0 ? track.side + side_momentum * (side_of(box) - track.side) : side_of(box);
  const Crop around = crop_around(pose.joints_px, pose.confidence);
  const float share = track.unseen > 0 ? 1.0f : window_momentum;
  track.window.centre_px += share * (around.centre_px - track.window.centre_px);
  track.window.side_px += share * (around.side_px - track.window.side_px);
  track.box = box;
  track.unseen = 0;
  ++track.seen;
}

void PeopleTracker::end_tracks() {
  const auto over = [&](const Track& track) {
    const double survive = track.looked >= fewest_looks ? settings_.remember_s : settings_.survive_s;
    return (track.pose && track.unbacked) || track.unseen > survive * settings_.frame_rate;
  };
  for (const Track& track : tracks_)
    if (over(track)) seen_[track.id] = track.seen;
  std::erase_if(tracks_, over);
}

std::set<int> PeopleTracker::lasting() const {
  const double least = std::min(settings_.least_s * settings_.frame_rate, 0.5 * frame_);
  std::set<int> ids;
  for (const auto& [id, seen] : seen_)
    if (seen >= least) ids.insert(id);
  for (const Track& track : tracks_)
    if (track.seen >= least) ids.insert(track.id);
  return ids;
}

}  // namespace limn
