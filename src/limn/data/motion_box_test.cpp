#include "limn/data/motion_box.h"

#include <gtest/gtest.h>

#include "limn/base/random.h"
#include "limn/data/augment.h"
#include "limn/media/canvas.h"

namespace limn {
namespace {

/// A still, papered room; a bright block at (x, y) in it; the camera moved by (dx, 0).
Image room(int x, int y, int dx = 0) {
  Image image = filled(320, 200, {60, 60, 60});
  for (int i = 0; i < 10; ++i)
    fill_rectangle(image, 32 * i + dx, 0, 9, 200, {static_cast<uint8_t>(80 + 8 * i), 90, 90});
  for (int i = 0; i < 5; ++i) fill_rectangle(image, 0, 40 * i, 320, 6, {90, static_cast<uint8_t>(150 - 15 * i), 60});
  fill_rectangle(image, x + dx, y, 40, 60, {230, 220, 210});
  return image;
}

TEST(MotionBox, HoldsWhatMovedAndLittleMore) {
  std::vector<Image> frames;
  Random random(1, "noise");
  for (int i = 0; i < 6; ++i) {
    frames.push_back(room(100 + 10 * i, 80));  // moves over x 100 ... 190, y 80 ... 140
    add_noise(frames.back(), 0.02f, random);
  }
  const auto box = motion_box(frames);
  ASSERT_TRUE(box.has_value());
  EXPECT_NEAR(box->low.x(), 100, 9);
  EXPECT_NEAR(box->high.x(), 190, 9);
  EXPECT_NEAR(box->low.y(), 80, 9);
  EXPECT_NEAR(box->high.y(), 140, 9);
}

TEST(MotionBox, OfTwoPhotographsForgivesAMovedCamera) {
  const auto box = motion_box({room(60, 80), room(160, 80, 12)});
  ASSERT_TRUE(box.has_value());
  EXPECT_NEAR(box->low.x(), 60, 14);
  EXPECT_NEAR(box->high.x(), 212, 14);
  EXPECT_NEAR(box->low.y(), 80, 14);
  EXPECT_NEAR(box->high.y(), 140, 14);
}

TEST(MotionBox, IsEmptyWithoutMotionAndWithMotionEverywhere) {
  EXPECT_FALSE(motion_box({room(100, 80)}).has_value());
  EXPECT_FALSE(motion_box({room(100, 80), room(100, 80), room(100, 80)}).has_value());
  EXPECT_FALSE(motion_box({filled(64, 64, {0, 0, 0}), filled(64, 64, {200, 200, 200}), filled(64, 64, {90, 90, 90})}));
  EXPECT_FALSE(motion_box({}).has_value());
}

}  // namespace
}  // namespace limn
