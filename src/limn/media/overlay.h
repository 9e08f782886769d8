// What the library knows, drawn over pictures: poses and skeleton images.
#pragma once

#include <vector>

#include "limn/base/image.h"
#include "limn/media/canvas.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// One colour a channel: blues for channels of the left side, oranges for those of the right, greens and purples
/// between. Blue against orange stays apart in every common form of colour blindness. Which side a channel is on is
/// read from its name ("left" or "right" in it); of a mirrored pair without such names the first counts as left.
std::vector<Rgb> channel_palette(const Grouping& grouping);

/// Bones in their channel's colour, joints as discs. The lower a joint's confidence [0, 1], the thinner and more
/// transparent it and its bones are; below 0.05, and where a coordinate is not finite, nothing is drawn.
/// joints_px [J] pixels, confidence [J]; Error(usage) for other sizes. Line widths follow the size of the figure.
void draw_pose(Image& image, const Skeleton& skeleton, const Grouping& limbs, const std::vector<Vec2>& joints_px,
               const std::vector<float>& confidence);

/// A skeleton image y [C H W] in [0, 1] as one picture: each channel in its colour on black, screened together
/// (1 - product of (1 - y_c colour_c)). Error(usage) unless the palette has C colours.
Image colour_channels(const float* y, int channels, int height, int width, const std::vector<Rgb>& palette);

}  // namespace limn
