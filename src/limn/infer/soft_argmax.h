// Stage 2's read-out: heatmap logits to coordinates (the plain twin of soft_argmax in cycle/skeleton_to_pose.h).
#pragma once

#include <vector>

#include "limn/geometry/rotation.h"
#include "limn/network/spec.h"

namespace limn {

struct Keypoints {
  std::vector<Vec2> uv;           ///< [K] crop units
  std::vector<float> confidence;  ///< [K] sigmoid of the largest logit
};

/// logits [K h w]. uv is the mean of the cell centres, 2 (i + 0.5) / w - 1, under the softmax over the cells near the
/// largest logit (heatmap_radius of network/architectures.h).
void soft_argmax(const FeatureShape& shape, const float* logits, Keypoints& keypoints);

}  // namespace limn
