#include "limn/synth/textures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace limn {
namespace {

uint32_t hash(int32_t x, int32_t y, uint32_t seed) {
  uint32_t h = static_cast<uint32_t>(x) * 0x8da6b343u ^ static_cast<uint32_t>(y) * 0xd8163841u ^ seed * 0xcb1ab31fu;
  h = (h ^ (h >> 15)) * 0x2c1b3c6du;
  h = (h ^ (h >> 12)) * 0x297a2d39u;
  return h ^ (h >> 15);
}

float lattice(int32_t x, int32_t y, uint32_t seed) { return static_cast<float>(hash(x, y, seed) >> 8) * 0x1.0p-24f; }

// Noise is the most of what a picture costs: several octaves are made at once, one a lane, with the vector
// instructions that the processor has (GCC only: other compilers get the baseline). AVX2 without FMA: the numbers are
// the same on every machine. What the clones call must be inlined into them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LIMN_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define LIMN_VECTOR_CLONES
#endif
#define LIMN_INLINE [[gnu::always_inline]] inline

typedef float Float4 __attribute__((vector_size(16)));
typedef int32_t Int4 __attribute__((vector_size(16)));
typedef uint32_t UInt4 __attribute__((vector_size(16)));

LIMN_INLINE Float4 lattice(Int4 x, Int4 y, UInt4 seed) {  // lane by lane the same number as above
  UInt4 h = (UInt4)x * 0x8da6b343u ^ (UInt4)y * 0xd8163841u ^ seed * 0xcb1ab31fu;
  h = (h ^ (h >> 15)) * 0x2c1b3c6du;
  h = (h ^ (h >> 12)) * 0x297a2d39u;
  return __builtin_convertvector((Int4)((h ^ (h >> 15)) >> 8), Float4) * 0x1.0p-24f;
}

/// The lattice cells of four places along one axis.
struct Cells {
  Int4 at;
  Float4 smooth;  ///< how far into the cell, smoothstep
};

LIMN_INLINE Cells cells_of(Float4 x) {
  Int4 at = __builtin_convertvector(x, Int4);
  at += __builtin_convertvector(at, Float4) > x;  // true is -1: rounds negative ones down
  const Float4 t = x - __builtin_convertvector(at, Float4);
  return {at, t * t * (3 - 2 * t)};
}

LIMN_INLINE Float4 value_noise(Float4 x, Float4 y, UInt4 seed) {
  const Cells cx = cells_of(x), cy = cells_of(y);
  const Float4 tx = cx.smooth, ty = cy.smooth;
  const Float4 top = lattice(cx.at, cy.at, seed) * (1 - tx) + lattice(cx.at + 1, cy.at, seed) * tx;
  const Float4 bottom = lattice(cx.at, cy.at + 1, seed) * (1 - tx) + lattice(cx.at + 1, cy.at + 1, seed) * tx;
  return top * (1 - ty) + bottom * ty;
}

/// Two octaves fill four lanes with the upper and the lower side of their cells.
LIMN_INLINE float two_octaves(float x, float y, uint32_t seed) {
  const float x1 = x * 2.03f, y1 = y * 2.03f;
  const Cells cx = cells_of(Float4{x, x1, x, x1}), cy = cells_of(Float4{y, y1, y, y1});
  const Int4 side = cy.at + Int4{0, 0, 1, 1};
  const UInt4 seeds = UInt4{0, 1, 0, 1} + seed;
  const Float4 tx = cx.smooth, ty = cy.smooth;
  const Float4 row = lattice(cx.at, side, seeds) * (1 - tx) + lattice(cx.at + 1, side, seeds) * tx;
  const float first = row[0] * (1 - ty[0]) + row[2] * ty[0], second = row[1] * (1 - ty[1]) + row[3] * ty[1];
  return (0.5f * first + 0.25f * second) / 0.75f;
}

float fraction(float x) { return x - std::floor(x); }

Vec3 blend(const Vec3& a, const Vec3& b, float t) { return a + t * (b - a); }

float ellipse(const Vec2& p, const Vec2& centre, float rx, float ry) {
  const float x = (p.x() - centre.x()) / rx, y = (p.y() - centre.y()) / ry;
  return x * x + y * y;
}

Vec3 face_colour(const Material& m, const Vec2& uv) {
  const FaceLook& f = m.face;
  const Vec2 p(std::abs(uv.x()), uv.y());  // faces are symmetric
  const float edge = p.x() / f.half_width;
  if (p.y() > f.hairline - 0.035f * edge * edge * edge) return f.hair;
  Vec3 colour = m.colour;
  const float cheek = ellipse(p, {0.045f, f.nose_y - 0.005f}, 0.022f, 0.018f);
  if (cheek < 1) colour = blend(colour, colour.cwiseProduct(Vec3(1.05f, 0.75f, 0.72f)), 0.6f * (1 - cheek));
  const float eye = ellipse(p, f.eye, 0.0155f, 0.0068f);
  const float socket = ellipse(p, f.eye + Vec2(0, 0.002f), 0.024f, 0.016f);
  if (socket < 1) colour *= 0.8f;
  if (eye < 1) colour = Vec3(0.6f, 0.58f, 0.56f);
  if (ellipse(p, f.eye, 0.0075f, 0.0075f) < 1 && eye < 1) colour = f.iris;
  const float brow_y = f.eye.y() + 0.021f - 2.0f * std::pow(p.x() - f.eye.x(), 2.0f) / 0.03f;
  if (std::abs(p.x() - f.eye.x()) < 0.021f && std::abs(p.y() - brow_y) < f.brow) colour = f.hair * 0.9f;
  if (p.x() < 0.017f && p.x() > 0.006f && std::abs(p.y() - f.nose_y + 0.017f) < 0.0045f) colour *= 0.45f;  // nostrils
  const Vec2 mouth(0, f.mouth.y());
  const float beard = ellipse(p, mouth + Vec2(0, -0.012f), 0.06f, 0.045f);
  if (f.beard > 0 && (beard < 1 || (p.x() > 0.85f * f.half_width && p.y() < f.eye.y())))
    colour = blend(colour, f.hair, f.beard);
  const float lips = ellipse(p, mouth, f.mouth.x(), 0.0075f + 0.01f * f.mouth_open);
  if (lips < 1) colour = f.lips;
  if (f.mouth_open > 0.2f && lips < 0.4f) colour = Vec3(0.07f, 0.015f, 0.015f);
  if (f.glasses) {
    const float lens = ellipse(p, f.eye, 0.025f, 0.021f);
    if (lens > 0.72f && lens < 1.25f) colour = m.third;
    if (p.x() < 0.012f && std::abs(p.y() - f.eye.y() - 0.004f) < 0.003f) colour = m.third;
  }
  return colour;
}

// Linear light of the 256 values of sRGB.
float linear_from_byte(uint8_t value) {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> t{};
    for (size_t i = 0; i < t.size(); ++i) t[i] = linear_from_srgb(static_cast<float>(i) / 255);
    return t;
  }();
  return table[value];
}

// Bilinear, repeating at the edges.
Vec3 picture_colour(const Image& image, const Vec2& uv) {
  const float x = fraction(uv.x()) * static_cast<float>(image.width) - 0.5f;
  const float y = fraction(uv.y()) * static_cast<float>(image.height) - 0.5f;
  const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
  const float tx = x - static_cast<float>(x0), ty = y - static_cast<float>(y0);
  const auto at = [&](int px, int py) {
    const uint8_t* p = image.at((px + image.width) % image.width, (py + image.height) % image.height);
    return Vec3(linear_from_byte(p[0]), linear_from_byte(p[1]), linear_from_byte(p[2]));
  };
  return blend(blend(at(x0, y0), at(x0 + 1, y0), tx), blend(at(x0, y0 + 1), at(x0 + 1, y0 + 1), tx), ty);
}

Vec3 pattern_colour(const Material& m, const Vec2& uv) {
  if (m.pattern == Pattern::solid) return m.colour;
  const float c = std::cos(m.angle), s = std::sin(m.angle);
  const float a = (c * uv.x() + s * uv.y()) / m.scale, b = (-s * uv.x() + c * uv.y()) / m.scale;
  switch (m.pattern) {
    case Pattern::solid:
      return m.colour;
    case Pattern::stripes:
      return fraction(b) < m.share ? m.second : m.colour;
    case Pattern::plaid: {
      const float wide = (fraction(a) < m.share ? 0.5f : 0.0f) + (fraction(b) < m.share ? 0.5f : 0.0f);
      const bool thin = fraction(2 * a + 0.3f) < 0.12f || fraction(2 * b + 0.3f) < 0.12f;
      return thin ? m.third : blend(m.colour, m.second, wide);
    }
    case Pattern::dots: {
      const float x = fraction(a) - 0.5f, y = fraction(b) - 0.5f;
      return x * x + y * y < 0.16f * m.share ? m.second : m.colour;
    }
    case Pattern::noise:
      return blend(m.colour, m.second, fractal_noise(a, b, 3, m.seed));
    case Pattern::checks:
      return (static_cast<int>(std::floor(a)) + static_cast<int>(std::floor(b))) & 1 ? m.second : m.colour;
    case Pattern::camouflage: {
      const float n = fractal_noise(a, b, 2, m.seed);
      return n < 0.42f ? m.colour : (n < 0.56f ? m.second : m.third);
    }
    case Pattern::picture:
      return m.picture ? Vec3(m.colour.cwiseProduct(picture_colour(*m.picture, uv))) : m.colour;
    case Pattern::face:
      break;
  }
  return face_colour(m, uv);
}

/// Digits as 3 x 5 cells, rows from the top, the left cell in the highest bit of three.
constexpr uint16_t digit_cells[10] = {0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111, 0b101101111001001,
                                      0b111100111001111, 0b111100111101111, 0b111001010010010, 0b111101111101111, 0b111101111001111};

/// p in [-1, 1], x to the reader's right, y up.
bool number_covers(int number, const Vec2& p) {
  const int digits = number < 10 ? 1 : 2, columns = 4 * digits - 1;
  constexpr float cell = 0.4f, widest = 2.0f / 7;
  const int row = static_cast<int>(std::floor((1 - p.y()) / cell));
  const int column = static_cast<int>(std::floor(p.x() / widest + 0.5f * columns));
  if (row < 0 || row >= 5 || column < 0 || column >= columns || column % 4 == 3) return false;
  const int digit = digits == 1 ? number : (column < 4 ? number / 10 : number % 10);
  return digit_cells[digit] >> (14 - 3 * row - column % 4) & 1;
}

bool covers(const Emblem& emblem, const Vec2& uv, uint32_t seed) {
  if (emblem.half <= 0) return false;
  const Vec2 p = (uv - emblem.at) / emblem.half;
  if (std::abs(p.x()) >= 1 || std::abs(p.y()) >= 1) return false;
  switch (emblem.kind) {
    case Emblem::Kind::disc:
      return p.squaredNorm() < 1;
    case Emblem::Kind::number:
      return number_covers(emblem.number, p);
    case Emblem::Kind::blot:
      break;
  }
  return limn::value_noise(3 * p.x() + 40, 3 * p.y() + 40, seed) > 0.45f;
}

}  // namespace

float value_noise(float x, float y, uint32_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int32_t ix = static_cast<int32_t>(fx), iy = static_cast<int32_t>(fy);
  float tx = x - fx, ty = y - fy;
  tx = tx * tx * (3 - 2 * tx), ty = ty * ty * (3 - 2 * ty);
  const float top = lattice(ix, iy, seed) * (1 - tx) + lattice(ix + 1, iy, seed) * tx;
  const float bottom = lattice(ix, iy + 1, seed) * (1 - tx) + lattice(ix + 1, iy + 1, seed) * tx;
  return top * (1 - ty) + bottom * ty;
}

LIMN_VECTOR_CLONES float fractal_noise(float x, float y, int octaves, uint32_t seed) {
  if (octaves == 2) return two_octaves(x, y, seed);
  float sum = 0, height = 0.5f, total = 0;
  for (int done = 0; done < octaves; done += 4) {
    Float4 xs, ys;
    for (int o = 0; o < 4; ++o) xs[o] = x, ys[o] = y, x *= 2.03f, y *= 2.03f;
    const Float4 noise = value_noise(xs, ys, UInt4{0, 1, 2, 3} + (seed + static_cast<uint32_t>(done)));
    for (int o = 0; o < 4 && done + o < octaves; ++o) {
      sum += height * noise[o];
      total += height;
      height *= 0.5f;
    }
  }
  return sum / total;
}

float linear_from_srgb(float v) { return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f); }

Vec3 linear_from_srgb(const Vec3& c) {
  return {linear_from_srgb(c.x()), linear_from_srgb(c.y()), linear_from_srgb(c.z())};
}

Vec3 linear_from_hsv(float hue, float saturation, float value) {
  const auto channel = [&](float n) {
    const float k = std::fmod(n + 6 * fraction(hue), 6.0f);
    return value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0f, 1.0f);
  };
  return linear_from_srgb(Vec3(channel(5), channel(3), channel(1)));
}

Vec3 albedo(const Material& m, const Vec2& uv) {
  Vec3 colour;
  if (m.opening > 0 && std::abs(uv.x()) < m.opening) {
    colour = m.opening_colour;
  } else {
    colour = pattern_colour(m, uv);
  }
  if (covers(m.front, uv, m.seed + 7)) colour = m.front.colour;
  if (m.back.half > 0) {
    const float seam = m.seam + m.seam_slope * uv.y();
    if (covers(m.back, Vec2(uv.x() > 0 ? uv.x() - seam : uv.x() + seam, uv.y()), m.seed + 8)) colour = m.back.colour;
  }
  if (m.grain > 0) {
    const float n = fractal_noise(uv.x() / m.grain_scale + 17, uv.y() / m.grain_scale + 31, 2, m.seed + 3);
    colour *= 1 + m.grain * 2 * (n - 0.5f);
  }
  return colour;
}

}  // namespace limn
