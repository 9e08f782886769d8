// Procedural materials: colour as a function of surface coordinates, in linear light.
#pragma once

#include <cstdint>
#include <memory>

#include "limn/base/image.h"
#include "limn/base/random.h"
#include "limn/geometry/rotation.h"

namespace limn {

/// Smooth value noise in [0, 1] with period-free lattice; `seed` picks the pattern.
float value_noise(float x, float y, uint32_t seed);
/// Sum of `octaves` of value_noise, halving in height; in [0, 1].
float fractal_noise(float x, float y, int octaves, uint32_t seed);

/// Linear light from sRGB in [0, 1], and back.
float linear_from_srgb(float value);
Vec3 linear_from_srgb(const Vec3& srgb);
/// Hue in turns, saturation, value (sRGB) -> linear light.
Vec3 linear_from_hsv(float hue, float saturation, float value);

enum class Pattern : uint8_t { solid, stripes, plaid, dots, noise, checks, camouflage, face, picture };

/// What a face shows: places in metres about the centre of the head, x to the left, y up. Symmetric.
struct FaceLook {
  Vec2 eye{0.032f, 0.0f}, mouth{0.022f, -0.07f};  ///< centre of the left eye; half width and height of the mouth
  float nose_y = -0.03f;
  float hairline = 0.07f;  ///< y above which hair grows at the middle
  float half_width = 0.075f;
  Vec3 hair = Vec3::Zero(), iris = Vec3::Zero(), lips = Vec3::Zero();
  float beard = 0;  ///< 0 none ... 1 full
  bool glasses = false;
  float mouth_open = 0;  ///< 0 ... 1
  float brow = 0.006f;   ///< half thickness
};

/// Something printed on a garment: a number, a disc, or a blot where it has none.
struct Emblem {
  enum class Kind { blot, disc, number };
  float half = 0;         ///< half its size, metres; 0: none
  Vec2 at = Vec2::Zero();  ///< its middle, uv
  Vec3 colour = Vec3::Ones();
  Kind kind = Kind::blot;
  int number = 0;  ///< 0 ... 99
};

struct Material {
  Pattern pattern = Pattern::solid;
  Vec3 colour = Vec3::Constant(0.5f), second = Vec3::Constant(0.3f), third = Vec3::Constant(0.1f);
  float scale = 0.05f;  ///< metres, of one repeat
  float angle = 0;      ///< radians; stripes across the tube at 0
  float share = 0.5f;   ///< of the second colour
  float grain = 0.1f;   ///< relative brightness noise (folds, wear)
  float grain_scale = 0.05f;
  float gloss = 0;  ///< strength of the highlight
  uint32_t seed = 0;
  Emblem front, back;  ///< `back`: about the seam
  float seam = 0, seam_slope = 0;  ///< half the girth, u at the seam: seam + seam_slope v
  float opening = 0;               ///< an open front (jacket): half width, 0 for closed
  Vec3 opening_colour = Vec3::Ones();
  FaceLook face;
  std::shared_ptr<const Image> picture;  ///< of Pattern::picture, multiplied by `colour`; repeats over uv in [0, 1]
};

/// The colour at uv (metres; for faces: about the head's centre; for pictures: shares of their sides, v down), linear
/// light.
Vec3 albedo(const Material& material, const Vec2& uv);

/// In one colour; faces and pictures stay.
Material without_pattern(Material material);

/// A random garment, hair-, wood- or wall-like material.
Material sample_cloth(Random& random);
Material sample_surface(Random& random);
Vec3 sample_skin(Random& random);
Vec3 sample_hair(Random& random);

}  // namespace limn
