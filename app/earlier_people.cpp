#include "earlier_people.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace limn::app {
namespace {

constexpr double earlier_s = 2;                     // before a track begins
constexpr size_t recent_bytes = size_t{128} << 20;  // of the frames kept

int lasting_frames(const TrackerSettings& settings) {
  return std::max(1, static_cast<int>(std::lround(settings.least_s * settings.frame_rate)));
}

PoseFrame& frame_before_last(PoseDocument& document, size_t before) {
  return document.frames[document.frames.size() - 1 - before];
}

}  // namespace

EarlierPeople::EarlierPeople(ReadPose read, const TrackerSettings& settings)
    : read_(std::move(read)),
      people_(settings.people),
      lasting_frames_(lasting_frames(settings)),
      recent_(static_cast<size_t>(earlier_s * settings.frame_rate) + lasting_frames_, recent_bytes) {}

void EarlierPeople::add(const Image& frame, PoseDocument& document, VideoOverlay* overlay) {
  recent_.add(frame);
  std::vector<int> new_people;
  for (const PosePerson& person : document.frames.back().people)
    if (++seen_[person.id] == lasting_frames_) new_people.push_back(person.id);
  for (const int id : new_people) read_before(id, document, overlay);
}

void EarlierPeople::read_before(int id, PoseDocument& document, VideoOverlay* overlay) {
  size_t before = 0;  // frames before the last one
  PoseEstimate first;
  for (size_t k = 0; k < recent_.count(); ++k)
    for (const PosePerson& person : frame_before_last(document, k).people)
      if (person.id == id) before = k, first = person;
  const IsKnown is_known = [&](size_t k, const PosePrediction& pose) {
    const std::vector<PosePerson>& others = frame_before_last(document, k).people;
    return std::any_of(others.begin(), others.end(),
                       [&](const PosePerson& other) { return likeness(pose, other) > people_.largest_likeness; });
  };
  for (PosePrediction& pose : read_back(read_, recent_, before, first, is_known, people_.smallest_presence)) {
    ++before;
    if (overlay) overlay->add_earlier(before, {id, pose});
    put_person(frame_before_last(document, before), id, std::move(pose));
  }
}

}  // namespace limn::app
