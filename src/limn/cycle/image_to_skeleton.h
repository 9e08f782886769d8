// Stage 1: image -> multi-channel skeleton image.
#pragma once

#include "limn/cycle/network.h"

namespace limn {

/// image [B 3 S S], RGB in [0, 1] -> skeleton image [B C H W] in [0, 1].
torch::Tensor image_to_skeleton(const Network& network, const torch::Tensor& image, bool training);

/// The networks' view of a picture: (image - 0.5) / 0.25, channels last.
torch::Tensor normalised_image(const torch::Tensor& image);

}  // namespace limn
