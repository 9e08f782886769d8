// Two who came near each other: what they wear says who is who.
#include "limn/infer/people_tracker.h"

#include <algorithm>

#include "limn/infer/people_tracker_rules.h"

namespace limn {
using namespace tracking;

/// Who is alone shows what they wear; of two who met, and parted for a while, clothes say who is who.
void PeopleTracker::meet() {
  if (!settings_.appearance) return;
  for (size_t i = 0; i < tracks_.size(); ++i)
    for (size_t k = i + 1; k < tracks_.size(); ++k) {
      const int a = tracks_[i].id, b = tracks_[k].id;
      const auto known = std::find_if(meetings_.begin(), meetings_.end(),
                                      [&](const Meeting& m) { return m.first == a && m.second == b; });
      if (!near(tracks_[i].box, tracks_[k].box)) continue;
      if (known == meetings_.end()) meetings_.push_back({a, b, 0, {}});
      else *known = {a, b, 0, {}};
    }
  std::erase_if(meetings_, [&](Meeting& meeting) {
    const Track *a = track_of(meeting.first), *b = track_of(meeting.second);
    if (a == nullptr || b == nullptr) return true;
    if (near(a->box, b->box) || !a->pose || !b->pose) return false;
    meeting.now[0].blend(a->now, 1.0f / static_cast<float>(meeting.apart + 1));
    meeting.now[1].blend(b->now, 1.0f / static_cast<float>(meeting.apart + 1));
    return ++meeting.apart >= settle_s * settings_.frame_rate && settle(meeting);
  });
  for (Track& track : tracks_) {
    const bool alone = std::none_of(meetings_.begin(), meetings_.end(), [&](const Meeting& meeting) {
      return meeting.first == track.id || meeting.second == track.id;
    });
    if (!alone || !track.pose || !track.now.known()) continue;
    track.usual.blend(track.now, std::max(look_momentum, 1.0f / static_cast<float>(track.looked + 1)));
    ++track.looked;
  }
}

/// Exchanges the numbers of two tracks that took each other's person. Always true: the meeting is over.
bool PeopleTracker::settle(const Meeting& meeting) {
  Track &a = *track_of(meeting.first), &b = *track_of(meeting.second);
  if (a.looked < fewest_looks || b.looked < fewest_looks) return true;
  const float same = unlikeness(a.usual, meeting.now[0]) + unlikeness(b.usual, meeting.now[1]),
              exchanged = unlikeness(a.usual, meeting.now[1]) + unlikeness(b.usual, meeting.now[0]);
  if (exchanged + clear_difference >= same) return true;
  std::swap(a.id, b.id);
  std::swap(a.seen, b.seen);
  std::swap(a.usual, b.usual);
  std::swap(a.looked, b.looked);
  return true;
}

PeopleTracker::Track* PeopleTracker::track_of(int id) {
  const auto at = std::find_if(tracks_.begin(), tracks_.end(), [&](const Track& track) { return track.id == id; });
  return at == tracks_.end() ? nullptr : &*at;
}

}  // namespace limn
