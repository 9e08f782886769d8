// Anti-aliased drawing on pictures. Coordinates are pixels with pixel centres at +0.5; what lies outside is not drawn.
// Coverage is that of the shape's distance to the pixel centre, blended in sRGB as it stands.
#pragma once

#include <string_view>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/rotation.h"
#include "limn/media/resample.h"

namespace limn {

/// A picture of one colour.
Image filled(int width, int height, Rgb colour);

/// A line with round ends; `opacity` in [0, 1]. Shapes with a coordinate that is not finite are not drawn.
void draw_line(Image& image, Vec2 from, Vec2 to, float width, Rgb colour, float opacity = 1);
void draw_disc(Image& image, Vec2 centre, float radius, Rgb colour, float opacity = 1);
/// The outline, centred on the edges; corners in pixels.
void draw_rectangle(Image& image, Vec2 top_left, Vec2 bottom_right, float width, Rgb colour, float opacity = 1);
void fill_rectangle(Image& image, int x, int y, int width, int height, Rgb colour, float opacity = 1);

/// ASCII in a built-in font, 6 pixels a character and 9 a line, times `scale`; '\n' starts a line. (x, y) is the top
/// left.
void draw_text(Image& image, int x, int y, std::string_view text, Rgb colour, int scale = 1);
/// Width in pixels of the longest line.
int text_width(std::string_view text, int scale = 1);

/// Copies `source` with its top left at (x, y), clipped.
void paste(Image& image, const Image& source, int x, int y);

/// A contact sheet, row by row; each cell as large as the largest picture, dark grey between and around.
Image tile(const std::vector<Image>& images, int columns, int gap = 2);

}  // namespace limn
