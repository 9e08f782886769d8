#include "limn/media/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"

namespace limn {
namespace {

/// Integral of the hat function max(0, 1 - |t|) from minus infinity to t.
double hat_integral(double t) {
  if (t <= -1) return 0;
  if (t >= 1) return 1;
  return t < 0 ? 0.5 * (1 + t) * (1 + t) : 1 - 0.5 * (1 - t) * (1 - t);
}

/// How one row (or column) of the result is mixed from the source.
struct Taps {
  int first = 0;           ///< source index of weights[begin]
  int begin = 0, end = 0;  ///< range within Axis::weights
  float outside = 0;       ///< weight of the fill colour
};

struct Axis {
  std::vector<Taps> taps;  ///< per result pixel
  std::vector<float> weights;
  int low = 0, high = 0;  ///< source pixels in use, [low, high)
};

/// Result pixel i covers [start + i * step, start + (i + 1) * step) of a source of `length` pixels.
Axis make_axis(double start, double step, int count, int length, bool replicate) {
  Axis axis;
  axis.low = length;
  for (int i = 0; i < count; ++i) {
    const double a = start + i * step, b = a + step;
    const int from = static_cast<int>(std::floor(a - 0.5)), to = static_cast<int>(std::ceil(b + 0.5));
    Taps taps;
    taps.first = std::clamp(from, 0, length - 1);
    const int last = std::clamp(to - 1, 0, length - 1);
    taps.begin = static_cast<int>(axis.weights.size());
    axis.weights.resize(axis.weights.size() + (last - taps.first + 1), 0.0f);
    taps.end = static_cast<int>(axis.weights.size());
    for (int j = from; j < to; ++j) {
      const double weight = (hat_integral(b - j - 0.5) - hat_integral(a - j - 0.5)) / step;
      if (!replicate && (j < 0 || j >= length))
        taps.outside += static_cast<float>(weight);
      else
        axis.weights[taps.begin + std::clamp(j, 0, length - 1) - taps.first] += static_cast<float>(weight);
    }
    axis.low = std::min(axis.low, taps.first);
    axis.high = std::max(axis.high, last + 1);
    axis.taps.push_back(taps);
  }
  return axis;
}

/// One source row to `count` result pixels, [count 3].
void mix_row(const uint8_t* source, const Axis& axis, const Rgb& fill, float* target) {
  for (const Taps& taps : axis.taps) {
    float r = taps.outside * fill[0], g = taps.outside * fill[1], b = taps.outside * fill[2];
    const uint8_t* pixel = source + 3 * static_cast<size_t>(taps.first);
    for (int k = taps.begin; k < taps.end; ++k, pixel += 3) {
      const float weight = axis.weights[k];
      r += weight * pixel[0];
      g += weight * pixel[1];
      b += weight * pixel[2];
    }
    *target++ = r;
    *target++ = g;
    *target++ = b;
  }
}

Image resample(const Image& image, const Axis& across, const Axis& down, const Rgb& fill) {
  Image result(static_cast<int>(across.taps.size()), static_cast<int>(down.taps.size()));
  const size_t row_length = static_cast<size_t>(result.width) * 3;
  std::vector<float> mixed(row_length * (down.high - down.low));
  for (int y = down.low; y < down.high; ++y) mix_row(image.at(0, y), across, fill, &mixed[(y - down.low) * row_length]);
  std::vector<float> sum(row_length);
  for (int y = 0; y < result.height; ++y) {
    const Taps& taps = down.taps[y];
    for (size_t i = 0; i < row_length; ++i) sum[i] = 0.5f + taps.outside * fill[i % 3];
    for (int k = taps.begin; k < taps.end; ++k) {
      const float weight = down.weights[k];
      const float* row = &mixed[(taps.first + (k - taps.begin) - down.low) * row_length];
      for (size_t i = 0; i < row_length; ++i) sum[i] += weight * row[i];
    }
    uint8_t* target = result.at(0, y);
    for (size_t i = 0; i < row_length; ++i) target[i] = static_cast<uint8_t>(std::min(sum[i], 255.0f));
  }
  return result;
}

}  // namespace

Image crop_resized(const Image& image, const Crop& crop, int size, std::optional<Rgb> fill) {
  require(!image.empty() && size >= 1, ErrorKind::usage, "cannot crop an empty image or to less than one pixel",
          "crop_resized", "check the size asked for");
  require(crop.side_px > 0 && crop.side_px <= 1e6f && crop.centre_px.allFinite() &&
              crop.centre_px.cwiseAbs().maxCoeff() <= 1e6f,
          ErrorKind::usage, "a crop window must be finite, with a side in (0, 1e6] px",
          "side " + std::to_string(crop.side_px), "check the box of the person");
  const double step = static_cast<double>(crop.side_px) / size;
  const double left = crop.centre_px.x() - 0.5 * crop.side_px, top = crop.centre_px.y() - 0.5 * crop.side_px;
  const bool replicate = !fill.has_value();
  return resample(image, make_axis(left, step, size, image.width, replicate),
                  make_axis(top, step, size, image.height, replicate), fill.value_or(mid_grey));
}

Image resized(const Image& image, int width, int height) {
  require(!image.empty() && width >= 1 && height >= 1, ErrorKind::usage, "cannot scale an empty image or to nothing",
          "resized", "check the size asked for");
  if (width == image.width && height == image.height) return image;
  return resample(image, make_axis(0, static_cast<double>(image.width) / width, width, image.width, true),
                  make_axis(0, static_cast<double>(image.height) / height, height, image.height, true), mid_grey);
}

Image shrunk_to(const Image& image, int max_side) {
  const int longer = std::max(image.width, image.height);
  if (longer <= max_side) return image;
  const double scale = static_cast<double>(max_side) / longer;
  return resized(image, std::max(1, static_cast<int>(std::lround(image.width * scale))),
                 std::max(1, static_cast<int>(std::lround(image.height * scale))));
}

Image mirrored(const Image& image) {
  Image result(image.width, image.height);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) std::memcpy(result.at(x, y), image.at(image.width - 1 - x, y), 3);
  return result;
}

}  // namespace limn
