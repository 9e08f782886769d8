#include "limn/infer/appearance.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {

constexpr float confident = 0.3f;
constexpr int levels = 4;       // of a channel
constexpr int along = 9;        // samples from end to end
constexpr float aside = 0.12f;  // of the trunk's length: samples to the left and to the right of the spine

/// Adds a pixel to the colours nearest to it, by nearness.
void add_colour(const uint8_t* rgb, std::array<float, Appearance::colours>& shares) {
  int low[3];
  float above[3];
  for (int c = 0; c < 3; ++c) {
    const float place = static_cast<float>(rgb[c]) * (levels - 1) / 255.0f;
    low[c] = std::min(static_cast<int>(place), levels - 2);
    above[c] = place - static_cast<float>(low[c]);
  }
  for (int corner = 0; corner < 8; ++corner) {
    float share = 1;
    int bin = 0;
    for (int c = 0; c < 3; ++c) {
      const int up = (corner >> c) & 1;
      share *= up ? above[c] : 1 - above[c];
      bin = bin * levels + low[c] + up;
    }
    shares[static_cast<size_t>(bin)] += share;
  }
}

float sum_of(const std::array<float, Appearance::colours>& shares) {
  float sum = 0;
  for (const float share : shares) sum += share;
  return sum;
}

}  // namespace

bool Appearance::known() const {
  return std::any_of(shares.begin(), shares.end(), [](const auto& part) { return sum_of(part) > 0; });
}

void Appearance::blend(const Appearance& other, float share) {
  for (size_t part = 0; part < shares.size(); ++part) {
    if (sum_of(other.shares[part]) <= 0) continue;
    const float of_other = sum_of(shares[part]) > 0 ? share : 1;
    for (size_t i = 0; i < colours; ++i)
      shares[part][i] += of_other * (other.shares[part][i] - shares[part][i]);
  }
}

float unlikeness(const Appearance& a, const Appearance& b) {
  float sum = 0;
  int parts = 0;
  for (size_t part = 0; part < a.shares.size(); ++part) {
    if (sum_of(a.shares[part]) <= 0 || sum_of(b.shares[part]) <= 0) continue;
    float common = 0;
    for (size_t i = 0; i < Appearance::colours; ++i) common += std::sqrt(a.shares[part][i] * b.shares[part][i]);
    sum += std::max(0.0f, 1 - common);
    ++parts;
  }
  return parts > 0 ? sum / static_cast<float>(parts) : 0;
}

AppearanceReader::AppearanceReader(const Skeleton& skeleton) {
  const auto both = [&](const std::string& name) {
    return std::array{skeleton.joint("left_" + name), skeleton.joint("right_" + name)};
  };
  shoulders_ = both("shoulder"), hips_ = both("hip"), knees_ = both("knee"), ankles_ = both("ankle");
}

Appearance AppearanceReader::operator()(const Image& image, const PoseEstimate& person) const {
  Appearance result;
  const auto sure = [&](int joint) { return person.confidence[static_cast<size_t>(joint)] >= confident; };
  const auto at = [&](int joint) { return person.joints_px[static_cast<size_t>(joint)]; };
  const auto sample = [&](const Vec2& place, size_t part) {
    const int x = static_cast<int>(std::floor(place.x())), y = static_cast<int>(std::floor(place.y()));
    if (x >= 0 && y >= 0 && x < image.width && y < image.height) add_colour(image.at(x, y), result.shares[part]);
  };
  const auto line = [&](const Vec2& from, const Vec2& to, const Vec2& beside, size_t part) {
    for (int i = 0; i < along; ++i)  // not its ends, where others begin
      sample(from + (static_cast<float>(i) + 1) / (along + 1) * (to - from) + beside, part);
  };
  if (sure(shoulders_[0]) && sure(shoulders_[1]) && sure(hips_[0]) && sure(hips_[1])) {
    const Vec2 neck = 0.5f * (at(shoulders_[0]) + at(shoulders_[1])), pelvis = 0.5f * (at(hips_[0]) + at(hips_[1]));
    const Vec2 spine = pelvis - neck, beside(-spine.y(), spine.x());
    for (const float offset : {-aside, 0.0f, aside}) line(neck, pelvis, offset * beside, 0);
  }
  for (size_t side = 0; side < 2; ++side)
    for (const auto& [upper, lower] : {std::pair(hips_[side], knees_[side]), std::pair(knees_[side], ankles_[side])})
      if (sure(upper) && sure(lower)) line(at(upper), at(lower), Vec2::Zero(), 1);
  for (auto& part : result.shares)
    if (const float sum = sum_of(part); sum > 0)
      for (float& share : part) share /= sum;
  return result;
}

}  // namespace limn
