#include "limn/synth/textures.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace limn
