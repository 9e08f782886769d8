// Where the person is, without a label: what changes between frames of a camera that stands still.
#pragma once

#include <optional>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/box.h"

namespace limn {

/// The box of the motion in frames of one size: the deviation of each pixel's grey over time, noise cut off, between
/// the 1.5th and 98.5th percentile of what is left along each axis. Of exactly two frames (photographs, often from the
/// hand) the second is first shifted onto the first, and edges may move by 2 in 80 of the longer side. Empty where
/// there is no motion, or motion nearly everywhere (the camera moved, or a cut). Needs two frames or more, else empty.
std::optional<Box> motion_box(const std::vector<Image>& frames);

}  // namespace limn
