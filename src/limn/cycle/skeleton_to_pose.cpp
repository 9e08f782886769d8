#include "limn/cycle/skeleton_to_pose.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

Pose2d soft_argmax(const torch::Tensor& heatmaps) {
  const int64_t batch = heatmaps.size(0), keypoints = heatmaps.size(1), h = heatmaps.size(2), w = heatmaps.size(3);
  const torch::Tensor flat = heatmaps.reshape({batch, keypoints, h * w});
  const torch::Tensor mass = torch::softmax(flat, -1).reshape({batch, keypoints, h, w});
  const auto centres = [&](int64_t n) { return (torch::arange(n, heatmaps.options()) + 0.5) * (2.0 / n) - 1.0; };
  const torch::Tensor x = (mass.sum(2) * centres(w)).sum(-1), y = (mass.sum(3) * centres(h)).sum(-1);
  const torch::Tensor logits = flat.amax(-1);
  return {torch::stack({x, y}, -1), torch::sigmoid(logits), logits};
}

Pose2d skeleton_to_pose(const Network& network, const torch::Tensor& skeleton_image, bool training) {
  const FeatureShape& in = network.spec().inputs[0].shape;
  check_shape(skeleton_image, {-1, in.channels, in.height, in.width}, "skeleton_image");
  return soft_argmax(network.forward({skeleton_image}, training)[0]);
}

}  // namespace limn
