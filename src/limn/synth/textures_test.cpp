#include "limn/synth/textures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/random.h"

namespace limn {
namespace {

TEST(GoldenNoise, OctavesTogetherAreTheSumOfOctaves) {
  Random random(3, "test.noise");
  for (int i = 0; i < 2000; ++i) {
    const float x = static_cast<float>(random.uniform(-50, 50)), y = static_cast<float>(random.uniform(-50, 50));
    const uint32_t seed = static_cast<uint32_t>(random.bits());
    for (int octaves : {1, 2, 3, 4, 6}) {
      float sum = 0, height = 0.5f, total = 0, px = x, py = y;
      for (int o = 0; o < octaves; ++o) {
        sum += height * value_noise(px, py, seed + static_cast<uint32_t>(o));
        total += height;
        px *= 2.03f, py *= 2.03f, height *= 0.5f;
      }
      ASSERT_EQ(fractal_noise(x, y, octaves, seed), sum / total) << octaves << " octaves at " << x << ", " << y;
    }
  }
}

Material black() {
  Material m;
  m.colour = Vec3::Zero();
  m.grain = 0;
  return m;
}

bool is_white(const Material& m, float u, float v) { return albedo(m, Vec2(u, v)).x() > 0.5f; }

TEST(Emblem, OfTheBackLiesAboutTheSeamWhateverTheGirth) {
  Material m = black();
  m.back = {.half = 0.1f, .at = Vec2(0, 0.02f), .kind = Emblem::Kind::disc};
  m.seam = 0.45f, m.seam_slope = 0.5f;
  for (const float v : {-0.06f, 0.0f, 0.02f, 0.1f}) {
    const float seam = 0.45f + 0.5f * v, reach = std::sqrt(0.01f - (v - 0.02f) * (v - 0.02f));
    for (const float side : {-1.0f, 1.0f}) {
      EXPECT_TRUE(is_white(m, side * (seam - 0.9f * reach), v)) << v;
      EXPECT_FALSE(is_white(m, side * (seam - 1.1f * reach), v)) << v;
    }
    EXPECT_FALSE(is_white(m, 0, v));
  }
}

TEST(Emblem, NumbersAreReadFromOutside) {
  Material m = black();
  m.front = {.half = 0.1f, .kind = Emblem::Kind::number, .number = 17};
  const auto count = [&](float from, float to) {
    int white = 0;
    for (int i = 0; i < 20; ++i)
      for (int k = 0; k < 20; ++k) white += is_white(m, from + (to - from) * (i + 0.5f) / 20, -0.1f + 0.2f * (k + 0.5f) / 20);
    return white;
  };
  EXPECT_GT(count(-0.1f, 0), 40);  // u grows to the reader's right: the 1, 8 of its 15 cells
  EXPECT_GT(count(0, 0.1f), 40);   // the 7
  EXPECT_TRUE(is_white(m, 0.03f, 0.09f));    // its bar begins at the left
  EXPECT_FALSE(is_white(m, 0.03f, -0.09f));  // and its leg stands further right
  m.front.number = 7;
  EXPECT_TRUE(is_white(m, 0, 0.09f));
  EXPECT_FALSE(is_white(m, 0.06f, 0));  // one digit is narrow
}

}  // namespace
}  // namespace limn
