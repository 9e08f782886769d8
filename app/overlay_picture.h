// The picture that `limn predict` leaves: the pose over the input, the skeleton image beside it.
#pragma once

#include <optional>

#include "limn/infer/predictor.h"

namespace limn::app {

/// The picture with pose and crop drawn, and to its right the skeleton image (a square of the shorter side of the
/// picture, at most 512 px) in the colours of its channels. Without a person the panel says so. The size depends on the
/// picture's alone.
Image overlay_picture(const Predictor& predictor, const Image& image, const std::optional<PosePrediction>& person);

}  // namespace limn::app
