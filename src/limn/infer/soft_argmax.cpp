#include "limn/infer/soft_argmax.h"

#include <algorithm>
#include <cmath>

namespace limn {

void soft_argmax(const FeatureShape& shape, const float* logits, Keypoints& keypoints) {
  const int h = shape.height, w = shape.width;
  keypoints.uv.resize(shape.channels);
  keypoints.confidence.resize(shape.channels);
  for (int k = 0; k < shape.channels; ++k, logits += static_cast<size_t>(h) * w) {
    const float largest = *std::max_element(logits, logits + static_cast<size_t>(h) * w);
    double total = 0, x_sum = 0, y_sum = 0;
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const double mass = std::exp(logits[y * w + x] - largest);
        total += mass;
        x_sum += mass * (x + 0.5);
        y_sum += mass * (y + 0.5);
      }
    keypoints.uv[k] =
        Vec2(static_cast<float>(2 * x_sum / total / w - 1), static_cast<float>(2 * y_sum / total / h - 1));
    keypoints.confidence[k] = 1.0f / (1.0f + std::exp(-largest));
  }
}

}  // namespace limn
