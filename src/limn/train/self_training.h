// Self-training on unlabelled pictures: the moving average of the weights reads a picture and its mirror image; the
// network that learns has to read the same from the picture turned, scaled, shifted, recoloured and partly hidden (mean
// teacher: Tarvainen & Valpola 2017; for poses: Kim et al. 2022, "A unified framework for domain adaptive pose
// estimation").
#pragma once

#include <torch/types.h>

#include "limn/cycle/cycle.h"
#include "limn/train/batch.h"

namespace limn {

/// M unlabelled pictures as the learner sees them, and what the teacher read in them.
struct Lesson {
  torch::Tensor image, appearance;  ///< [M 3 S S] in [0, 1], changed alike but for the image's noise and hidden parts
  TaughtKeypoints keypoints;  ///< of the changed picture; weight 0 where the teacher is unsure, or they have left it
};

/// Deviations of the changes.
struct LessonSettings {
  double roll_deg = 20;
  double scale = 0.15;  ///< of its logarithm
  double shift = 0.1;   ///< crop units
  double sure = 0.5;    ///< least probability around the keypoint that the teacher has to see to be believed
};

/// image, appearance [M 3 S S]. Changes of picture i are drawn from the stream ("lesson", first + i) of `seed`.
Lesson prepare_lesson(const Cycle& teacher, const torch::Tensor& image, const torch::Tensor& appearance,
                      const LessonSettings& settings, uint64_t seed, int64_t first);

/// What the teacher reads in M pictures, the mean of the picture and its mirror image. The weight is the probability
/// within heatmap_radius of the keypoint, times the confidence that it is there.
TaughtKeypoints teacher_reading(const Cycle& teacher, const torch::Tensor& image);

}  // namespace limn
