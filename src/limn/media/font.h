// A 5 x 7 bitmap font for the printable ASCII characters. Private to media/.
#pragma once

#include <cstdint>

namespace limn {

inline constexpr int glyph_width = 5;
inline constexpr int glyph_height = 7;

/// Seven rows, top to bottom; bit 4 is the leftmost pixel. Characters outside of ' ' ... '~' give a hollow box.
const uint8_t* glyph(char c);

}  // namespace limn
