// Rendered people without their surroundings, to be pasted into other pictures.
#pragma once

#include <algorithm>

#include "limn/base/image.h"
#include "limn/synth/sample.h"

namespace limn {

/// The box of a person's pixels.
struct Cutout {
  Image image;
  Image mask;            ///< three equal channels, 0 ... 255: how much of a pixel is the person's
  int left = 0, top = 0;  ///< of the box in the picture that it was cut from, px
};

/// Of a view with its mask; an empty image where the person is not seen.
Cutout cut_out_person(const PersonView& view);

/// At another size, px.
Cutout resized(const Cutout& person, int width, int height);

/// Blends the person into the picture, clipped; calls covered(x, y) for the pixels that are the person's by half or more,
/// whether they lie in the picture or not.
template <class Covered>
void paste(Image& image, const Cutout& person, int left, int top, const Covered& covered) {
  for (int y = 0; y < person.image.height; ++y)
    for (int x = 0; x < person.image.width; ++x) {
      const int share = *person.mask.at(x, y), u = left + x, v = top + y;
      if (share >= 128) covered(u, v);
      if (share == 0 || u < 0 || v < 0 || u >= image.width || v >= image.height) continue;
      const uint8_t* from = person.image.at(x, y);
      uint8_t* to = image.at(u, v);
      for (int c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>((from[c] * share + to[c] * (255 - share) + 127) / 255);
    }
}

/// The part of a picture with its top left at (x, y); black beyond the edges.
Image part_of(const Image& image, int x, int y, int width, int height);

}  // namespace limn
