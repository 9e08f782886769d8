#include "limn/losses/keypoints.h"

#include <torch/torch.h>

namespace limn {
namespace {

constexpr double knee = 0.05;

/// What a weighted sum is divided by.
torch::Tensor total(const torch::Tensor& weight, Ranks* ranks) {
  return mean_over_ranks(weight.sum(), ranks).clamp_min(ranks ? 1.0 / ranks->size() : 1.0);
}

}  // namespace

torch::Tensor keypoint_loss(const torch::Tensor& predicted, const torch::Tensor& truth, const torch::Tensor& weight,
                            Ranks* ranks) {
  const torch::Tensor square = (predicted - truth).pow(2).sum(-1);
  const torch::Tensor distance = (square + 1e-12).sqrt();
  const torch::Tensor huber = torch::where(distance < knee, square / (2 * knee), distance - knee / 2);
  return (huber * weight).sum() / total(weight, ranks);
}

torch::Tensor heatmap_loss(const torch::Tensor& heatmaps, const torch::Tensor& truth, const torch::Tensor& weight,
                           Ranks* ranks) {
  const int64_t batch = heatmaps.size(0), h = heatmaps.size(1), w = heatmaps.size(2), keypoints = heatmaps.size(3);
  // [B n K]: the Gaussian along one axis, in cells; the target is the product of both.
  const auto axis = [&](int64_t n, int64_t k) {
    const torch::Tensor place = (truth.select(2, k) + 1) * (0.5 * n) - 0.5;
    const torch::Tensor cells = torch::arange(n, truth.options()).view({1, n, 1});
    return torch::softmax((cells - place.unsqueeze(1)).pow(2) * -0.5, 1);
  };
  const torch::Tensor rows = axis(h, 1), columns = axis(w, 0);
  const torch::Tensor predicted =
      torch::log_softmax(heatmaps.reshape({batch, h * w, keypoints}), 1).view({batch, h, w, keypoints});
  const torch::Tensor expected = ((predicted * columns.unsqueeze(1)).sum(2) * rows).sum(1);
  const torch::Tensor entropy = torch::xlogy(rows, rows).sum(1) + torch::xlogy(columns, columns).sum(1);
  return ((entropy - expected) * weight).sum() / total(weight, ranks);
}

torch::Tensor bone_depth_loss(const torch::Tensor& maps, const torch::Tensor& uv, const torch::Tensor& truth,
                              const torch::Tensor& weight, Ranks* ranks) {
  const int64_t count = maps.size(0) * maps.size(1);
  const torch::Tensor read = torch::grid_sampler(maps.reshape({count, 1, maps.size(2), maps.size(3)}),
                                                 uv.reshape({count, 1, 1, 2}), 0, 1, false);  // bilinear, the border repeated
  return (weight * (read.view_as(truth) - truth).pow(2)).sum() / total(weight, ranks);
}

torch::Tensor confidence_loss(const torch::Tensor& logits, const torch::Tensor& seen) {
  return torch::binary_cross_entropy_with_logits(logits, seen, {}, {}, at::Reduction::Mean);
}

}  // namespace limn
