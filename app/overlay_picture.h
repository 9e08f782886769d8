// The picture that `limn predict` leaves: the pose over the input, the skeleton image beside it.
#pragma once

#include <vector>

#include "limn/infer/predictor.h"

namespace limn::app {

/// Somebody to be drawn.
struct OverlayPerson {
  int id = 0;  ///< written beside the head; 0: not
  PosePrediction pose;
};

/// The picture with poses and crops drawn, and to its right the skeleton image (a square of the shorter side of the
/// picture, at most 512 px) of the first person in the colours of its channels. Without a person the panel says so. The size depends on the
/// picture's alone.
Image overlay_picture(const Predictor& predictor, const Image& image, const std::vector<OverlayPerson>& people);

}  // namespace limn::app
