// Scaling of pictures without aliasing.
//
// A pixel of the result is the mean, over the area it covers, of the source interpolated linearly between its pixel
// centres. Constants and linear gradients are therefore reproduced exactly at every scale, up or down.
#pragma once

#include <array>
#include <optional>

#include "limn/base/image.h"
#include "limn/geometry/camera.h"

namespace limn {

using Rgb = std::array<uint8_t, 3>;

inline constexpr Rgb mid_grey = {128, 128, 128};

/// The square window `crop` of `image` at size x size pixels. Outside of the image: `fill`, or the nearest edge pixel
/// where `fill` is empty. Error(usage) for an empty image, a size below 1, a side that is not in (0, 1e6] px.
Image crop_resized(const Image& image, const Crop& crop, int size, std::optional<Rgb> fill = mid_grey);

/// The whole image at width x height.
Image resized(const Image& image, int width, int height);

/// Scaled down, proportions kept, so that the longer side is at most `max_side`; smaller images stay as they are.
Image shrunk_to(const Image& image, int max_side);

/// Left and right exchanged.
Image mirrored(const Image& image);

}  // namespace limn
