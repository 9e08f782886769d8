// A picture of a person seen otherwise: in a mirror, by a camera rolled, zoomed and shifted, with all labels following exactly.
#pragma once

#include "limn/base/random.h"
#include "limn/synth/sample.h"

namespace limn {

/// Mirrored first, then turned by `roll` about the picture's centre (clockwise as seen), scaled and shifted.
struct ViewChange {
  bool mirror = false;
  float roll = 0;                ///< radians
  float scale = 1;               ///< > 0; above 1 zooms in
  Vec2 shift = Vec2::Zero();     ///< crop units
};

/// Deviations of random changes; half are mirrored.
struct ViewChangeSettings {
  double roll_deg = 8;
  double scale = 0.08;  ///< of its logarithm
  double shift = 0.05;  ///< crop units
};
ViewChange random_view_change(const ViewChangeSettings& settings, Random& random);

/// The view after the change; edges of the picture are replicated outwards. Joints that left the picture, or had never been
/// in it, are outside. A roll about any centre is a roll of the camera, a zoom a longer lens and a shift another
/// principal point, so that camera, joints_camera, pose and joints_px still agree. Mask, depth and surfaces are left
/// out. The picture must be square, or absent.
PersonView changed(const Skeleton& skeleton, const PersonView& view, const ViewChange& change);

}  // namespace limn
