// L_2d: keypoints, weighted by visibility; and the confidence that goes with them.
#pragma once

#include <torch/types.h>

#include "limn/cycle/ranks.h"

namespace limn {

/// predicted, truth [B K 2] crop units, weight [B K] >= 0 -> scalar: weighted mean of the Huber distance (knee 0.05 crop
/// units, scaled to the slope 1 beyond it). Zero when no keypoint has weight. With `ranks`, the mean over the ranks is the
/// weighted mean over all their keypoints.
torch::Tensor keypoint_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& weight,
                            Ranks* ranks = nullptr);

/// heatmaps [B h w K] logits, truth [B K 2] crop units, weight [B K] >= 0 -> scalar: weighted mean, over the keypoints, of the
/// divergence KL(target, softmax over the cells), the target being a Gaussian of one cell around the truth. Unlike a distance
/// to the map's mean, it lets a keypoint that may be in two places be in both, and asks for one of them when it is known.
/// `ranks` as above.
torch::Tensor heatmap_loss(const torch::Tensor& heatmaps, const torch::Tensor& truth, const torch::Tensor& weight,
                           Ranks* ranks = nullptr);

/// Bone depths: maps [B K h w], read bilinearly where the keypoints are, uv [B K 2] crop units; truth [B K], weight [B K] >= 0 ->
/// scalar: weighted mean of the squared error. `ranks` as above.
torch::Tensor bone_depth_loss(const torch::Tensor& maps, const torch::Tensor& uv, const torch::Tensor& truth,
                              const torch::Tensor& weight, Ranks* ranks = nullptr);

/// logits, seen [B K] (1 seen, 0 outside the picture, between: occluded) -> binary cross-entropy, scalar.
torch::Tensor confidence_loss(const torch::Tensor& logits, const torch::Tensor& seen);

}  // namespace limn
