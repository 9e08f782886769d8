// One person through the frames of a video: each frame is read around the pose of the one before.
#pragma once

#include <optional>

#include "limn/infer/predictor.h"

namespace limn {

class PersonTracker {
 public:
  /// Starts in `first`, or searches the first frame. The predictor must outlive the tracker.
  explicit PersonTracker(const Predictor& predictor, std::optional<Crop> first = std::nullopt)
      : predictor_(predictor), crop_(first) {}

  /// The person in the next frame; empty where none was found. The picture is searched anew when the score falls below
  /// 0.6 of what it was on average, or no person was found in the last frame.
  std::optional<PosePrediction> next(const Image& frame);

 private:
  std::optional<PosePrediction> search(const Image& frame) const;
  void follow(const PosePrediction& found);

  const Predictor& predictor_;
  std::optional<Crop> crop_;  ///< where to look in the next frame
  float usual_score_ = 0;     ///< running mean; 0 before the first
};

}  // namespace limn
