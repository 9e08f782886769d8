#include "limn/data/grey_map.h"

#include "limn/media/resample.h"

namespace limn {

GreyMap grey_map(const Image& frame, int side) {
  const Image small = shrunk_to(frame, side);
  GreyMap map{small.width, small.height, {}};
  for (size_t i = 0; i + 2 < small.pixels.size(); i += 3)
    map.values.push_back(0.299f * small.pixels[i] + 0.587f * small.pixels[i + 1] + 0.114f * small.pixels[i + 2]);
  return map;
}

}  // namespace limn
