#include "limn/geometry/rotation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "limn/base/random.h"

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

Vec3 random_axis(Random& random) {
  return Vec3(float(random.normal()), float(random.normal()), float(random.normal())).normalized();
}

/// Turns of every size, among them none, tiny, and close to half a turn.
std::vector<Mat3> rotations() {
  Random random(11, "rotations");
  std::vector<Mat3> result = {Mat3::Identity(), Vec3(1, -1, -1).asDiagonal(), Vec3(-1, 1, -1).asDiagonal(),
                              Vec3(-1, -1, 1).asDiagonal()};
  for (float angle : {1e-6f, 1e-4f, 1e-2f, 1.0f, 3.0f, pi - 1e-2f, pi - 1e-4f, pi})
    for (int i = 0; i < 20; ++i) result.push_back(rotation_from_axis_angle(angle * random_axis(random)));
  return result;
}

void expect_rotation(const Mat3& r) {
  EXPECT_LT((r.transpose() * r - Mat3::Identity()).norm(), 3e-6f) << r;
  EXPECT_NEAR(r.determinant(), 1, 3e-6f);
}

void expect_near(const Mat3& a, const Mat3& b, float tolerance) {
  EXPECT_LT((a - b).norm(), tolerance) << a << "\n\n" << b;
}

TEST(Rotation, SixNumbersAreTheFirstTwoColumns) {
  Mat3 r;
  r << 0, -1, 0, 1, 0, 0, 0, 0, 1;  // a quarter turn about z
  EXPECT_EQ(rotation_to_6d(r), (Rotation6{0, 1, 0, -1, 0, 0}));
  expect_near(rotation_from_6d({0, 5, 0, -2, 3, 0}), r, 1e-6f);  // scale and shear do not matter
}

TEST(Rotation, SixNumbersRoundTrip) {
  for (const Mat3& r : rotations()) expect_near(rotation_from_6d(rotation_to_6d(r)), r, 2e-6f);
}

TEST(Rotation, DegenerateSixNumbersGiveARotation) {
  for (const Rotation6& code : {Rotation6{0, 0, 0, 0, 0, 0}, Rotation6{1, 2, 3, 0, 0, 0}, Rotation6{0, 0, 0, 1, 2, 3},
                                Rotation6{1, 2, 3, 2, 4, 6}, Rotation6{.1f, .2f, .3f, -.7f, -1.4f, -2.1f},
                                Rotation6{0.3f, 0.7f, 0.11f, 3.00001f, 7, 1.1f}, Rotation6{1e-9f, 0, 0, 0, 1e-9f, 0}})
    expect_rotation(rotation_from_6d(code));
}

TEST(Rotation, QuaternionOrderIsWxyz) {
  const Eigen::Vector4f q = quaternion_from_rotation(rotation_from_axis_angle(Vec3(0, 0, pi / 2)));
  EXPECT_LT((q - Eigen::Vector4f(std::sqrt(.5f), 0, 0, std::sqrt(.5f))).norm(), 1e-6f);
  expect_near(rotation_from_quaternion(Eigen::Vector4f(0, 2, 0, 0)), Vec3(1, -1, -1).asDiagonal(), 1e-6f);
}

TEST(Rotation, QuaternionRoundTrips) {
  for (const Mat3& r : rotations()) {
    const Eigen::Vector4f q = quaternion_from_rotation(r);
    EXPECT_GE(q[0], 0);
    EXPECT_NEAR(q.norm(), 1, 1e-6f);
    expect_near(rotation_from_quaternion(q), r, 4e-6f);
    expect_near(rotation_from_quaternion(-q), r, 4e-6f);
  }
}

TEST(Rotation, AxisAngleFollowsTheRightHand) {
  const Vec3 moved = rotation_from_axis_angle(Vec3(0, pi / 2, 0)) * Vec3::UnitZ();
  EXPECT_LT((moved - Vec3::UnitX()).norm(), 1e-6f);
  EXPECT_EQ(rotation_from_axis_angle(Vec3::Zero()), Mat3::Identity());
}

TEST(Rotation, AxisAngleRoundTripsFromNoTurnToHalfATurn) {
  for (const Mat3& r : rotations()) {
    const Vec3 turn = axis_angle_from_rotation(r);
    EXPECT_LE(turn.norm(), pi + 1e-6f);
    expect_near(rotation_from_axis_angle(turn), r, 4e-6f);
  }
  Random random(12, "axes");
  for (float angle : {1e-6f, 1e-3f, 0.5f, 3.0f, pi - 1e-3f}) {
    const Vec3 turn = angle * random_axis(random);
    EXPECT_LT((axis_angle_from_rotation(rotation_from_axis_angle(turn)) - turn).norm(), 2e-6f) << angle;
  }
}

TEST(Rotation, GeodesicAngleIsTheAngleBetween) {
  Random random(13, "between");
  for (float angle : {0.0f, 1e-4f, 0.3f, pi / 2, 3.0f, pi - 1e-4f, pi}) {
    const Mat3 a = rotation_from_axis_angle(2.0f * random_axis(random));
    const Mat3 b = a * rotation_from_axis_angle(angle * random_axis(random));
    EXPECT_NEAR(geodesic_angle(a, b), angle, 2e-6f);
    EXPECT_NEAR(geodesic_angle(b, a), angle, 2e-6f);
  }
}

TEST(Rotation, MirrorMapsMirroredPointsAndUndoesItself) {
  const Mat3 flip = Vec3(-1, 1, 1).asDiagonal();
  for (const Mat3& r : rotations()) {
    expect_rotation(mirrored(r));
    const Vec3 point(0.3f, -0.2f, 0.9f);
    EXPECT_LT((mirrored(r) * (flip * point) - flip * (r * point)).norm(), 1e-6f);
    EXPECT_EQ(mirrored(mirrored(r)), r);
  }
}

}  // namespace
}  // namespace limn
