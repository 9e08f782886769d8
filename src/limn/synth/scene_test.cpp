#include "limn/synth/scene.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "limn/synth/light.h"

namespace limn {
namespace {

constexpr double degree = std::numbers::pi / 180;

/// Well above the ground, so that no camera has to be lifted.
std::vector<Vec3> joints_of_a_cross() {
  return {Vec3(0, 6, 0), Vec3(0.5f, 6, 0), Vec3(-0.5f, 6, 0), Vec3(0, 6.9f, 0), Vec3(0, 5.1f, 0)};
}

CameraOptions steady() {
  CameraOptions options;
  options.window = {1, 1};
  options.truncation_probability = options.tilt_probability = options.steep_probability = options.roll_spread_deg = 0;
  return options;
}

PlacedCamera placed(const CameraOptions& options, uint64_t index) {
  Random random(1, "test", index);
  return place_camera(joints_of_a_cross(), 0, options, 128, random);
}

/// Of the camera over the middle of the cross, degrees.
double elevation_of(const PlacedCamera& view) {
  const Vec3 from = (view.position() - Vec3(0, 6, 0)).normalized();
  return std::asin(from.y()) / degree;
}

double focal_mm_of(const PlacedCamera& view) { return view.camera.focal_px * 36.0 / 128; }

TEST(Scene, FocalLengthIsThatOfTheRange) {
  CameraOptions options = steady();
  options.focal_mm = {50, 50};
  for (uint64_t i = 0; i < 20; ++i) {
    const double width_deg = 2 * std::atan(64 / placed(options, i).camera.focal_px) / degree;
    EXPECT_NEAR(width_deg, 39.598, 1e-3);  // 2 atan(18 / 50)
  }
  options.focal_mm = {24, 120};
  double least = 1e9, most = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    const double mm = focal_mm_of(placed(options, i));
    least = std::min(least, mm), most = std::max(most, mm);
  }
  EXPECT_GE(least, 23.99);
  EXPECT_LE(most, 120.01);
  EXPECT_LT(least, 26);
  EXPECT_GT(most, 110);
}

TEST(Scene, TheWindowEnlarges) {
  CameraOptions options = steady();
  options.focal_mm = {50, 50}, options.window = {2, 2};
  EXPECT_NEAR(focal_mm_of(placed(options, 3)), 100, 0.01);
}

TEST(Scene, ElevationIsThatOfTheRange) {
  CameraOptions options = steady();
  for (double share : {0.0, 1.0}) {
    options.steep_probability = share;
    options.elevation_deg = {25, 25};
    for (uint64_t i = 0; i < 20; ++i) EXPECT_NEAR(elevation_of(placed(options, i)), 25, 0.05);
    options.elevation_deg = {-30, 60};
    double least = 90, most = -90;
    for (uint64_t i = 0; i < 300; ++i) {
      const double e = elevation_of(placed(options, i));
      least = std::min(least, e), most = std::max(most, e);
    }
    EXPECT_GE(least, -30.05);
    EXPECT_LE(most, 60.05);
    EXPECT_EQ(share > 0, most > 50) << most;
  }
}

double roll_of(const PlacedCamera& view) {  // of the world's up in the picture, degrees
  const Vec3 up = view.camera_from_world.col(1);
  return std::abs(std::atan2(up.x(), -up.y())) / degree;
}

TEST(Scene, RollFollowsItsSettings) {
  CameraOptions options = steady();
  options.focal_mm = {1000, 1000};  // without perspective the roll is that of the picture
  const auto farthest = [&] {
    double most = 0;
    for (uint64_t i = 0; i < 200; ++i) most = std::max(most, roll_of(placed(options, i)));
    return most;
  };
  EXPECT_LT(farthest(), 1);
  options.tilt_probability = 1, options.tilt_anywhere = 0;
  EXPECT_NEAR(farthest(), 40, 3);
  options.tilt_most_deg = 10;
  EXPECT_NEAR(farthest(), 10, 2);
  options.tilt_anywhere = 1;
  EXPECT_GT(farthest(), 150);
}

double extent_of(const PlacedCamera& view) {
  Vec2 low = Vec2::Constant(1e9f), high = -low;
  for (const Vec3& joint : joints_of_a_cross()) {
    const Vec2 px = view.camera.project(view.to_camera(joint));
    low = low.cwiseMin(px), high = high.cwiseMax(px);
  }
  return 1.08 * (high - low).maxCoeff() / 128;
}

TEST(Scene, ThePersonIsAsLargeAsAsked) {
  CameraOptions options = steady();
  options.focal_mm = {85, 85};  // near wide lenses are held off, so that no joint comes too close
  options.smallest_extent = options.largest_extent = 0.7;
  for (uint64_t i = 0; i < 20; ++i) EXPECT_NEAR(extent_of(placed(options, i)), 0.7, 0.02);
  options.truncation_probability = 1;
  options.truncated_extent = {1.3, 1.3};
  for (uint64_t i = 0; i < 20; ++i) EXPECT_NEAR(extent_of(placed(options, i)), 1.3, 0.06);
}

TEST(Scene, OffCentreFollowsItsSetting) {
  CameraOptions options = steady();
  options.focal_mm = {1000, 1000};  // without perspective the middle of the cross is that of its box
  options.smallest_extent = options.largest_extent = 0.5;
  const auto farthest = [&](double share) {
    options.off_centre = share;
    double most = 0;
    for (uint64_t i = 0; i < 100; ++i) {
      const PlacedCamera view = placed(options, i);
      const Vec2 middle = view.camera.project(view.to_camera(Vec3(0, 6, 0)));
      most = std::max<double>(most, (middle - Vec2(64, 64)).cwiseAbs().maxCoeff());
    }
    return most;
  };
  EXPECT_LT(farthest(0), 3);
  EXPECT_GT(farthest(1), 20);
}

Light lit(const LightOptions& options, uint64_t index) {
  Random random(2, "test", index);
  return sample_light(options, placed(steady(), index), random);
}

TEST(Scene, TheSunStandsWhereAsked) {
  LightOptions options;
  options.sun_elevation_deg = {35, 35};
  for (uint64_t i = 0; i < 20; ++i) EXPECT_NEAR(lit(options, i).to_sun.y(), std::sin(35 * degree), 1e-4);
}

TEST(Scene, LightsAreAsStrongAsAsked) {
  LightOptions options;
  options.overcast.share = options.indoor_probability = 0;
  options.sun = {2, 2}, options.sky = {0.5, 0.5}, options.bounce = {0.4, 0.4};
  options.daylight_kelvin = options.sky_kelvin = {6500, 6500};
  options.fill = {1, {0.3, 0.3}}, options.rim = {1, {0.8, 0.8}};
  options.exposure_ev = {1, 1}, options.shadow_softness = {0.02, 0.02}, options.contact = {0.6, 0.6};
  const Light light = lit(options, 1);
  EXPECT_LT((light.sun - Vec3::Constant(2)).norm(), 1e-4f);
  EXPECT_LT((light.sky - Vec3::Constant(0.5f)).norm(), 1e-4f);
  EXPECT_LT((light.ground - Vec3::Constant(0.2f)).norm(), 1e-4f);
  EXPECT_LT((light.fill - Vec3::Constant(0.3f)).norm(), 1e-4f);
  EXPECT_LT((light.rim - Vec3::Constant(0.8f)).norm(), 1e-4f);
  EXPECT_NEAR(light.exposure, 2 / (1.2 + 0.375 + 0.05 + 0.12), 1e-3);
  EXPECT_FLOAT_EQ(light.softness, 0.02f);
  EXPECT_FLOAT_EQ(light.contact, 0.6f);
  options.fill.share = options.rim.share = 0, options.indoor_probability = 1, options.overcast = {1, {0, 0}};
  const Light lamp = lit(options, 1);
  EXPECT_EQ(lamp.fill.norm() + lamp.rim.norm() + lamp.sun.norm(), 0);
  EXPECT_FLOAT_EQ(lamp.softness, 0.04f);
}

TEST(Scene, TheRimLightComesFromBehind) {
  for (uint64_t i = 0; i < 50; ++i) {
    const PlacedCamera view = placed(steady(), i);
    EXPECT_GT(lit({}, i).to_rim.dot(Vec3(view.camera_from_world.row(2))), 0.2f);
  }
}

TEST(Scene, ColourTemperatures) {
  EXPECT_LT((light_of_kelvin(6500) - Vec3::Ones()).norm(), 1e-4f);
  const Vec3 lamp = light_of_kelvin(3000), shade = light_of_kelvin(10000);
  EXPECT_GT(lamp.x(), 1.3f);
  EXPECT_LT(lamp.z(), 0.5f);
  EXPECT_GT(shade.z(), 1.15f);
  EXPECT_LT(shade.x(), 0.95f);
  for (float kelvin : {2000.0f, 4000.0f, 25000.0f})
    EXPECT_NEAR(light_of_kelvin(kelvin).dot(Vec3(0.2126f, 0.7152f, 0.0722f)), 1, 1e-4);
}

}  // namespace
}  // namespace limn
