#include "limn/cycle/skeleton_to_pose.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

Pose2d soft_argmax(const torch::Tensor& heatmaps) {
  const int64_t batch = heatmaps.size(0), keypoints = heatmaps.size(1), h = heatmaps.size(2), w = heatmaps.size(3);
  // [B cells K]: as channels-last heatmaps lie in memory.
  const torch::Tensor cells = heatmaps.permute({0, 2, 3, 1}).reshape({batch, h * w, keypoints});
  const auto centres = [&](int64_t n) { return (torch::arange(n, heatmaps.options()) + 0.5) * (2.0 / n) - 1.0; };
  const torch::Tensor places =
      torch::stack({centres(w).repeat({h}), centres(h).repeat_interleave(w)}, 0).expand({batch, 2, h * w});
  const torch::Tensor xy = places.bmm(torch::softmax(cells, 1)).transpose(1, 2);
  const torch::Tensor logits = cells.amax(1);
  return {xy, torch::sigmoid(logits), logits};
}

Pose2d skeleton_to_pose(const Network& network, const torch::Tensor& skeleton_image, bool training) {
  const FeatureShape& in = network.spec().inputs[0].shape;
  check_shape(skeleton_image, {-1, in.channels, in.height, in.width}, "skeleton_image");
  return soft_argmax(network.forward({skeleton_image}, training)[0]);
}

}  // namespace limn
