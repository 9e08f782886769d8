#include "limn/geometry/camera.h"

#include <gtest/gtest.h>

#include "limn/base/random.h"

namespace limn {
namespace {

TEST(Camera, ProjectsByTheFormula) {
  const Camera camera{500, Vec2(64, 48), 128, 96};
  EXPECT_EQ(camera.project(Vec3(0, 0, 2)), Vec2(64, 48));
  EXPECT_EQ(camera.project(Vec3(0.2f, -0.1f, 2)), Vec2(64 + 50, 48 - 25));
}

TEST(Camera, UnprojectUndoesProject) {
  const Camera camera{437.5f, Vec2(60, 70), 128, 128};
  Random random(1, "points");
  for (int i = 0; i < 100; ++i) {
    const Vec3 point(random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(0.5, 9));
    EXPECT_LT((camera.unproject(camera.project(point), point.z()) - point).norm(), 1e-5f);
  }
}

TEST(Camera, WeakPerspectiveIsTheLimitOfALongLens) {
  const WeakCamera weak{Vec2(0.2f, -0.3f), 0.8f};
  EXPECT_LT((weak.project(Vec3(0.5f, -0.25f, 7)) - Vec2(0.6f, -0.5f)).norm(), 1e-6f);
  const float focal = 2000;
  const Vec3 root = weak.root_position(focal);
  EXPECT_NEAR(root.z(), 2500, 1e-3f);  // focal / scale
  const Camera camera{focal, Vec2::Zero(), 0, 0};
  EXPECT_LT((camera.project(root) - weak.root_uv).norm(), 1e-5f);
  for (const Vec3& point : {Vec3(0.5f, 0.1f, 0.3f), Vec3(-0.2f, 0.9f, -0.4f)})
    EXPECT_LT((camera.project(root + point) - weak.project(point)).norm(), 1e-3f);
}

TEST(Crop, EdgesAreAtPlusMinusOne) {
  const Crop crop{Vec2(100, 50), 40};
  EXPECT_EQ(crop.image_from_crop(Vec2(-1, -1)), Vec2(80, 30));
  EXPECT_EQ(crop.image_from_crop(Vec2(1, 0)), Vec2(120, 50));
  EXPECT_EQ(crop.crop_from_image(Vec2(110, 50)), Vec2(0.5f, 0));
}

TEST(Crop, PixelCentresAreHalfAPixelFromTheEdge) {
  EXPECT_EQ(crop_units_from_px(Vec2(0, 128), 128), Vec2(-1, 1));
  EXPECT_EQ(crop_units_from_px(Vec2(0.5f, 64), 128), Vec2(-1 + 1.0f / 128, 0));
  EXPECT_EQ(px_from_crop_units(Vec2(-1, 1), 64), Vec2(0, 64));
}

TEST(Crop, RoundTrips) {
  Random random(2, "crops");
  for (int i = 0; i < 100; ++i) {
    const Crop crop{Vec2(random.uniform(0, 500), random.uniform(0, 500)), float(random.uniform(10, 400))};
    const Vec2 point(random.uniform(-50, 500), random.uniform(-50, 500));
    EXPECT_LT((crop.image_from_crop(crop.crop_from_image(point)) - point).norm(), 5e-4f);
    EXPECT_LT((px_from_crop_units(crop_units_from_px(point, 256), 256) - point).norm(), 5e-4f);
  }
}

}  // namespace
}  // namespace limn
