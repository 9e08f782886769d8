// Stages 1 to 3 on one crop: the weights that all readers share, and the memory that each has for itself. Private to
// infer/; Predictor is the public face.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "limn/base/image.h"
#include "limn/infer/engine.h"
#include "limn/infer/predictor.h"
#include "limn/infer/soft_argmax.h"

namespace limn {

/// RGB bytes -> [3 S S] as stage 1 reads them.
void normalise(const Image& picture, std::vector<float>& input);

/// What of a model never changes.
struct PackedModel {
  Skeleton skeleton;
  std::string grouping;
  int image_size = 0;
  ReadingSettings settings;  ///< precision: the one in use
  std::shared_ptr<const PackedNetwork> image_to_skeleton, skeleton_to_pose, lifter;
  std::shared_ptr<const PackedNetwork> temporal_lifter;  ///< null where the model has none
  double temporal_step_s = 0;

  PackedModel(const ModelFile& model, const ReadingSettings& settings);
};

/// One thread at a time.
class Reader {
 public:
  explicit Reader(const PackedModel& model);

  /// Stages 1 and 2; what follows is of the last reading. A team shares the work of each layer.
  void read(const Image& image, const Crop& crop, ThreadTeam* team);
  float score() const { return score_; }
  const std::vector<float>& confidence() const { return keypoints_.confidence; }
  std::vector<Vec2> joints_px(const Crop& crop) const;
  /// Stage 3 on that reading, of `crop`.
  PosePrediction lift(const Crop& crop);
  /// Stage 3 on keypoints in any units, which are those of the result.
  PoseEstimate lift(const Keypoints& seen);

 private:
  void add_reading(float weight, ThreadTeam* team);
  void exchange_sides(std::vector<float>& planes) const;

  const PackedModel& model_;
  Engine image_to_skeleton_, skeleton_to_pose_, lifter_;
  std::vector<float> input_, lifter_input_, logits_, depths_;
  Keypoints keypoints_;
  std::span<const float> y_;  ///< the skeleton image
  float score_ = 0;
};

}  // namespace limn
