#include "limn/infer/reading_back.h"

#include "limn/infer/people_tracker_rules.h"

namespace limn {
using namespace tracking;

void RecentFrames::add(const Image& frame) {
  frames_.push_back(frame);
  bytes_ += frame.pixels.size();
  while (frames_.size() > 1 && (frames_.size() > most_frames_ || bytes_ > most_bytes_)) {
    bytes_ -= frames_.front().pixels.size();
    frames_.pop_front();
  }
}

std::vector<PosePrediction> read_back(const ReadPose& read, const RecentFrames& frames, size_t before,
                                      const PoseEstimate& found, const IsKnown& is_known, float smallest_score) {
  std::vector<PosePrediction> earlier;
  PoseEstimate after = found;
  while (++before < frames.count()) {
    PosePrediction pose = read(frames.at(before), crop_around(after.joints_px, after.confidence));
    const Box was = box_of(after), is = box_of(pose);
    const float change = side_of(is) / side_of(was);
    const bool fits = change > smallest_change && change < largest_change &&
                      (is.centre() - was.centre()).norm() <= farthest * side_of(was);
    if (!fits || pose.score < smallest_score || is_known(before, pose)) break;
    after = pose;
    earlier.push_back(std::move(pose));
  }
  return earlier;
}

}  // namespace limn
