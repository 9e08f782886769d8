#include "limn/synth/photo_edges.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace limn {

PhotoEdges sample_photo_edges(const CameraOptions& options, Random& random) {
  PhotoEdges edges = {1, 1, 1, 1};
  if (!random.chance(options.edges.share)) return edges;
  const double pick = random.uniform();
  const int only = random.integer(4);
  for (int side = 0; side < 4; ++side) {
    const bool ends = pick < 0.5 ? side % 2 == 0 : pick < 0.7 ? side % 2 == 1 : side == only;
    const float margin = options.edges.amount.draw(random);
    if (ends) edges[side] = margin;
  }
  return edges;
}

bool ends(const PhotoEdges& edges) {
  return std::any_of(edges.begin(), edges.end(), [](float margin) { return margin < 1; });
}

void end_photograph(const PhotoEdges& edges, const std::vector<uint8_t>& person_mask, PersonView& view) {
  Image& image = view.image;
  const int n = image.width;
  int left = n, top = n, right = -1, bottom = -1;
  const auto hold = [&](int x, int y) {
    left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
  };
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < n; ++x)
      if (person_mask[static_cast<size_t>(y) * n + x] > 0) hold(x, y);
  for (size_t j = 0; j < view.joints_px.size(); ++j)
    if (view.visibility[j] != Visibility::outside)
      hold(std::clamp(static_cast<int>(view.joints_px[j].x()), 0, n - 1),
           std::clamp(static_cast<int>(view.joints_px[j].y()), 0, n - 1));
  if (right < left) return;
  const auto reach = [n](float margin) { return static_cast<int>(std::lround(margin * n)); };
  left = std::max(0, left - reach(edges[0])), top = std::max(0, top - reach(edges[1]));
  right = std::min(n - 1, right + reach(edges[2])), bottom = std::min(n - 1, bottom + reach(edges[3]));
  const Image whole = image;
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < n; ++x) {
      const int from_x = std::clamp(x, left, right), from_y = std::clamp(y, top, bottom);
      if (from_x == x && from_y == y) continue;
      std::memcpy(image.at(x, y), whole.at(from_x, from_y), 3);
      if (!view.depth.empty()) view.depth[static_cast<size_t>(y) * n + x] = 0;
    }
}

}  // namespace limn
