// Random materials: what clothes, skin, hair and surfaces look like.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/synth/textures.h"

namespace limn {
namespace {

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

// Clothes are dark, grey or muted more often than vivid.
Vec3 sample_cloth_colour(Random& random) {
  const float hue = between(random, 0, 1);
  const double pick = random.uniform();
  if (pick < 0.22) return linear_from_hsv(hue, between(random, 0, 0.3), between(random, 0.05, 0.3));
  if (pick < 0.36) return linear_from_hsv(hue, between(random, 0, 0.1), between(random, 0.75, 0.98));
  if (pick < 0.50) return linear_from_hsv(hue, between(random, 0, 0.15), between(random, 0.3, 0.75));
  if (pick < 0.64)
    return linear_from_hsv(between(random, 0.56, 0.66), between(random, 0.3, 0.8), between(random, 0.2, 0.65));
  if (pick < 0.80) return linear_from_hsv(hue, between(random, 0.25, 0.6), between(random, 0.3, 0.8));
  return linear_from_hsv(hue, between(random, 0.6, 1), between(random, 0.45, 0.95));
}

}  // namespace

Material sample_cloth(Random& random) {
  Material m;
  const double pick = random.uniform();
  m.pattern = pick < 0.55   ? Pattern::solid
              : pick < 0.69 ? Pattern::stripes
              : pick < 0.77 ? Pattern::plaid
              : pick < 0.83 ? Pattern::dots
              : pick < 0.92 ? Pattern::noise
              : pick < 0.95 ? Pattern::checks
                            : Pattern::camouflage;
  m.colour = sample_cloth_colour(random);
  m.second = sample_cloth_colour(random);
  m.third = sample_cloth_colour(random);
  m.scale = std::exp(between(random, std::log(0.03), std::log(0.16)));
  m.angle = random.chance(0.7) ? 0 : (random.chance(0.6) ? std::numbers::pi_v<float> / 2 : between(random, 0, 3.1));
  m.share = between(random, 0.15, 0.85);
  m.grain = between(random, 0.03, 0.35);
  m.grain_scale = between(random, 0.02, 0.12);
  m.gloss = random.chance(0.2) ? between(random, 0.05, 0.5) : 0;
  m.seed = static_cast<uint32_t>(random.bits());
  return m;
}

Material without_pattern(Material m) {
  if (m.pattern != Pattern::face && m.pattern != Pattern::picture) m.pattern = Pattern::solid;
  m.grain = m.front.half = m.back.half = 0;
  return m;
}

Material sample_surface(Random& random) {
  Material m = sample_cloth(random);
  m.pattern = random.chance(0.4) ? Pattern::noise : m.pattern;
  m.scale = std::exp(between(random, std::log(0.05), std::log(1.2)));
  m.colour = random.chance(0.5)
                 ? sample_cloth_colour(random)
                 : linear_from_hsv(between(random, 0.05, 0.4), between(random, 0.05, 0.6), between(random, 0.2, 0.8));
  m.second = random.chance(0.5) ? m.second : Vec3(m.colour * between(random, 0.4, 1.6)).cwiseMin(0.95f);
  m.grain = between(random, 0.05, 0.5);
  m.grain_scale = std::exp(between(random, std::log(0.03), std::log(0.8)));
  m.angle = between(random, 0, 3.1);
  return m;
}

Vec3 sample_skin(Random& random) {
  // From light to dark along a curve of measured-looking sRGB tones, with some redness.
  static const Vec3 tones[] = {{0.96f, 0.83f, 0.75f}, {0.90f, 0.72f, 0.60f}, {0.80f, 0.60f, 0.46f},
                               {0.64f, 0.44f, 0.32f}, {0.45f, 0.30f, 0.22f}, {0.28f, 0.19f, 0.15f}};
  const float t = between(random, 0, 4.999);
  const int i = static_cast<int>(t);
  Vec3 tone = tones[i] + (t - i) * (tones[i + 1] - tones[i]);
  tone.x() *= between(random, 0.96, 1.04);
  tone.z() *= between(random, 0.92, 1.06);
  return linear_from_srgb(tone.cwiseMin(1.0f));
}

Vec3 sample_hair(Random& random) {
  const double pick = random.uniform();
  if (pick < 0.40)
    return linear_from_hsv(between(random, 0.04, 0.1), between(random, 0.1, 0.5), between(random, 0.05, 0.2));
  if (pick < 0.66)
    return linear_from_hsv(between(random, 0.05, 0.09), between(random, 0.4, 0.7), between(random, 0.2, 0.45));
  if (pick < 0.82)
    return linear_from_hsv(between(random, 0.09, 0.13), between(random, 0.3, 0.6), between(random, 0.55, 0.9));
  if (pick < 0.92) return linear_from_hsv(0.1f, between(random, 0, 0.08), between(random, 0.5, 0.95));
  if (pick < 0.97)
    return linear_from_hsv(between(random, 0.02, 0.06), between(random, 0.6, 0.85), between(random, 0.4, 0.7));
  return linear_from_hsv(between(random, 0, 1), between(random, 0.5, 0.9), between(random, 0.4, 0.9));
}

}  // namespace limn
