#include "limn/data/motion_box.h"

#include <algorithm>
#include <cmath>

#include "limn/media/resample.h"

namespace limn {
namespace {

constexpr int map_side = 80;               // px; motion is searched at this size: it removes noise, and is fast
constexpr float least_deviation = 6;       // grey levels: above compression noise
constexpr float share_of_strongest = 0.2f;  // weaker motion than this share of the strongest is shadow or noise
constexpr float most_moving = 0.6f;        // a larger moving share of the picture is a moving camera
constexpr double tail = 0.015;

/// Standard deviation of the grey value over time, [h w]; the size of the map in `width`, `height`.
std::vector<float> deviation_map(const std::vector<Image>& frames, int& width, int& height) {
  std::vector<float> sum, squares;
  for (const Image& frame : frames) {
    const Image small = shrunk_to(frame, map_side);
    width = small.width;
    height = small.height;
    const size_t count = static_cast<size_t>(width) * height;
    sum.resize(count);
    squares.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const uint8_t* p = &small.pixels[3 * i];
      const float grey = 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
      sum[i] += grey;
      squares[i] += grey * grey;
    }
  }
  const float n = static_cast<float>(frames.size());
  for (size_t i = 0; i < sum.size(); ++i)
    squares[i] = std::sqrt(std::max(0.0f, squares[i] / n - sum[i] / n * (sum[i] / n)));
  return squares;
}

/// The interval of a histogram that leaves `tail` of its mass on each side, in bins.
Vec2 trimmed_range(const std::vector<double>& histogram) {
  double total = 0;
  for (double mass : histogram) total += mass;
  size_t low = 0, high = histogram.size();
  for (double left = 0; low < high && (left += histogram[low]) <= tail * total;) ++low;
  for (double right = 0; high > low && (right += histogram[high - 1]) <= tail * total;) --high;
  return Vec2(static_cast<float>(low), static_cast<float>(high));
}

}  // namespace

std::optional<Box> motion_box(const std::vector<Image>& frames) {
  if (frames.size() < 2) return std::nullopt;
  int width = 0, height = 0;
  std::vector<float> map = deviation_map(frames, width, height);
  std::vector<float> sorted = map;
  const auto strongest = sorted.begin() + static_cast<long>(0.995 * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), strongest, sorted.end());
  const float threshold = std::max(least_deviation, share_of_strongest * *strongest);
  std::vector<double> columns(width), rows(height);
  int moving = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float deviation = map[static_cast<size_t>(y) * width + x];
      if (deviation < threshold) continue;
      ++moving;
      columns[x] += 1;
      rows[y] += 1;
    }
  }
  const float share = static_cast<float>(moving) / static_cast<float>(map.size());
  if (share < 0.002f || share > most_moving) return std::nullopt;
  const Vec2 across = trimmed_range(columns), down = trimmed_range(rows);
  const Vec2 scale(static_cast<float>(frames[0].width) / width, static_cast<float>(frames[0].height) / height);
  return Box{Vec2(across.x(), down.x()).cwiseProduct(scale), Vec2(across.y(), down.y()).cwiseProduct(scale)};
}

}  // namespace limn
