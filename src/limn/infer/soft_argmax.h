// Stage 2's read-out: heatmap logits to coordinates (the plain twin of soft_argmax in cycle/skeleton_to_pose.h).
#pragma once

#include "limn/network/spec.h"
#include "limn/skeleton/pose_code.h"

namespace limn {

/// logits [K h w]. uv is the mean of the cell centres, 2 (i + 0.5) / w - 1, under the softmax over the cells near the
/// largest logit (heatmap_radius of network/architectures.h), the confidence the sigmoid of that logit. Bone depths are the
/// means of `depths` [K h w] under the same softmax; null: there are none.
void soft_argmax(const FeatureShape& shape, const float* logits, const float* depths, Keypoints& keypoints);

}  // namespace limn
