#include "limn/motion/ground_plane.h"

#include <gtest/gtest.h>

#include <numbers>

namespace limn {
namespace {

constexpr float degree = std::numbers::pi_v<float> / 180;

/// Resting points on a grid of the ground, 3 to 6 m away, of a camera that looks down and rolls.
std::vector<RestingPoint> points_on(const Vec3& up, float height) {
  GroundPlane truth{up, height, true};
  const Mat3 camera_from_world = truth.world_from_camera().transpose();
  std::vector<RestingPoint> points;
  for (float x = -1.5f; x <= 1.5f; x += 0.75f)
    for (float z = -6; z <= -3; z += 1)
      points.push_back({camera_from_world * (Vec3(x, 0.03f, z) - Vec3(0, height, 0)), 0.03f, 1});
  return points;
}

Vec3 tilted_up(float pitch_deg, float roll_deg) {
  return Eigen::AngleAxisf(roll_deg * degree, Vec3::UnitZ()) *
         (Eigen::AngleAxisf(pitch_deg * degree, Vec3::UnitX()) * Vec3(0, -1, 0));
}

TEST(GroundPlane, IsFoundFromRestingPoints) {
  const Vec3 up = tilted_up(20, 2);
  std::vector<RestingPoint> points = points_on(up, 1.6f);
  points.push_back({points[3].place - 0.5f * up, 0.03f, 1});  // a foot below the ground, a foot on a chair
  points.push_back({points[7].place + 0.5f * up, 0.03f, 1});
  const GroundPlane plane = fit_ground(points, std::nullopt);
  EXPECT_TRUE(plane.from_contacts);
  EXPECT_NEAR(plane.pitch_deg(), 20, 0.5);
  EXPECT_NEAR(plane.roll_deg(), 2, 0.5);
  EXPECT_NEAR(plane.height, 1.6f, 0.02f);
  const Mat3 world_from_camera = plane.world_from_camera();
  EXPECT_NEAR(world_from_camera.determinant(), 1, 1e-5);
  EXPECT_LT((world_from_camera * plane.up - Vec3::UnitY()).norm(), 1e-5f);
  EXPECT_NEAR((world_from_camera * Vec3::UnitZ()).x(), 0, 1e-6f);  // the camera looks along -z
  EXPECT_LT((world_from_camera * Vec3::UnitZ()).z(), 0);
}

TEST(GroundPlane, OfOnePlaceIsAsUprightAsTheBody) {
  const Vec3 up = tilted_up(15, 0);
  const std::vector<RestingPoint> one(4, points_on(up, 1.5f)[0]);
  EXPECT_NEAR(fit_ground(one, std::nullopt).pitch_deg(), 0, 3);
  const GroundPlane plane = fit_ground(one, up);
  EXPECT_NEAR(plane.pitch_deg(), 15, 4);
  // The plane runs under the point, whatever its slope.
  EXPECT_NEAR(plane.up.dot(one[0].place) + plane.height, 0.03f, 0.02f);
}

TEST(GroundPlane, IsLevelWhereNobodyStands) {
  const GroundPlane plane = fit_ground({}, std::nullopt);
  EXPECT_FALSE(plane.from_contacts);
  EXPECT_TRUE(plane.up.isApprox(Vec3(0, -1, 0)));
  EXPECT_TRUE(plane.world_from_camera().isApprox(Mat3(Vec3(1, -1, -1).asDiagonal())));
  EXPECT_EQ(plane.height, 0);
}

TEST(GroundPlane, StaysWithinItsLimits) {
  const GroundPlane plane = fit_ground(points_on(tilted_up(10, 50), 1.5f), std::nullopt);
  EXPECT_LE(std::abs(plane.roll_deg()), 21);
  EXPECT_TRUE(plane.up.allFinite());
}

}  // namespace
}  // namespace limn
