// What somebody did before they were found. A person who crouches or stands half hidden is often found late; once known, they
// are read in the frames before, from the last one backwards.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "limn/infer/people.h"

namespace limn {

/// The last frames of a video.
class RecentFrames {
 public:
  /// Keeps at most so many, and fewer where they are larger than `most_bytes` together; the last one always.
  RecentFrames(size_t most_frames, size_t most_bytes) : most_frames_(most_frames), most_bytes_(most_bytes) {}

  void add(const Image& frame);
  size_t count() const { return frames_.size(); }
  /// The frame `before` frames before the last one; before < count().
  const Image& at(size_t before) const { return frames_[frames_.size() - 1 - before]; }

 private:
  size_t most_frames_, most_bytes_, bytes_ = 0;
  std::deque<Image> frames_;  ///< oldest first
};

/// Whether a pose, read `before` frames before the last one, is of somebody who is known there.
using IsKnown = std::function<bool(size_t before, const PosePrediction& pose)>;

/// The person `found`, read in the frame `before` frames before the last one: their poses in the frames before that, newest first.
/// Each is read around the pose of the frame after it. Ends where the score falls below `smallest_score` (nobody else vouches for
/// somebody there, so that it is that of new people), the pose jumps or changes its size, somebody known stands there, or no frame is
/// left.
std::vector<PosePrediction> read_back(const ReadPose& read, const RecentFrames& frames, size_t before,
                                      const PoseEstimate& found, const IsKnown& is_known, float smallest_score);

}  // namespace limn
