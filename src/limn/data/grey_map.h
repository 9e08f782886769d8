// A small grey copy of a frame, on which motion is looked for: shrinking removes noise, and is fast.
#pragma once

#include <vector>

#include "limn/base/image.h"

namespace limn {

struct GreyMap {
  int width = 0, height = 0;
  std::vector<float> values;  ///< [height * width], 0 ... 255
  float at(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
  bool has(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height; }
};

/// Luma of the frame, its longer side `side` px at most.
GreyMap grey_map(const Image& frame, int side);

}  // namespace limn
