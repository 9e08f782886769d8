#include "limn/media/overlay.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr float least_confidence = 0.05f;

// After Okabe and Ito, "Color Universal Design" (2008).
constexpr Rgb left_colours[] = {{86, 180, 233}, {0, 114, 178}, {150, 220, 255}, {60, 90, 220}};
constexpr Rgb right_colours[] = {{230, 159, 0}, {213, 94, 0}, {255, 215, 120}, {240, 70, 70}};
constexpr Rgb middle_colours[] = {{0, 158, 115}, {204, 121, 167}, {200, 200, 200}, {150, 200, 90}};

enum class Side { left, right, middle };

Side side_of(const Grouping& grouping, int channel) {
  const std::string& name = grouping.channel_names[channel];
  if (name.find("left") != std::string::npos) return Side::left;
  if (name.find("right") != std::string::npos) return Side::right;
  const int mirror = grouping.channel_mirror[channel];
  return mirror == channel ? Side::middle : channel < mirror ? Side::left : Side::right;
}

/// Diagonal of the figure, px: the measure of line widths.
float figure_size(const std::vector<Vec2>& joints_px, const std::vector<float>& confidence) {
  Vec2 low = Vec2::Constant(1e9f), high = -low;
  for (size_t j = 0; j < joints_px.size(); ++j) {
    if (!joints_px[j].allFinite() || !(confidence[j] >= least_confidence)) continue;
    low = low.cwiseMin(joints_px[j]);
    high = high.cwiseMax(joints_px[j]);
  }
  return (high.array() >= low.array()).all() ? (high - low).norm() : 0.0f;
}

}  // namespace

std::vector<Rgb> channel_palette(const Grouping& grouping) {
  std::vector<Rgb> palette;
  int left = 0, right = 0, middle = 0;  // mirrored channels come in the same order on both sides
  for (int c = 0; c < grouping.channels(); ++c) {
    switch (side_of(grouping, c)) {
      case Side::left:
        palette.push_back(left_colours[left++ % 4]);
        break;
      case Side::right:
        palette.push_back(right_colours[right++ % 4]);
        break;
      case Side::middle:
        palette.push_back(middle_colours[middle++ % 4]);
        break;
    }
  }
  return palette;
}

void draw_pose(Image& image, const Skeleton& skeleton, const Grouping& limbs, const std::vector<Vec2>& joints_px,
               const std::vector<float>& confidence) {
  const size_t joints = skeleton.joints().size();
  require(joints_px.size() == joints && confidence.size() == joints, ErrorKind::usage,
          "a pose to draw needs a point and a confidence for each joint", std::to_string(joints_px.size()) + " points",
          "give as many as the skeleton has joints");
  const float full_width = std::clamp(figure_size(joints_px, confidence) / 60, 1.5f, 12.0f);
  const auto seen = [&](int j) {
    return confidence[j] >= least_confidence ? std::min(confidence[j], 1.0f) : 0.0f;  // NaN counts as unseen
  };
  std::vector<Rgb> joint_colour(joints, Rgb{255, 255, 255});
  const std::vector<Rgb> palette = channel_palette(limbs);
  for (int c = 0; c < limbs.channels(); ++c) {
    for (int b : limbs.channel_bones[c]) {
      const Bone& bone = skeleton.bones()[b];
      const float strength = std::min(seen(bone.from), seen(bone.to));
      joint_colour[bone.to] = palette[c];
      if (strength > 0)
        draw_line(image, joints_px[bone.from], joints_px[bone.to], full_width * (0.35f + 0.65f * strength), palette[c],
                  0.25f + 0.75f * strength);
    }
  }
  for (size_t j = 0; j < joints; ++j) {
    const float strength = seen(static_cast<int>(j));
    if (strength <= 0) continue;
    const float radius = full_width * (0.5f + 0.35f * strength);
    draw_disc(image, joints_px[j], radius, {255, 255, 255}, 0.25f + 0.75f * strength);
    draw_disc(image, joints_px[j], 0.65f * radius, joint_colour[j], 0.25f + 0.75f * strength);
  }
}

Image colour_channels(const float* y, int channels, int height, int width, const std::vector<Rgb>& palette) {
  require(static_cast<int>(palette.size()) == channels, ErrorKind::usage, "a skeleton image needs one colour a channel",
          std::to_string(palette.size()) + " colours for " + std::to_string(channels) + " channels",
          "take channel_palette of the grouping");
  Image image(width, height);
  const size_t plane = static_cast<size_t>(width) * height;
  for (size_t i = 0; i < plane; ++i) {
    float dark[3] = {1, 1, 1};
    for (int c = 0; c < channels; ++c) {
      const float value = std::clamp(y[c * plane + i], 0.0f, 1.0f);
      for (int k = 0; k < 3; ++k) dark[k] *= 1 - value * static_cast<float>(palette[c][k]) / 255;
    }
    for (int k = 0; k < 3; ++k) image.pixels[3 * i + k] = static_cast<uint8_t>(255 * (1 - dark[k]) + 0.5f);
  }
  return image;
}

}  // namespace limn
