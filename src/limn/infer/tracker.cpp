#include "limn/infer/tracker.h"

namespace limn {
namespace {

constexpr float lost_below = 0.6f;  // of the usual score
constexpr float score_momentum = 0.1f;
constexpr float crop_momentum = 0.6f;  // of the new crop: a window that jumps makes the pose jitter

}  // namespace

std::optional<PosePrediction> PersonTracker::next(const Image& frame) {
  std::optional<PosePrediction> found;
  if (crop_) found = predictor_.predict(frame, *crop_);
  if (!found || found->score < lost_below * usual_score_) {
    std::optional<PosePrediction> other = search(frame);
    if (!other) {
      crop_.reset();
      return std::nullopt;
    }
    if (!found || other->score > found->score) {
      found = std::move(other);
      crop_ = found->crop;
    }
  }
  follow(*found);
  return found;
}

std::optional<PosePrediction> PersonTracker::search(const Image& frame) const {
  const std::optional<Crop> crop = predictor_.find_person(frame);
  if (!crop) return std::nullopt;
  return predictor_.predict(frame, *crop);
}

void PersonTracker::follow(const PosePrediction& found) {
  usual_score_ = usual_score_ == 0 ? found.score : usual_score_ + score_momentum * (found.score - usual_score_);
  const Crop around = crop_around(found.joints_px, found.confidence);
  crop_->centre_px += crop_momentum * (around.centre_px - crop_->centre_px);
  crop_->side_px += crop_momentum * (around.side_px - crop_->side_px);
}

}  // namespace limn
