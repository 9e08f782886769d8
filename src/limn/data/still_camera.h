// What a stretch of frames says without a label: whether the camera stood still, what moved in front of it, and whether
// the median of the frames shows the place without the person.
#pragma once

#include <optional>
#include <vector>

#include "limn/base/image.h"
#include "limn/data/motion_box.h"
#include "limn/geometry/camera.h"

namespace limn {

/// A person who moved in front of a still camera, or as much of one as moved.
struct Mover {
  Box box;                                   ///< px; over all frames
  std::vector<std::optional<Box>> in_frame;  ///< px; empty where nothing of it differs from the plate
};

struct StillCamera {
  bool still = false;
  std::vector<Mover> movers;  ///< where the camera stood still; from left to right, the four largest at most
  /// Every mover left its place, so that the median shows what is behind. Only what never moved can still be in it.
  bool plate_is_clean = false;
};

/// `frames` are of one size, two or more, from one camera without a cut; else Error(usage). A camera is still where
/// 85 of 100 edges in the frames are as in the plate.
StillCamera watch(const std::vector<Image>& frames);

/// The median of each pixel and colour. Error(usage) without frames.
Image median_plate(const std::vector<Image>& frames);

/// The square window about a person of whom this box is known, inside the picture where it fits. It is never small: an
/// arm may be all that moved.
Crop person_window(const Box& box, int width, int height);

}  // namespace limn
