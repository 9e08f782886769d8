#include "limn/infer/painting_over.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "limn/infer/people.h"

namespace limn {
namespace {

constexpr float confident = 0.3f;
constexpr float thickness = 0.05f;  // of the figure's height: half of a limb with its clothes;
constexpr float trunk = 2;          // times as much on the midline

/// Marks the pixels within `radius` of a segment.
void mark(const Image& image, const Vec2& from, const Vec2& to, float radius, std::vector<char>& covered) {
  const Vec2 along = to - from;
  const float square = std::max(1e-6f, along.squaredNorm());
  const Vec2 low = from.cwiseMin(to) - Vec2::Constant(radius), high = from.cwiseMax(to) + Vec2::Constant(radius);
  const auto within = [](float value, int end) { return static_cast<int>(std::clamp(value, 0.0f, static_cast<float>(end))); };
  for (int y = within(low.y(), image.height); y < within(high.y() + 1, image.height); ++y)
    for (int x = within(low.x(), image.width); x < within(high.x() + 1, image.width); ++x) {
      const Vec2 pixel(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f);
      const float share = std::clamp((pixel - from).dot(along) / square, 0.0f, 1.0f);
      if ((pixel - from - share * along).squaredNorm() <= radius * radius)
        covered[static_cast<size_t>(y) * image.width + x] = 1;
    }
}

/// Pixels [begin, end) of a row become a straight way from the pixel before to the one behind.
void bridge(Image& image, int y, int begin, int end) {
  const uint8_t* left = begin > 0 ? image.at(begin - 1, y) : nullptr;
  const uint8_t* right = end < image.width ? image.at(end, y) : nullptr;
  if (left == nullptr) left = right;
  if (right == nullptr) right = left;
  if (left == nullptr) return;
  for (int x = begin; x < end; ++x) {
    const int share = x - begin + 1, all = end - begin + 1;
    for (int c = 0; c < 3; ++c)
      image.at(x, y)[c] = static_cast<uint8_t>((left[c] * (all - share) + right[c] * share) / all);
  }
}

}  // namespace

Image painted_over(const Image& image, const Skeleton& skeleton, const PoseEstimate& person) {
  std::vector<char> covered(static_cast<size_t>(image.width) * image.height, 0);
  const float radius = std::max(1.0f, thickness * box_of(person).size().maxCoeff());
  const auto sure = [&](int joint) { return person.confidence[static_cast<size_t>(joint)] >= confident; };
  const auto at = [&](int joint) { return person.joints_px[static_cast<size_t>(joint)]; };
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    if (parent < 0 || !sure(j) || !sure(parent)) continue;
    const bool midline = skeleton.joints()[j].mirror == j && skeleton.joints()[parent].mirror == parent;
    mark(image, at(parent), at(j), midline ? trunk * radius : radius, covered);
  }
  Image result = image;
  for (int y = 0; y < image.height; ++y) {
    const char* row = &covered[static_cast<size_t>(y) * image.width];
    for (int x = 0; x < image.width; ++x) {
      if (!row[x]) continue;
      int end = x;
      while (end < image.width && row[end]) ++end;
      bridge(result, y, x, end);
      x = end;
    }
  }
  return result;
}

}  // namespace limn
