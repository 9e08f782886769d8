// Stage 1: image -> multi-channel skeleton image.
#pragma once

#include "limn/cycle/network.h"

namespace limn {

struct ImageReading {
  torch::Tensor skeleton_image;   ///< y [B C H W] in [0, 1]
  torch::Tensor bone_depth_maps;  ///< [B K h w] how far bones point away (network/architectures.h); undefined without them
  torch::Tensor orientation;      ///< [B 3 2] the body's left and front, camera-facing frame; only an objective reads it
};

/// image [B 3 S S], RGB in [0, 1]. `orientation` is the head of network/architectures.h.
ImageReading image_to_skeleton(const Network& network, const Network& orientation, const torch::Tensor& image,
                               bool training);

/// The networks' view of a picture: (image - 0.5) / 0.25, channels last.
torch::Tensor normalised_image(const torch::Tensor& image);

}  // namespace limn
