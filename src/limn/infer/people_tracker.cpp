#include "limn/infer/people_tracker.h"

#include <algorithm>
#include <cmath>

#include "limn/infer/assignment.h"
#include "limn/infer/person_finder.h"

namespace limn {
namespace {

constexpr float score_momentum = 0.1f;
constexpr float window_momentum = 0.6f;   // of the new window: one that jumps makes the pose jitter
constexpr float motion_momentum = 0.25f;  // of the new velocity: a pose read of somebody else for a frame hardly counts
constexpr float slowing = 0.97f;          // of the velocity, a frame unseen
constexpr float farthest = 0.35f;         // of a pose from where the motion leads, in sides of the box;
constexpr float farther_a_frame = 0.04f;  // and so much more for each frame unseen
constexpr float known_presence = 0.75f;   // of that of new people: a track is taken up again on less
constexpr float least_overlap = 0.15f;    // of a found box and a track's
constexpr double unbacked_s = 2;          // a track that no search confirms for so long has caught something else

float side_of(const Box& box) { return std::max(1.0f, box.size().maxCoeff()); }

Box moved(const Box& box, const Vec2& by) { return {box.low + by, box.high + by}; }

}  // namespace

PeopleTracker::PeopleTracker(FindPeople find, ReadPose read, TrackerSettings settings)
    : find_(std::move(find)), read_(std::move(read)), settings_(settings) {}

std::vector<TrackedPerson> PeopleTracker::next(const Image& frame, const std::optional<std::vector<Box>>& boxes) {
  move_on();
  read_tracks(frame);
  part_doubles();
  if (boxes) {
    std::vector<FoundBox> given;
    for (const Box& box : *boxes) given.push_back({box, 1});
    search(frame, given);
  } else if (due()) {
    search(frame, find_(frame));
  }
  ++frame_;
  std::vector<TrackedPerson> seen;
  for (Track& track : tracks_) {
    if (!track.pose) {
      ++track.unseen;
      track.velocity *= slowing;
      continue;
    }
    take_up(track);
    seen.push_back({track.id, *track.pose});
  }
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

/// Whether a pose is where the track's motion leads.
bool PeopleTracker::fits(const Track& track, const PosePrediction& pose) const {
  const float reach = farthest + farther_a_frame * static_cast<float>(track.unseen);
  return (box_of(pose).centre() - track.box.centre()).norm() <= reach * side_of(track.box);
}

void PeopleTracker::read_tracks(const Image& frame) {
  for (Track& track : tracks_) {
    PosePrediction pose = read_(frame, track.window);
    if (pose.score >= settings_.lost_below * track.usual_score && fits(track, pose)) track.pose = std::move(pose);
  }
}

/// Of two tracks that read the same person, the one whose motion leads elsewhere has lost its own.
void PeopleTracker::part_doubles() {
  const auto stray = [](const Track& track) {
    return (box_of(*track.pose).centre() - track.box.centre()).norm() / side_of(track.box) +
           0.1f * static_cast<float>(std::min(track.unseen, 5));
  };
  for (size_t i = 0; i < tracks_.size(); ++i)
    for (size_t k = i + 1; k < tracks_.size() && tracks_[i].pose; ++k) {
      if (!tracks_[k].pose || likeness(*tracks_[i].pose, *tracks_[k].pose) <= settings_.people.largest_likeness)
        continue;
      (stray(tracks_[i]) > stray(tracks_[k]) ? tracks_[i] : tracks_[k]).pose.reset();
    }
}

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
      const bool near = overlap(at, found.box) >= least_overlap ||
                        (!track.pose && apart <= farthest + farther_a_frame * static_cast<float>(track.unseen));
      costs.back().push_back(near ? 1.0 - overlap(at, found.box) + apart : never);
    }
  }
  const std::vector<int> match = cheapest_pairs(costs);
  std::vector<bool> taken(boxes.size(), false);
  for (size_t i = 0; i < match.size(); ++i) {
    Track& track = tracks_[i];
    if (match[i] >= 0) track.confirmed = frame_;
    track.unbacked = frame_ - track.confirmed > unbacked_s * settings_.frame_rate;
    if (match[i] < 0) continue;
    taken[static_cast<size_t>(match[i])] = true;
    if (track.pose) continue;
    const FoundBox& found = boxes[static_cast<size_t>(match[i])];
    PosePrediction pose = refined_pose(read_, frame, crop_of(found.box));
    const float least = known_presence * settings_.people.smallest_presence;
    if (presence(found.score, pose.score) >= least && !is_seen_already(pose)) track.pose = std::move(pose);
  }
  for (size_t b = 0; b < boxes.size(); ++b) {
    if (taken[b] || tracks_.size() >= static_cast<size_t>(settings_.people.most_people)) continue;
    PosePrediction pose = refined_pose(read_, frame, crop_of(boxes[b].box));
    if (presence(boxes[b].score, pose.score) < settings_.people.smallest_presence || is_seen_already(pose)) continue;
    Track track;
    track.id = next_id_++;
    track.confirmed = frame_;
    track.box = box_of(pose);
    track.window = crop_around(pose.joints_px, pose.confidence);
    track.pose = std::move(pose);
    tracks_.push_back(std::move(track));
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
  const Crop around = crop_around(pose.joints_px, pose.confidence);
  const float share = track.unseen > 0 ? 1.0f : window_momentum;
  track.window.centre_px += share * (around.centre_px - track.window.centre_px);
  track.window.side_px += share * (around.side_px - track.window.side_px);
  track.box = box;
  track.unseen = 0;
  ++track.seen;
}

void PeopleTracker::end_tracks() {
  const double survive = settings_.survive_s * settings_.frame_rate;
  const auto over = [&](const Track& track) { return track.unseen > survive || track.unbacked; };
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
