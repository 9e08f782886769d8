#include "limn/network/person_code.h"

#include <cmath>

namespace limn {
namespace {

constexpr float usual_width_px = 32, usual_height_px = 64;
constexpr float spread = 1.0f / 10;      // deviation of a centre's bell, share of the box's side
constexpr float smallest_spread = 0.6f;  // cells
constexpr float reach = 3;               // deviations
constexpr float owns_above = 0.25f;      // of the bell: cells that must know the box
constexpr float largest_log = 4;         // boxes up to e^4 times the usual size

struct Bell {
  Vec2 centre, deviation;  // cells
  float at(int x, int y) const {
    const Vec2 d = (Vec2(x + 0.5f, y + 0.5f) - centre).cwiseQuotient(deviation);
    return std::exp(-0.5f * d.squaredNorm());
  }
};

int cell_of(float px, int count) { return std::clamp(static_cast<int>(px / person_stride), 0, count - 1); }

Bell bell_of(const Box& box, int width, int height) {
  const Vec2 middle = box.centre();
  // At the middle of its cell, so that the peak is exactly 1.
  return {Vec2(cell_of(middle.x(), width) + 0.5f, cell_of(middle.y(), height) + 0.5f),
          (spread / person_stride * box.size()).cwiseMax(smallest_spread)};
}

/// The cells of [0, count) within reach of a bell, along one axis.
std::pair<int, int> cells_around(float centre, float deviation, int count) {
  return {std::max(0, static_cast<int>(centre - reach * deviation)),
          std::min(count - 1, static_cast<int>(centre + reach * deviation))};
}

void encode_box(const Box& box, int x, int y, size_t plane, float* values) {
  const Vec2 from_cell = box.centre() / person_stride - Vec2(x + 0.5f, y + 0.5f);
  values[0] = from_cell.x();
  values[plane] = from_cell.y();
  values[2 * plane] = std::log(std::max(1.0f, box.size().x()) / usual_width_px);
  values[3 * plane] = std::log(std::max(1.0f, box.size().y()) / usual_height_px);
}

Box decode_box(int x, int y, size_t plane, const float* values) {
  const Vec2 middle = person_stride * Vec2(x + 0.5f + values[0], y + 0.5f + values[plane]);
  const auto side = [](float usual, float log) { return usual * std::exp(std::clamp(log, -largest_log, largest_log)); };
  const Vec2 half = 0.5f * Vec2(side(usual_width_px, values[2 * plane]), side(usual_height_px, values[3 * plane]));
  return {middle - half, middle + half};
}

}  // namespace

PersonTargets encode_people(const std::vector<Box>& people, const std::vector<Box>& ignored, int width, int height) {
  PersonTargets t;
  t.width = width / person_stride, t.height = height / person_stride;
  const size_t plane = static_cast<size_t>(t.width) * t.height;
  t.centre.assign(plane, 0), t.centre_weight.assign(plane, 1);
  t.box.assign(person_box_values * plane, 0), t.box_weight.assign(plane, 0);
  const auto around = [&](const Box& box, const auto& visit) {
    const Bell bell = bell_of(box, t.width, t.height);
    const auto [left, right] = cells_around(bell.centre.x(), bell.deviation.x(), t.width);
    const auto [top, bottom] = cells_around(bell.centre.y(), bell.deviation.y(), t.height);
    for (int y = top; y <= bottom; ++y)
      for (int x = left; x <= right; ++x) visit(x, y, static_cast<size_t>(y) * t.width + x, bell.at(x, y));
  };
  for (const Box& box : ignored) around(box, [&](int, int, size_t i, float) { t.centre_weight[i] = 0; });
  for (const Box& box : people)
    around(box, [&](int x, int y, size_t i, float value) {
      if (value <= t.centre[i]) return;  // the person whose middle is nearer
      t.centre[i] = value;
      if (value > owns_above) t.centre_weight[i] = 1;
      t.box_weight[i] = value > owns_above ? value : 0;
      encode_box(box, x, y, plane, t.box.data() + i);
    });
  return t;
}

std::vector<FoundBox> without_doubles(std::vector<FoundBox> found, float largest_overlap) {
  std::stable_sort(found.begin(), found.end(), [](const FoundBox& a, const FoundBox& b) { return a.score > b.score; });
  std::vector<FoundBox> kept;
  for (const FoundBox& candidate : found)
    if (std::none_of(kept.begin(), kept.end(),
                     [&](const FoundBox& better) { return overlap(better.box, candidate.box) > largest_overlap; }))
      kept.push_back(candidate);
  return kept;
}

std::vector<FoundBox> decode_people(const FeatureShape& shape, std::span<const float> centre,
                                    std::span<const float> box, float smallest_score, float largest_overlap) {
  const int width = shape.width, height = shape.height;
  const size_t plane = static_cast<size_t>(width) * height;
  const float smallest = std::clamp(smallest_score, 1e-4f, 1 - 1e-4f);
  const float smallest_logit = std::log(smallest / (1 - smallest));
  std::vector<FoundBox> found;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const size_t i = static_cast<size_t>(y) * width + x;
      if (!(centre[i] >= smallest_logit)) continue;
      bool peak = true;
      for (int v = std::max(0, y - 1); peak && v <= std::min(height - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); peak && u <= std::min(width - 1, x + 1); ++u)
          peak = !(centre[static_cast<size_t>(v) * width + u] > centre[i]);
      if (!peak) continue;
      const FoundBox person{decode_box(x, y, plane, box.data() + i), 1 / (1 + std::exp(-centre[i]))};
      if (person.box.low.allFinite() && person.box.high.allFinite()) found.push_back(person);
    }
  return without_doubles(std::move(found), largest_overlap);
}

}  // namespace limn
