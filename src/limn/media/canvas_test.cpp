#include "limn/media/canvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "limn/base/error.h"

namespace limn {
namespace {

double sum_of(const Image& image) {
  double sum = 0;
  for (size_t i = 0; i < image.pixels.size(); i += 3) sum += image.pixels[i] / 255.0;
  return sum;
}

const Rgb white = {255, 255, 255};

TEST(Canvas, AreasMatchTheGeometry) {
  Image disc = filled(64, 64, {0, 0, 0});
  draw_disc(disc, Vec2(32.3f, 31.6f), 10, white);
  EXPECT_NEAR(sum_of(disc), std::numbers::pi * 100, 3);
  Image line = filled(64, 64, {0, 0, 0});
  draw_line(line, Vec2(10.2f, 12), Vec2(50, 40), 4, white);
  const double length = std::hypot(39.8, 28);
  EXPECT_NEAR(sum_of(line), length * 4 + std::numbers::pi * 4, 3);
  Image box = filled(64, 64, {0, 0, 0});
  fill_rectangle(box, 60, -2, 10, 5, white);
  EXPECT_EQ(sum_of(box), 4 * 3);
}

TEST(Canvas, OpacityBlends) {
  Image image = filled(9, 9, {0, 100, 200});
  draw_disc(image, Vec2(4.5f, 4.5f), 3, {200, 100, 0}, 0.25f);
  EXPECT_EQ(image.at(4, 4)[0], 50);
  EXPECT_EQ(image.at(4, 4)[1], 100);
  EXPECT_EQ(image.at(4, 4)[2], 150);
  EXPECT_EQ(image.at(0, 0)[2], 200);
}

TEST(Canvas, FarAndNonFinitePointsDoNoHarm) {
  Image image = filled(16, 16, {0, 0, 0});
  const float infinity = std::numeric_limits<float>::infinity();
  draw_line(image, Vec2(NAN, 0), Vec2(5, 5), 2, white);
  draw_disc(image, Vec2(infinity, 3), 4, white);
  draw_disc(image, Vec2(1e30f, -1e30f), 4, white);
  EXPECT_EQ(sum_of(image), 0);
  draw_line(image, Vec2(-1e6f, 8), Vec2(1e6f, 8), 2, white);
  EXPECT_NEAR(sum_of(image), 16 * 2, 1);
}

TEST(Canvas, TextIsWhereItShouldBe) {
  Image image = filled(40, 20, {0, 0, 0});
  draw_text(image, 2, 3, "I.", white);
  EXPECT_EQ(sum_of(image), 11 + 4);  // the letter's pixels
  EXPECT_EQ(image.at(4, 3)[0], 255);
  EXPECT_EQ(text_width("abc\nabcd", 2), 48);
  Image clipped = filled(5, 5, {0, 0, 0});
  draw_text(clipped, -3, -3, "M\xff", white, 3);
  EXPECT_GT(sum_of(clipped), 0);
}

TEST(Canvas, TilesRowByRow) {
  const std::vector<Image> images = {filled(4, 3, {1, 1, 1}), filled(4, 3, {2, 2, 2}), filled(2, 2, {3, 3, 3})};
  const Image sheet = tile(images, 2, 1);
  EXPECT_EQ(sheet.width, 2 * 5 + 1);
  EXPECT_EQ(sheet.height, 2 * 4 + 1);
  EXPECT_EQ(sheet.at(1, 1)[0], 1);
  EXPECT_EQ(sheet.at(9, 3)[0], 2);
  EXPECT_EQ(sheet.at(1, 5)[0], 3);
  EXPECT_EQ(sheet.at(4, 5)[0], sheet.at(0, 0)[0]);
  EXPECT_THROW(tile({}, 2), Error);
}

}  // namespace
}  // namespace limn
