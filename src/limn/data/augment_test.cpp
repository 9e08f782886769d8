#include "limn/data/augment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/media/canvas.h"

namespace limn {
namespace {

TEST(Augment, NoChangeIsNoChange) {
  Image image = filled(8, 8, {10, 130, 240});
  const Image before = image;
  apply_photometry(image, Photometry{});
  EXPECT_EQ(image.pixels, before.pixels);
}

TEST(Augment, PhotometryInClosedForm) {
  const auto changed = [](Photometry photometry, Rgb colour) {
    Image image = filled(1, 1, colour);
    apply_photometry(image, photometry);
    return Rgb{image.pixels[0], image.pixels[1], image.pixels[2]};
  };
  EXPECT_EQ(changed({.brightness = 0.2f}, {0, 100, 250}), (Rgb{51, 151, 255}));
  EXPECT_NEAR(changed({.contrast = 2}, {100, 150, 0})[0], 127.5 - 55, 1);
  EXPECT_NEAR(changed({.gamma = 2}, {128, 0, 255})[0], 64, 1);
  const Rgb grey = changed({.saturation = 0}, {200, 100, 50});
  EXPECT_NEAR(grey[0], 0.299 * 200 + 0.587 * 100 + 0.114 * 50, 1);
  EXPECT_EQ(grey[0], grey[2]);
  EXPECT_EQ(changed({.hue_deg = 120}, {255, 0, 0}), (Rgb{0, 255, 0}));
  EXPECT_EQ(changed({.hue_deg = 77}, {90, 90, 90}), (Rgb{90, 90, 90}));
}

TEST(Augment, BlurSpreadsWithItsVarianceAndKeepsTheSum) {
  Image image = filled(41, 41, {0, 0, 0});
  fill_rectangle(image, 18, 18, 5, 5, {250, 250, 250});  // variance of a side of 5: 2
  const auto moments = [](const Image& picture, double& sum, double& variance) {
    sum = variance = 0;
    for (int y = 0; y < 41; ++y)
      for (int x = 0; x < 41; ++x) {
        sum += picture.at(x, y)[0];
        variance += picture.at(x, y)[0] * (x - 20.0) * (x - 20.0);
      }
    variance /= sum;
  };
  double sum = 0, variance = 0, blurred_sum = 0, blurred_variance = 0;
  moments(image, sum, variance);
  blur(image, 2);
  moments(image, blurred_sum, blurred_variance);
  EXPECT_NEAR(blurred_sum / sum, 1, 0.02);
  EXPECT_NEAR(blurred_variance, variance + 4, 0.25);
}

TEST(Augment, NoiseHasItsDeviation) {
  Image image = filled(100, 100, {128, 128, 128});
  Random random(1, "noise");
  add_noise(image, 0.05f, random);
  double sum = 0, squares = 0;
  for (uint8_t value : image.pixels) {
    sum += value - 128.0;
    squares += (value - 128.0) * (value - 128.0);
  }
  const double n = static_cast<double>(image.pixels.size());
  EXPECT_NEAR(sum / n, 0, 0.3);
  EXPECT_NEAR(std::sqrt(squares / n), 0.05 * 255, 0.4);
}

TEST(Augment, SameStreamSamePictureOtherStreamAnother) {
  const auto run = [](uint64_t index) {
    Image image = filled(64, 48, {120, 60, 30});
    fill_rectangle(image, 10, 10, 20, 20, {10, 200, 90});
    Random random(7, "augment", index);
    augment(image, {}, random);
    EXPECT_EQ(image.width, 64);
    EXPECT_EQ(image.height, 48);
    return image.pixels;
  };
  EXPECT_EQ(run(3), run(3));
  for (uint64_t i = 0; i < 50; ++i) EXPECT_NE(run(i), run(i + 1));
}

TEST(Augment, EverythingOffChangesNothing) {
  AugmentSettings off;
  off.photometry = {0, 0, 0, 0, 0, 0, 0};
  off.blur = off.noise = off.jpeg = off.shrink = off.cutout = 0;
  Image image = filled(9, 9, {1, 99, 200});
  const Image before = image;
  Random random(1, "augment");
  augment(image, off, random);
  EXPECT_EQ(image.pixels, before.pixels);
}

}  // namespace
}  // namespace limn
