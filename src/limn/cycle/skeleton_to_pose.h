// Stage 2: skeleton image -> 2D pose. Reads only the skeleton image: the geometric bottleneck.
#pragma once

#include "limn/cycle/network.h"

namespace limn {

struct Pose2d {
  torch::Tensor xy;          ///< [B K 2] crop units
  torch::Tensor confidence;  ///< [B K] in [0, 1]: probability that the keypoint is in the picture and seen
  torch::Tensor logits;      ///< [B K] of the confidence
  torch::Tensor heatmaps;    ///< [B h w K] logits over the cells of the picture
  torch::Tensor mass;        ///< [B h*w K] the softmax whose mean xy is
};

/// skeleton_image [B C H W] in [0, 1].
Pose2d skeleton_to_pose(const Network& network, const torch::Tensor& skeleton_image, bool training);

/// Heatmap logits [B K h w] -> mean position under the softmax over the cells near the largest logit (heatmap_radius of
/// network/architectures.h), cell centres at 2 (i + 0.5) / w - 1; confidence = sigmoid of the largest logit, which the
/// softmax leaves free.
Pose2d soft_argmax(const torch::Tensor& heatmaps);

/// maps [B K h w] -> [B K]: their means where the keypoints were read. No gradient moves the keypoints.
torch::Tensor read_at_keypoints(const torch::Tensor& maps, const Pose2d& pose);

}  // namespace limn
