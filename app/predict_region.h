// Where `limn predict` looks for people.
#pragma once

#include <optional>

#include "limn/data/given_boxes.h"
#include "limn/geometry/camera.h"
#include "verbs.h"

namespace limn::app {

/// Where to look: everywhere (search), the whole picture, around one box, or where a file says people are.
struct Region {
  bool whole = false;
  std::optional<Crop> crop = {};
  std::optional<GivenBoxes> boxes = {};
};

/// From --box and --boxes. Error(usage) for a box that is none, or both; Error(input) as GivenBoxes.
Region region_of(const PredictArguments& arguments);

}  // namespace limn::app
