#include "overlay_picture.h"

#include <algorithm>

#include "limn/media/overlay.h"

namespace limn::app {
namespace {

constexpr int widest_panel = 512, narrowest_panel = 96;
constexpr Rgb panel_colour = {16, 16, 20}, text_colour = {220, 220, 220}, crop_colour = {255, 255, 255};

/// Limbs to colour the drawn bones by, whatever the model's own channels are.
const Grouping& limbs_of(const Predictor& predictor) {
  for (const Grouping& grouping : predictor.skeleton().groupings())
    if (grouping.name == "limbs") return grouping;
  return predictor.grouping();
}

Image skeleton_panel(const Predictor& predictor, const PosePrediction& person, int side) {
  const FeatureShape shape = predictor.skeleton_image_shape();
  const Image small = colour_channels(person.skeleton_image.data(), shape.channels, shape.height, shape.width,
                                      channel_palette(predictor.grouping()));
  return resized(small, side, side);
}

/// The number of a person, above the window it was read in.
void label(Image& image, const OverlayPerson& person) {
  const Crop& crop = person.pose.crop;
  const Vec2 corner = crop.centre_px - Vec2::Constant(0.5f * crop.side_px);
  const int x = std::clamp(static_cast<int>(corner.x()) + 3, 0, std::max(0, image.width - 20));
  const int y = std::clamp(static_cast<int>(corner.y()) + 3, 0, std::max(0, image.height - 10));
  draw_text(image, x, y, std::to_string(person.id), crop_colour, image.height >= 480 ? 2 : 1);
}

}  // namespace

Image overlay_picture(const Predictor& predictor, const Image& image, const std::vector<OverlayPerson>& people) {
  const int panel = std::clamp(std::min(image.width, image.height), narrowest_panel, widest_panel);
  Image result = filled(image.width + panel, std::max(image.height, panel), panel_colour);
  Image left = image;
  for (const OverlayPerson& person : people) {
    const Vec2 half = Vec2::Constant(0.5f * person.pose.crop.side_px);
    draw_rectangle(left, person.pose.crop.centre_px - half, person.pose.crop.centre_px + half, 1, crop_colour, 0.5f);
    draw_pose(left, predictor.skeleton(), limbs_of(predictor), person.pose.joints_px, person.pose.confidence);
    if (person.id > 0) label(left, person);
  }
  if (people.empty())
    draw_text(result, image.width + 6, 6, "nobody found", text_colour);
  else
    paste(result, skeleton_panel(predictor, people.front().pose, panel), image.width, 0);
  paste(result, left, 0, 0);
  return result;
}

}  // namespace limn::app
