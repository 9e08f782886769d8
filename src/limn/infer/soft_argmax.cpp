#include "limn/infer/soft_argmax.h"

#include <algorithm>
#include <cmath>

#include "limn/network/architectures.h"

namespace limn {

void soft_argmax(const FeatureShape& shape, const float* logits, const float* depths, Keypoints& keypoints) {
  const int h = shape.height, w = shape.width;
  keypoints.uv.resize(shape.channels);
  keypoints.confidence.resize(shape.channels);
  keypoints.bone_depths.resize(depths ? shape.channels : 0);
  const size_t plane = static_cast<size_t>(h) * w;
  for (int k = 0; k < shape.channels; ++k, logits += plane) {
    const int peak = static_cast<int>(std::max_element(logits, logits + plane) - logits);
    const int x0 = peak % w, y0 = peak / w;
    const float largest = logits[peak];
    double total = 0, x_sum = 0, y_sum = 0, depth_sum = 0;
    for (int y = std::max(0, y0 - heatmap_radius); y <= std::min(h - 1, y0 + heatmap_radius); ++y)
      for (int x = std::max(0, x0 - heatmap_radius); x <= std::min(w - 1, x0 + heatmap_radius); ++x) {
        const double mass = std::exp(logits[y * w + x] - largest);
        total += mass;
        x_sum += mass * (x + 0.5);
        y_sum += mass * (y + 0.5);
        if (depths) depth_sum += mass * depths[k * plane + y * w + x];
      }
    keypoints.uv[k] =
        Vec2(static_cast<float>(2 * x_sum / total / w - 1), static_cast<float>(2 * y_sum / total / h - 1));
    if (depths) keypoints.bone_depths[k] = static_cast<float>(depth_sum / total);
    keypoints.confidence[k] = 1.0f / (1.0f + std::exp(-largest));
  }
}

}  // namespace limn
