#include "limn/data/thin_plate_spline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/geometry/camera.h"

namespace limn {
namespace {

std::vector<Vec2> grid() {
  std::vector<Vec2> points;
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) points.emplace_back(-1 + 0.6f * x, -0.9f + 0.6f * y);
  return points;
}

TEST(ThinPlateSpline, FitsTheIdentity) {
  const ThinPlateSpline spline = ThinPlateSpline::fit(grid(), grid());
  for (const Vec2& weight : spline.weights) EXPECT_LT(weight.norm(), 1e-6f);
  EXPECT_LT((spline(Vec2(0.37f, -1.4f)) - Vec2(0.37f, -1.4f)).norm(), 1e-6f);
}

TEST(ThinPlateSpline, ReproducesAffineMapsEverywhere) {
  std::vector<Vec2> targets;
  const auto map = [](const Vec2& p) {
    return Vec2(0.3f + 1.2f * p.x() - 0.4f * p.y(), -0.1f + 0.5f * p.x() + 0.8f * p.y());
  };
  for (const Vec2& p : grid()) targets.push_back(map(p));
  const ThinPlateSpline spline = ThinPlateSpline::fit(grid(), targets);
  for (const Vec2& p : {Vec2(0, 0), Vec2(2, -3), Vec2(-0.33f, 0.77f)}) EXPECT_LT((spline(p) - map(p)).norm(), 2e-5f);
}

TEST(ThinPlateSpline, PassesThroughItsTargets) {
  std::vector<Vec2> targets = grid();
  Random random(3, "test");
  for (Vec2& target : targets) target += Vec2(0.1f * random.normal(), 0.1f * random.normal());
  const ThinPlateSpline spline = ThinPlateSpline::fit(grid(), targets);
  Vec2 sum = Vec2::Zero();
  for (size_t i = 0; i < targets.size(); ++i) {
    EXPECT_LT((spline(grid()[i]) - targets[i]).norm(), 1e-5f);
    sum += spline.weights[i];
  }
  EXPECT_LT(sum.norm(), 1e-5f);  // side condition of the least bending
}

TEST(ThinPlateSpline, RejectsPointsOnALine) {
  EXPECT_THROW(ThinPlateSpline::fit({Vec2(0, 0), Vec2(1, 1), Vec2(2, 2)}, {Vec2(0, 0), Vec2(1, 1), Vec2(2, 2)}), Error);
  EXPECT_THROW(ThinPlateSpline::fit({Vec2(0, 0), Vec2(1, 0)}, {Vec2(0, 0), Vec2(1, 0)}), Error);
  EXPECT_THROW(ThinPlateSpline::fit(grid(), {Vec2(0, 0)}), Error);
}

Image ramp(int size) {
  Image image(size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(x + 20);
      image.at(x, y)[1] = static_cast<uint8_t>(y + 20);
    }
  return image;
}

TEST(ThinPlateSpline, WarpingByTheIdentityChangesNothing) {
  ThinPlateSpline identity;
  identity.affine << 0, 1, 0, 0, 0, 1;
  const Image image = ramp(100);
  EXPECT_EQ(warped(image, 1, identity, 100).pixels, image.pixels);
  // From a picture half as large again, the same middle.
  const Image middle = warped(ramp(150), 1.5f, identity, 100);
  EXPECT_EQ(middle.at(0, 0)[0], 25 + 20);
  EXPECT_EQ(middle.at(99, 50)[0], 124 + 20);
}

TEST(ThinPlateSpline, WarpingMovesTheContentByTheMap) {
  ThinPlateSpline spline;  // fetches from 0.2 crop units = 10 px further right, 5 px further up
  spline.affine << 0.2f, 1, 0, -0.1f, 0, 1;
  const Image result = warped(ramp(100), 1, spline, 100);
  EXPECT_EQ(result.at(30, 40)[0], 40 + 20);
  EXPECT_EQ(result.at(30, 40)[1], 35 + 20);
  EXPECT_EQ(result.at(99, 0)[0], 99 + 20);  // replicated edge
}

TEST(ThinPlateSpline, TheCoarseEvaluationIsCloseToTheExactOne) {
  Random random(11, "warp");
  const Image image = ramp(200);
  const ThinPlateSpline spline = random_warp({}, random);
  const Image result = warped(image, 1.5f, spline, 128);
  for (int y = 0; y < 128; y += 7)
    for (int x = 0; x < 128; x += 7) {
      const Vec2 from = spline(crop_units_from_px(Vec2(x + 0.5f, y + 0.5f), 128));
      const Vec2 px = (from + Vec2::Constant(1.5f)) * (100 / 1.5f);
      if (px.minCoeff() < 1 || px.maxCoeff() > 199) continue;
      EXPECT_NEAR(result.at(x, y)[0], px.x() - 0.5f + 20, 0.75);
      EXPECT_NEAR(result.at(x, y)[1], px.y() - 0.5f + 20, 0.75);
    }
}

TEST(ThinPlateSpline, RandomWarpsAreModestAndReproducible) {
  Random a(5, "warp"), b(5, "warp"), still(5, "warp");
  const ThinPlateSpline one = random_warp({}, a), two = random_warp({}, b);
  EXPECT_EQ(one(Vec2(0.3f, 0.4f)), two(Vec2(0.3f, 0.4f)));
  double sum = 0;
  for (int i = 0; i < 200; ++i) sum += (random_warp({}, a)(Vec2(0.5f, -0.5f)) - Vec2(0.5f, -0.5f)).norm();
  EXPECT_GT(sum / 200, 0.05);
  EXPECT_LT(sum / 200, 0.25);
  const ThinPlateSpline none = random_warp({0, 0, 0, 0, 0, 10}, still);
  EXPECT_LT((none(Vec2(0.3f, 0.4f)) - Vec2(0.3f, 0.4f)).norm(), 1e-6f);
}

}  // namespace
}  // namespace limn
