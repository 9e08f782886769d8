// The picture that `limn predict` leaves: the pose over the input, the skeleton image beside it.
#pragma once

#include <optional>
#include <vector>

#include "limn/infer/predictor.h"

namespace limn::app {

/// Somebody to be drawn.
struct OverlayPerson {
  int id = 0;  ///< written at the corner of the window; 0: not
  PoseEstimate pose;
  std::optional<Crop> window;  ///< that the networks saw; none where the pose was filled in between others
  Image skeleton_image;        ///< as skeleton_picture(); empty where there is no window
};

/// The skeleton image of a reading in the colours of its channels, as small as the networks give it.
Image skeleton_picture(const Predictor& predictor, const PosePrediction& person);

/// The picture with poses and windows drawn, and to its right the skeleton image (a square of the shorter side of the
/// picture, at most 512 px) of the first person who has one. Without one the panel says why. The size depends on the
/// picture's alone.
Image overlay_picture(const Skeleton& skeleton, const Image& image, const std::vector<OverlayPerson>& people);

}  // namespace limn::app
