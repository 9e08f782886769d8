// Upright rectangles in a picture.
#pragma once

#include <algorithm>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

struct Box {
  Vec2 low = Vec2::Zero(), high = Vec2::Zero();  ///< px, edges
  Vec2 centre() const { return 0.5f * (low + high); }
  Vec2 size() const { return high - low; }
  float area() const { return std::max(0.0f, size().x()) * std::max(0.0f, size().y()); }
};

inline Box intersection(const Box& a, const Box& b) { return {a.low.cwiseMax(b.low), a.high.cwiseMin(b.high)}; }

/// The smallest box around at least one point.
inline Box box_around(const std::vector<Vec2>& points) {
  Box box{points.at(0), points[0]};
  for (const Vec2& p : points) box = {box.low.cwiseMin(p), box.high.cwiseMax(p)};
  return box;
}

/// Intersection over union, [0, 1]; 0 where both are empty.
inline float overlap(const Box& a, const Box& b) {
  const float common = intersection(a, b).area(), all = a.area() + b.area() - common;
  return all > 0 ? common / all : 0;
}

}  // namespace limn
