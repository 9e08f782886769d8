#include "limn/cycle/skeleton_to_pose.h"

#include <torch/torch.h>

#include <limits>

#include "limn/cycle/shape.h"
#include "limn/network/architectures.h"

namespace limn {

Pose2d soft_argmax(const torch::Tensor& heatmaps) {
  const int64_t batch = heatmaps.size(0), keypoints = heatmaps.size(1), h = heatmaps.size(2), w = heatmaps.size(3);
  // [B cells K]: as channels-last heatmaps lie in memory.
  const torch::Tensor maps = heatmaps.permute({0, 2, 3, 1}).contiguous();
  const torch::Tensor cells = maps.view({batch, h * w, keypoints});
  const auto [logits, largest] = cells.max(1, true);
  const auto near = [&](const torch::Tensor& index, const torch::Tensor& centre) {
    return (index.view({1, h * w, 1}) - centre).abs() <= heatmap_radius;
  };
  const torch::Tensor all = torch::arange(h * w, largest.options());
  const auto rows = [&](const torch::Tensor& index) { return index.div(w, "floor"); };
  const auto columns = [&](const torch::Tensor& index) { return index.remainder(w); };
  const torch::Tensor window = near(rows(all), rows(largest)) & near(columns(all), columns(largest));
  const torch::Tensor mass =
      torch::softmax(cells.masked_fill(~window, -std::numeric_limits<float>::infinity()), 1);
  const auto centres = [&](int64_t n) { return (torch::arange(n, heatmaps.options()) + 0.5) * (2.0 / n) - 1.0; };
  const torch::Tensor places =
      torch::stack({centres(w).repeat({h}), centres(h).repeat_interleave(w)}, 0).expand({batch, 2, h * w});
  const torch::Tensor xy = places.bmm(mass).transpose(1, 2);
  const torch::Tensor highest = logits.squeeze(1);
  return {xy, torch::sigmoid(highest), highest, maps, mass};
}

Pose2d skeleton_to_pose(const Network& network, const torch::Tensor& skeleton_image, bool training) {
  const FeatureShape& in = network.spec().inputs[0].shape;
  check_shape(skeleton_image, {-1, in.channels, in.height, in.width}, "skeleton_image");
  return soft_argmax(network.forward({skeleton_image}, training)[0]);
}

torch::Tensor read_at_keypoints(const torch::Tensor& maps, const Pose2d& pose) {
  return (maps.flatten(2) * pose.mass.detach().transpose(1, 2)).sum(-1);
}

}  // namespace limn
