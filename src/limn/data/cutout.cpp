#include "limn/data/cutout.h"

#include "limn/media/canvas.h"
#include "limn/media/resample.h"

namespace limn {

Image part_of(const Image& image, int x, int y, int width, int height) {
  Image part(width, height);
  paste(part, image, -x, -y);
  return part;
}

Cutout cut_out_person(const PersonView& view) {
  const int size = view.image.width;
  int low_x = size, low_y = size, high_x = -1, high_y = -1;
  Image mask(size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      // Pixels at the outline show some of the old background: they become half as wide.
      const int share = std::max(0, 2 * view.mask[static_cast<size_t>(y) * size + x] - 255);
      std::fill_n(mask.at(x, y), 3, static_cast<uint8_t>(share));
      if (share < 128) continue;
      low_x = std::min(low_x, x), high_x = std::max(high_x, x);
      low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    }
  if (high_x < low_x) return {};
  const int width = high_x - low_x + 1, height = high_y - low_y + 1;
  return {part_of(view.image, low_x, low_y, width, height), part_of(mask, low_x, low_y, width, height), low_x, low_y};
}

Cutout resized(const Cutout& person, int width, int height) {
  return {resized(person.image, width, height), resized(person.mask, width, height), person.left, person.top};
}

}  // namespace limn
