#include "limn/media/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/media/font.h"

namespace limn {
namespace {

constexpr Rgb sheet_colour = {40, 40, 40};

void blend(uint8_t* pixel, Rgb colour, float opacity) {
  for (int c = 0; c < 3; ++c)
    pixel[c] = static_cast<uint8_t>(static_cast<float>(pixel[c]) + opacity * (colour[c] - pixel[c]) + 0.5f);
}

float segment_distance(Vec2 point, Vec2 from, Vec2 to) {
  const Vec2 along = to - from;
  const float length2 = along.squaredNorm();
  const float t = length2 > 0 ? std::clamp((point - from).dot(along) / length2, 0.0f, 1.0f) : 0.0f;
  return (point - from - t * along).norm();
}

}  // namespace

Image filled(int width, int height, Rgb colour) {
  Image image(width, height);
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = colour[i % 3];
  return image;
}

void draw_line(Image& image, Vec2 from, Vec2 to, float width, Rgb colour, float opacity) {
  if (!from.allFinite() || !to.allFinite() || image.empty()) return;
  const float reach = 0.5f * width + 1;
  const auto bound = [](float value, int limit) {  // clamped before the cast: far-off points must not overflow
    return static_cast<int>(std::clamp(value, 0.0f, static_cast<float>(limit)));
  };
  const int x0 = bound(std::floor(std::min(from.x(), to.x()) - reach), image.width);
  const int x1 = bound(std::ceil(std::max(from.x(), to.x()) + reach), image.width);
  const int y0 = bound(std::floor(std::min(from.y(), to.y()) - reach), image.height);
  const int y1 = bound(std::ceil(std::max(from.y(), to.y()) + reach), image.height);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      const float distance = segment_distance(Vec2(x + 0.5f, y + 0.5f), from, to);
      const float coverage = std::clamp(0.5f * width + 0.5f - distance, 0.0f, 1.0f);
      if (coverage > 0) blend(image.at(x, y), colour, coverage * std::clamp(opacity, 0.0f, 1.0f));
    }
  }
}

void draw_disc(Image& image, Vec2 centre, float radius, Rgb colour, float opacity) {
  draw_line(image, centre, centre, 2 * radius, colour, opacity);
}

void draw_rectangle(Image& image, Vec2 top_left, Vec2 bottom_right, float width, Rgb colour, float opacity) {
  const Vec2 top_right(bottom_right.x(), top_left.y()), bottom_left(top_left.x(), bottom_right.y());
  draw_line(image, top_left, top_right, width, colour, opacity);
  draw_line(image, top_right, bottom_right, width, colour, opacity);
  draw_line(image, bottom_right, bottom_left, width, colour, opacity);
  draw_line(image, bottom_left, top_left, width, colour, opacity);
}

void fill_rectangle(Image& image, int x, int y, int width, int height, Rgb colour, float opacity) {
  for (int v = std::max(0, y); v < std::min(image.height, y + height); ++v)
    for (int u = std::max(0, x); u < std::min(image.width, x + width); ++u)
      blend(image.at(u, v), colour, std::clamp(opacity, 0.0f, 1.0f));
}

void draw_text(Image& image, int x, int y, std::string_view text, Rgb colour, int scale) {
  int left = x;
  for (char c : text) {
    if (c == '\n') {
      left = x;
      y += (glyph_height + 2) * scale;
      continue;
    }
    const uint8_t* rows = glyph(c);
    for (int v = 0; v < glyph_height; ++v)
      for (int u = 0; u < glyph_width; ++u)
        if (rows[v] >> (glyph_width - 1 - u) & 1)
          fill_rectangle(image, left + u * scale, y + v * scale, scale, scale, colour);
    left += (glyph_width + 1) * scale;
  }
}

int text_width(std::string_view text, int scale) {
  int longest = 0, length = 0;
  for (char c : text) {
    length = c == '\n' ? 0 : length + 1;
    longest = std::max(longest, length);
  }
  return longest * (glyph_width + 1) * scale;
}

void paste(Image& image, const Image& source, int x, int y) {
  const int from = std::max(0, -x), to = std::min(source.width, image.width - x);
  if (to <= from) return;
  for (int v = std::max(0, -y); v < std::min(source.height, image.height - y); ++v)
    std::memcpy(image.at(x + from, y + v), source.at(from, v), static_cast<size_t>(to - from) * 3);
}

Image tile(const std::vector<Image>& images, int columns, int gap) {
  require(!images.empty() && columns >= 1 && gap >= 0, ErrorKind::usage,
          "a contact sheet needs pictures, a column and a gap of at least 0", "tile", "check the call");
  int width = 0, height = 0;
  for (const Image& image : images) {
    width = std::max(width, image.width);
    height = std::max(height, image.height);
  }
  const int count = static_cast<int>(images.size());
  columns = std::min(columns, count);
  const int rows = (count + columns - 1) / columns;
  Image sheet = filled(columns * (width + gap) + gap, rows * (height + gap) + gap, sheet_colour);
  for (int i = 0; i < count; ++i)
    paste(sheet, images[i], gap + i % columns * (width + gap), gap + i / columns * (height + gap));
  return sheet;
}

}  // namespace limn
