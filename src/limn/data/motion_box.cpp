#include "limn/data/motion_box.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limn/data/grey_map.h"

namespace limn {
namespace {

constexpr int map_side = 80;                // px; motion is searched at this size: it removes noise, and is fast
constexpr float least_deviation = 6;        // grey levels: above compression noise
constexpr float share_of_strongest = 0.2f;  // weaker motion than this share of the strongest is shadow or noise
constexpr float most_moving = 0.6f;         // a larger moving share of the picture is a moving camera
constexpr double tail = 0.015;

/// Standard deviation of the grey value over time.
GreyMap deviation_map(const std::vector<Image>& frames) {
  GreyMap map = grey_map(frames[0], map_side);
  std::vector<double> sum(map.values.size()), squares(map.values.size());
  for (const Image& frame : frames) {
    const GreyMap grey = grey_map(frame, map_side);
    for (size_t i = 0; i < sum.size(); ++i) {
      sum[i] += grey.values[i];
      squares[i] += grey.values[i] * grey.values[i];
    }
  }
  const double n = static_cast<double>(frames.size());
  for (size_t i = 0; i < sum.size(); ++i)
    map.values[i] = static_cast<float>(std::sqrt(std::max(0.0, squares[i] / n - sum[i] / n * (sum[i] / n))));
  return map;
}

struct Shift {
  int x = 0, y = 0;
};

/// The shift with a(p) = b(p + shift) over most of the picture: how a camera in the hand moved between two photographs.
/// Differences are cut off, so that the person, who differs at any shift, hardly counts.
Shift camera_shift(const GreyMap& a, const GreyMap& b) {
  constexpr int reach = 8;
  Shift best;
  double least = std::numeric_limits<double>::infinity();
  for (int dy = -reach; dy <= reach; ++dy) {
    for (int dx = -reach; dx <= reach; ++dx) {
      double cost = 0;
      int count = 0;
      for (int y = reach; y < a.height - reach; y += 2)
        for (int x = reach; x < a.width - reach; x += 2, ++count)
          cost += std::min(20.0f, std::abs(a.at(x, y) - b.at(x + dx, y + dy)));
      cost = cost / std::max(1, count) + 0.02 * (std::abs(dx) + std::abs(dy));  // of equals the smaller shift
      if (count > 0 && cost < least) {
        least = cost;
        best = {dx, dy};
      }
    }
  }
  return best;
}

/// Raises `map` at p to half of the least difference of a(p) from b near p + shift: edges that a small turn or zoom of
/// the camera displaced find their like within two pixels, a moved person does not. Half: the deviation of two values.
void mark_changes(const GreyMap& a, const GreyMap& b, Shift shift, GreyMap& map) {
  constexpr int slack = 2;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      if (!b.has(x + shift.x, y + shift.y)) continue;  // seen in one photograph only
      float least = 255;
      for (int v = y + shift.y - slack; v <= y + shift.y + slack; ++v)
        for (int u = x + shift.x - slack; u <= x + shift.x + slack; ++u)
          if (b.has(u, v)) least = std::min(least, std::abs(a.at(x, y) - b.at(u, v)));
      float& value = map.values[static_cast<size_t>(y) * map.width + x];
      value = std::max(value, 0.5f * least);
    }
  }
}

GreyMap change_map(const Image& first, const Image& second) {
  const GreyMap a = grey_map(first, map_side), b = grey_map(second, map_side);
  const Shift shift = camera_shift(a, b);
  GreyMap map{a.width, a.height, std::vector<float>(a.values.size())};
  mark_changes(a, b, shift, map);
  mark_changes(b, a, Shift{-shift.x, -shift.y}, map);
  return map;
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
  const GreyMap map = frames.size() == 2 ? change_map(frames[0], frames[1]) : deviation_map(frames);
  const int width = map.width, height = map.height;
  std::vector<float> sorted = map.values;
  const auto strongest = sorted.begin() + static_cast<long>(0.995 * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), strongest, sorted.end());
  const float threshold = std::max(least_deviation, share_of_strongest * *strongest);
  std::vector<double> columns(width), rows(height);
  int moving = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float deviation = map.at(x, y);
      if (deviation < threshold) continue;
      ++moving;
      columns[x] += 1;
      rows[y] += 1;
    }
  }
  const float share = static_cast<float>(moving) / static_cast<float>(map.values.size());
  if (share < 0.002f || share > most_moving) return std::nullopt;
  const Vec2 across = trimmed_range(columns), down = trimmed_range(rows);
  const Vec2 scale(static_cast<float>(frames[0].width) / width, static_cast<float>(frames[0].height) / height);
  return Box{Vec2(across.x(), down.x()).cwiseProduct(scale), Vec2(across.y(), down.y()).cwiseProduct(scale)};
}

}  // namespace limn
