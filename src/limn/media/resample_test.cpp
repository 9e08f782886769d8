#include "limn/media/resample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/media/canvas.h"

namespace limn {
namespace {

/// value(x) = slope * (x + 0.5) + offset at every pixel, red along x, green along y.
Image ramp(int width, int height, int slope, int offset) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(slope * x + offset);
      image.at(x, y)[1] = static_cast<uint8_t>(slope * y + offset);
    }
  return image;
}

TEST(Resample, ConstantsStayConstantAtEveryScale) {
  const Image image = filled(50, 30, {10, 128, 250});
  for (const int size : {1, 7, 30, 64}) {
    for (const float side : {3.0f, 17.3f, 28.0f}) {
      const Image crop = crop_resized(image, Crop{Vec2(25, 15), side}, size, std::nullopt);
      ASSERT_EQ(crop.width, size);
      for (size_t i = 0; i < crop.pixels.size(); ++i) ASSERT_EQ(crop.pixels[i], image.pixels[i % 3]);
    }
  }
}

TEST(Resample, LinearGradientsAreExactUpAndDown) {
  const Image image = ramp(60, 60, 4, 3);
  for (const int size : {5, 16, 33, 80}) {
    const Crop window{Vec2(29.3f, 31.8f), 41.7f};
    const Image crop = crop_resized(image, window, size);
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x) {
        const Vec2 from = window.image_from_crop(crop_units_from_px(Vec2(x + 0.5f, y + 0.5f), size));
        ASSERT_NEAR(crop.at(x, y)[0], 4 * (from.x() - 0.5f) + 3, 0.51) << "size " << size << " x " << x;
        ASSERT_NEAR(crop.at(x, y)[1], 4 * (from.y() - 0.5f) + 3, 0.51);
      }
  }
}

TEST(Resample, TheWholeImageAtItsOwnSizeIsNearlyItself) {
  const Image image = ramp(40, 40, 5, 7);
  EXPECT_EQ(resized(image, 40, 40).pixels, image.pixels);
}

TEST(Resample, FineStripesAverageOutInsteadOfAliasing) {
  Image stripes(128, 128);
  for (int y = 0; y < 128; ++y)
    for (int x = 0; x < 128; x += 2) stripes.at(x, y)[0] = 255;
  const Image small = resized(stripes, 16, 16);
  for (int y = 0; y < 16; ++y)
    for (int x = 1; x < 15; ++x) EXPECT_NEAR(small.at(x, y)[0], 127.5, 3);
}

TEST(Resample, OutsideIsFilledOrReplicated) {
  Image image = filled(20, 20, {200, 200, 200});
  fill_rectangle(image, 0, 0, 2, 20, {50, 60, 70});
  const Crop window{Vec2(0, 10), 20};  // its left half lies outside
  const Image coloured = crop_resized(image, window, 10, Rgb{1, 2, 3});
  const Image replicated = crop_resized(image, window, 10, std::nullopt);
  EXPECT_EQ(coloured.at(1, 5)[0], 1);
  EXPECT_EQ(coloured.at(1, 5)[2], 3);
  EXPECT_EQ(replicated.at(1, 5)[0], 50);
  EXPECT_EQ(replicated.at(1, 5)[2], 70);
  EXPECT_EQ(coloured.at(8, 5)[0], 200);
  EXPECT_EQ(replicated.at(8, 5)[0], 200);
  const Image away = crop_resized(image, Crop{Vec2(500, -300), 20}, 4, Rgb{9, 9, 9});
  for (uint8_t value : away.pixels) EXPECT_EQ(value, 9);
}

TEST(Resample, ShrinksByTheLongerSideAndKeepsSmallOnes) {
  const Image image = filled(300, 100, {5, 5, 5});
  EXPECT_EQ(shrunk_to(image, 60).width, 60);
  EXPECT_EQ(shrunk_to(image, 60).height, 20);
  EXPECT_EQ(shrunk_to(image, 1000).width, 300);
}

TEST(Resample, MirrorTwiceIsTheSame) {
  const Image image = ramp(13, 5, 7, 0);
  EXPECT_EQ(mirrored(image).at(0, 2)[0], image.at(12, 2)[0]);
  EXPECT_EQ(mirrored(mirrored(image)).pixels, image.pixels);
}

TEST(Resample, WindowsWithoutSenseAreErrors) {
  const Image image = filled(4, 4, {0, 0, 0});
  EXPECT_THROW(crop_resized(image, Crop{Vec2(2, 2), 0}, 4), Error);
  EXPECT_THROW(crop_resized(image, Crop{Vec2(2, NAN), 4}, 4), Error);
  EXPECT_THROW(crop_resized(image, Crop{Vec2(2, 2), NAN}, 4), Error);
  EXPECT_THROW(crop_resized(image, Crop{Vec2(2, 2), 4}, 0), Error);
  EXPECT_THROW(crop_resized(Image(), Crop{Vec2(2, 2), 4}, 4), Error);
}

}  // namespace
}  // namespace limn
