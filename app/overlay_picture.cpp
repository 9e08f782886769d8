#include "overlay_picture.h"

#include <algorithm>

#include "limn/media/overlay.h"

namespace limn::app {
namespace {

constexpr int widest_panel = 512, narrowest_panel = 96;
constexpr Rgb panel_colour = {16, 16, 20}, text_colour = {220, 220, 220}, crop_colour = {255, 255, 255};

/// The number of a person, above the window it was read in.
void label(Image& image, const OverlayPerson& person) {
  const Crop crop = person.window ? *person.window : crop_around(person.pose.joints_px, person.pose.confidence);
  const Vec2 corner = crop.centre_px - Vec2::Constant(0.5f * crop.side_px);
  const int x = std::clamp(static_cast<int>(corner.x()) + 3, 0, std::max(0, image.width - 20));
  const int y = std::clamp(static_cast<int>(corner.y()) + 3, 0, std::max(0, image.height - 10));
  draw_text(image, x, y, std::to_string(person.id), crop_colour, image.height >= 480 ? 2 : 1);
}

}  // namespace

Image skeleton_picture(const Predictor& predictor, const PosePrediction& person) {
  const FeatureShape shape = predictor.skeleton_image_shape();
  return colour_channels(person.skeleton_image.data(), shape.channels, shape.height, shape.width,
                         channel_palette(predictor.grouping()));
}

Image overlay_picture(const Skeleton& skeleton, const Image& image, const std::vector<OverlayPerson>& people) {
  const int panel = std::clamp(std::min(image.width, image.height), narrowest_panel, widest_panel);
  Image result = filled(image.width + panel, std::max(image.height, panel), panel_colour);
  Image left = image;
  for (const OverlayPerson& person : people) {
    if (person.window) {
      const Vec2 half = Vec2::Constant(0.5f * person.window->side_px);
      draw_rectangle(left, person.window->centre_px - half, person.window->centre_px + half, 1, crop_colour, 0.5f);
    }
    draw_pose(left, skeleton, skeleton.grouping("limbs"), person.pose.joints_px, person.pose.confidence);
    if (person.id > 0) label(left, person);
  }
  const auto read = std::find_if(people.begin(), people.end(),
                                 [](const OverlayPerson& person) { return !person.skeleton_image.empty(); });
  if (read != people.end())
    paste(result, resized(read->skeleton_image, panel, panel), image.width, 0);
  else
    draw_text(result, image.width + 6, 6, people.empty() ? "nobody found" : "filled in", text_colour);
  paste(result, left, 0, 0);
  return result;
}

}  // namespace limn::app
