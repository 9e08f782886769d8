#include "limn/data/still_camera.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/data/augment.h"
#include "limn/media/canvas.h"

namespace limn {
namespace {

constexpr int width = 320, height = 180;

/// A papered room whose camera is turned by `turn` pixels.
Image room(int turn = 0) {
  Image image = filled(width, height, {60, 60, 60});
  Random random(7, "room");
  for (int i = 0; i < 60; ++i) {  // papered: blocks over an area that is wider than the picture
    const auto grey = static_cast<uint8_t>(70 + random.integer(80));
    fill_rectangle(image, random.integer(2 * width) - width / 2 + turn, random.integer(height), 12 + random.integer(20),
                   12 + random.integer(20), {grey, 90, static_cast<uint8_t>(grey / 2)});
  }
  return image;
}

Image with_block(Image image, int x, int y, int w = 30, int h = 70) {
  fill_rectangle(image, x, y, w, h, {230, 220, 210});
  return image;
}

double difference(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

TEST(StillCamera, SeesWhoWalksThroughAndThePlaceBehind) {
  std::vector<Image> frames;
  Random random(1, "noise");
  for (int i = 0; i < 20; ++i) {
    frames.push_back(with_block(room(), 20 + 13 * i, 80));
    add_noise(frames.back(), 0.015f, random);
  }
  const StillCamera view = watch(frames);
  ASSERT_TRUE(view.still);
  ASSERT_EQ(view.movers.size(), 1u);
  const Mover& mover = view.movers[0];
  EXPECT_NEAR(mover.box.low.x(), 20, 24);  // a place where it was once may be noise, too
  EXPECT_NEAR(mover.box.high.x(), 297, 24);
  EXPECT_NEAR(mover.box.low.y(), 80, 8);
  EXPECT_NEAR(mover.box.high.y(), 150, 8);
  ASSERT_EQ(mover.in_frame.size(), 20u);
  ASSERT_TRUE(mover.in_frame[10].has_value());
  EXPECT_NEAR(mover.in_frame[10]->low.x(), 150, 8);
  EXPECT_NEAR(mover.in_frame[10]->high.x(), 180, 8);
  EXPECT_TRUE(view.plate_is_clean);
  EXPECT_LT(difference(median_plate(frames), room()), 3);
}

TEST(StillCamera, WhoStaysInPlaceIsInThePlate) {
  std::vector<Image> waving, pausing;
  for (int i = 0; i < 20; ++i) {
    waving.push_back(with_block(with_block(room(), 150, 60, 30, 100), 180, 60 + 5 * (i % 5), 30, 12));
    pausing.push_back(with_block(room(), i < 12 ? 60 : 60 + 20 * (i - 11), 80));
  }
  for (const auto& frames : {waving, pausing}) {
    const StillCamera view = watch(frames);
    EXPECT_TRUE(view.still);
    EXPECT_EQ(view.movers.size(), 1u);
    EXPECT_FALSE(view.plate_is_clean);
  }
}

TEST(StillCamera, TellsPeopleApartButNotHands) {
  std::vector<Image> two, hands;
  for (int i = 0; i < 12; ++i) {
    two.push_back(with_block(with_block(room(), 40 + 3 * (i % 4), 60), 250 - 3 * (i % 4), 60));
    hands.push_back(with_block(with_block(room(), 140, 60 + 6 * (i % 4), 12, 12), 190, 60 + 6 * (i % 4), 12, 12));
  }
  EXPECT_EQ(watch(two).movers.size(), 2u);
  EXPECT_LT(watch(two).movers[0].box.high.x(), watch(two).movers[1].box.low.x());
  EXPECT_EQ(watch(hands).movers.size(), 1u);
}

TEST(StillCamera, KnowsATurningCameraAndForgivesATremblingOne) {
  std::vector<Image> turning, trembling, empty;
  for (int i = 0; i < 12; ++i) {
    turning.push_back(with_block(room(6 * i), 140, 80));
    trembling.push_back(with_block(room(i % 2), 60 + 10 * i, 80));
    empty.push_back(room());
  }
  EXPECT_FALSE(watch(turning).still);
  EXPECT_TRUE(watch(trembling).still);
  EXPECT_EQ(watch(trembling).movers.size(), 1u);
  EXPECT_TRUE(watch(empty).still);
  EXPECT_TRUE(watch(empty).movers.empty());
}

TEST(StillCamera, NeedsFramesOfOneSize) {
  EXPECT_THROW(watch({room()}), Error);
  EXPECT_THROW(watch({room(), filled(10, 10, {0, 0, 0})}), Error);
  EXPECT_THROW(median_plate({}), Error);
}

TEST(PersonWindow, StaysInsideAndIsNeverSmall) {
  const Crop corner = person_window({Vec2(300, 10), Vec2(315, 30)}, width, height);
  EXPECT_NEAR(corner.side_px, 0.65f * height, 1e-3);
  EXPECT_NEAR(corner.centre_px.x() + 0.5f * corner.side_px, width, 1e-3);
  EXPECT_NEAR(corner.centre_px.y() - 0.5f * corner.side_px, 0, 1e-3);
  EXPECT_NEAR(person_window({Vec2(50, 40), Vec2(100, 140)}, width, height).side_px, 130, 1e-3);
  const Crop wide = person_window({Vec2(0, 80), Vec2(300, 100)}, width, height);
  EXPECT_NEAR(wide.side_px, 320, 1e-3);  // wider than high: the picture's edge is repeated above and below
  EXPECT_NEAR(wide.centre_px.x(), 160, 1e-3);
}

}  // namespace
}  // namespace limn
