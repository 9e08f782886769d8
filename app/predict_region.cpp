#include "predict_region.h"

#include <charconv>
#include <cmath>

#include "limn/base/error.h"

namespace limn::app {
namespace {

constexpr float box_margin = 1.3f;  // the person's box to the networks' window, as in infer/predictor.h

Region parse_region(const std::string& text) {
  if (text.empty()) return {};
  if (text == "whole") return {.whole = true};
  double values[4] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  bool good = true;
  for (int i = 0; i < 4 && good; ++i) {
    const auto [next, code] = std::from_chars(at, end, values[i]);
    good = code == std::errc() && std::isfinite(values[i]) && std::abs(values[i]) < 1e6 &&
           (i == 3 ? next == end : next != end && *next == ',');
    at = next + 1;
  }
  require(good && values[2] > 0 && values[3] > 0, ErrorKind::usage, "the box is not x,y,width,height or \"whole\"",
          "--box " + text, "give four numbers in pixels, the last two above 0");
  const Vec2 low(static_cast<float>(values[0]), static_cast<float>(values[1]));
  const Vec2 size(static_cast<float>(values[2]), static_cast<float>(values[3]));
  return {.crop = Crop{low + 0.5f * size, box_margin * size.maxCoeff()}};
}

}  // namespace

Region region_of(const PredictArguments& arguments) {
  require(arguments.box.empty() || arguments.boxes.empty(), ErrorKind::usage, "both --box and --boxes are given",
          "--box " + arguments.box, "leave one of them out");
  if (arguments.boxes.empty() || arguments.boxes == "whole") return parse_region(arguments.box + arguments.boxes);
  return {.boxes = GivenBoxes::load(arguments.boxes)};
}

}  // namespace limn::app
