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

}  // namespace

Image overlay_picture(const Predictor& predictor, const Image& image, const std::optional<PosePrediction>& person) {
  const int panel = std::clamp(std::min(image.width, image.height), narrowest_panel, widest_panel);
  Image result = filled(image.width + panel, std::max(image.height, panel), panel_colour);
  Image left = image;
  if (person) {
    const Vec2 half = Vec2::Constant(0.5f * person->crop.side_px);
    draw_rectangle(left, person->crop.centre_px - half, person->crop.centre_px + half, 1, crop_colour, 0.5f);
    draw_pose(left, predictor.skeleton(), limbs_of(predictor), person->joints_px, person->confidence);
    paste(result, skeleton_panel(predictor, *person, panel), image.width, 0);
  } else {
    draw_text(result, image.width + 6, 6, "nobody found", text_colour);
  }
  paste(result, left, 0, 0);
  return result;
}

}  // namespace limn::app
