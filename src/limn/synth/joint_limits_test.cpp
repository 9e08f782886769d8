#include "limn/synth/joint_limits.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/base/random.h"
#include "limn/synth/joint_angles.h"
#include "limn/synth/poses.h"

namespace limn {
namespace {

constexpr float degree = std::numbers::pi_v<float> / 180;

Mat3 about(const Vec3& axis, float degrees) { return Eigen::AngleAxisf(degrees * degree, axis).toRotationMatrix(); }

Pose only(const char* joint, const Mat3& rotation) {
  Pose pose = rest_pose(Skeleton::human());
  pose.rotations[Skeleton::human().joint(joint)] = rotation;
  return pose;
}

Mat3 after_clamping(const char* joint, const Mat3& rotation) {
  Pose pose = only(joint, rotation);
  clamp_to_limits(Skeleton::human(), pose);
  return pose.rotations[Skeleton::human().joint(joint)];
}

TEST(JointLimits, ReadsTheAnglesThatThePoseWasMadeOf) {
  const Skeleton& skeleton = Skeleton::human();
  BodyAngles angles;
  for (ArmAngles& arm : angles.arm) arm = {70, 30, -40, 60, 20, 10, 5};
  for (LegAngles& leg : angles.leg) leg = {50, 20, 10, 70, -5};
  const Pose pose = pose_from_angles(skeleton, angles);
  const auto read = [&](const std::string& joint) {
    return joint_angles_deg(skeleton, skeleton.joint(joint), pose.rotations[skeleton.joint(joint)]);
  };
  for (const std::string side : {"left_", "right_"}) {
    EXPECT_LT((read(side + "shoulder") - Vec3(70, 30, -40)).norm(), 0.01f);
    EXPECT_LT((read(side + "elbow") - Vec3(-60, 0, 20)).norm(), 0.01f);
    EXPECT_LT((read(side + "wrist") - Vec3(-10, -5, 0)).norm(), 0.01f);
    EXPECT_LT((read(side + "hip") - Vec3(-50, 20, 10)).norm(), 0.01f);
    EXPECT_LT((read(side + "knee") - Vec3(70, 0, 0)).norm(), 0.01f);
    EXPECT_LT((read(side + "ankle") - Vec3(5, 0, 0)).norm(), 0.01f);
  }
}

TEST(JointLimits, LeavesPosesOfTheFamiliesAlone) {
  const Skeleton& skeleton = Skeleton::human();
  for (uint64_t index = 0; index < 100; ++index) {
    Random random(1, "test.limits", index);
    const Pose before = sample_pose(skeleton, sample_proportions(skeleton, random), random).pose;
    Pose after = before;
    clamp_to_limits(skeleton, after);
    for (int j = 0; j < skeleton.joint_count(); ++j)
      EXPECT_LT(geodesic_angle(before.rotations[j], after.rotations[j]), 0.1f * degree) << skeleton.joints()[j].name;
  }
}

TEST(JointLimits, HingesBendOneWayOnly) {
  const Vec3 x = Vec3::UnitX(), y = Vec3::UnitY();
  EXPECT_LT(geodesic_angle(after_clamping("left_knee", about(x, -30)), Mat3::Identity()), 1e-4f);
  EXPECT_LT(geodesic_angle(after_clamping("right_knee", about(x, -30)), Mat3::Identity()), 1e-4f);
  EXPECT_LT(geodesic_angle(after_clamping("left_elbow", about(y, 25)), Mat3::Identity()), 1e-4f);
  EXPECT_LT(geodesic_angle(after_clamping("right_elbow", about(y, -25)), Mat3::Identity()), 1e-4f);
  // Bent too far, beyond half a turn even, they stop at their end.
  EXPECT_LT(geodesic_angle(after_clamping("left_knee", about(x, 200)), about(x, 148)), 1e-4f);
  EXPECT_LT(geodesic_angle(after_clamping("right_elbow", about(y, 170)), about(y, 148)), 1e-4f);
  EXPECT_LT(geodesic_angle(after_clamping("left_knee", about(x, 90)), about(x, 90)), 1e-6f);
}

TEST(JointLimits, ArmsDoNotReachThroughTheBack) {
  // Straight backwards at shoulder height: azimuth -90 becomes the end of its range.
  const Skeleton& skeleton = Skeleton::human();
  const Mat3 clamped = after_clamping("left_shoulder", about(Vec3::UnitY(), 90));
  EXPECT_NEAR(joint_angles_deg(skeleton, skeleton.joint("left_shoulder"), clamped)[1], -55, 0.01f);
  // A hanging arm may swing back.
  const Mat3 swung = about(Vec3::UnitX(), 40) * about(Vec3::UnitZ(), -90);
  EXPECT_NEAR(joint_angles_deg(skeleton, skeleton.joint("left_shoulder"), swung)[1], -90, 0.01f);
  EXPECT_LT(geodesic_angle(after_clamping("left_shoulder", swung), swung), 1e-5f);
  const Mat3 right = after_clamping("right_shoulder", about(Vec3::UnitY(), -90));
  EXPECT_LT(geodesic_angle(right, mirrored(clamped)), 1e-4f);
}

TEST(JointLimits, AnyRotationEndsInsideAndStaysThere) {
  const Skeleton& skeleton = Skeleton::human();
  for (uint64_t index = 0; index < 200; ++index) {
    Random random(2, "test.limits", index);
    Pose pose = rest_pose(skeleton);
    for (int j : skeleton.rotating_joints())
      pose.rotations[j] =
          rotation_from_axis_angle(Vec3(static_cast<float>(random.normal()), static_cast<float>(random.normal()),
                                        static_cast<float>(random.normal())));
    const Mat3 root = pose.rotations[0];
    clamp_to_limits(skeleton, pose);
    EXPECT_EQ(pose.rotations[0], root);
    Pose again = pose;
    clamp_to_limits(skeleton, again);
    for (int j = 0; j < skeleton.joint_count(); ++j)
      EXPECT_LT(geodesic_angle(pose.rotations[j], again.rotations[j]), 0.01f) << skeleton.joints()[j].name;
    for (const char* knee : {"left_knee", "right_knee"}) {
      const Vec3 angles = joint_angles_deg(skeleton, skeleton.joint(knee), pose.rotations[skeleton.joint(knee)]);
      EXPECT_GE(angles[0], -0.01f);
      EXPECT_LE(angles[0], 148.01f);
    }
  }
}

}  // namespace
}  // namespace limn
