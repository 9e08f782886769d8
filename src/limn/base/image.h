// A picture in memory. Reading and writing files is media/'s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace limn {

/// Interleaved 8-bit sRGB, rows top to bottom: pixels[(y * width + x) * 3 + c].
/// Pixel (x, y) covers [x, x+1) x [y, y+1); its centre is at (x + 0.5, y + 0.5).
struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> pixels;

  Image() = default;
  Image(int w, int h) : width(w), height(h), pixels(static_cast<size_t>(w) * h * 3) {}
  bool empty() const { return pixels.empty(); }
  uint8_t* at(int x, int y) { return &pixels[(static_cast<size_t>(y) * width + x) * 3]; }
  const uint8_t* at(int x, int y) const { return &pixels[(static_cast<size_t>(y) * width + x) * 3]; }
};

}  // namespace limn
