#include "limn/synth/poses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "limn/synth/joint_angles.h"

namespace limn {
namespace {

Kinematics posed(const BodyAngles& angles) {
  const Skeleton& skeleton = Skeleton::human();
  return forward_kinematics(skeleton, pose_from_angles(skeleton, angles));
}

TEST(JointAngles, ZeroArmsHangAndLegsStand) {
  const Skeleton& skeleton = Skeleton::human();
  BodyAngles angles;
  for (ArmAngles& arm : angles.arm) arm = {0, 0, 0, 0, 0, 0, 0};
  for (LegAngles& leg : angles.leg) leg = {0, 0, 0, 0, 0};
  const Kinematics k = posed(angles);
  for (const std::string side : {"left_", "right_"}) {
    const Vec3 shoulder = k.positions[skeleton.joint(side + "shoulder")],
               wrist = k.positions[skeleton.joint(side + "wrist")];
    EXPECT_NEAR((wrist - shoulder).normalized().y(), -1, 1e-5f);
    const Vec3 toe = k.positions[skeleton.joint(side + "toe_tip")] - k.positions[skeleton.joint(side + "ankle")];
    EXPECT_GT(toe.z(), 0.1f);
  }
}

TEST(JointAngles, ElbowsFlexForwardAndKneesBackward) {
  const Skeleton& skeleton = Skeleton::human();
  BodyAngles angles;
  for (ArmAngles& arm : angles.arm) arm = {0, 0, 0, 90, 0, 0, 0};
  for (LegAngles& leg : angles.leg) leg = {0, 0, 0, 90, 0};
  const Kinematics k = posed(angles);
  for (const std::string side : {"left_", "right_"}) {
    const Vec3 forearm = k.positions[skeleton.joint(side + "wrist")] - k.positions[skeleton.joint(side + "elbow")];
    const Vec3 shank = k.positions[skeleton.joint(side + "ankle")] - k.positions[skeleton.joint(side + "knee")];
    EXPECT_NEAR(forearm.normalized().z(), 1, 1e-4f);
    EXPECT_NEAR(shank.normalized().z(), -1, 0.03f);
  }
}

TEST(JointAngles, OneDescriptionServesBothSides) {
  const Skeleton& skeleton = Skeleton::human();
  BodyAngles angles;
  for (ArmAngles& arm : angles.arm) arm = {70, 30, -40, 60, 20, 10, 5};
  for (LegAngles& leg : angles.leg) leg = {50, 20, 10, 70, -5};
  const Kinematics k = posed(angles);
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    Vec3 other = k.positions[skeleton.joints()[j].mirror];
    other.x() = -other.x();
    EXPECT_LT((k.positions[j] - other).norm(), 1e-5f) << skeleton.joints()[j].name;
  }
}

TEST(Poses, KeepTheLimitsAndStandOnTheGround) {
  const Skeleton& skeleton = Skeleton::human();
  const AngleLimits limits;
  for (uint64_t index = 0; index < 400; ++index) {
    Random random(9, "test.poses", index);
    const Proportions proportions = sample_proportions(skeleton, random);
    const PosedBody body = sample_pose(skeleton, proportions, random);
    const Kinematics k = forward_kinematics(skeleton, body.pose);
    float lowest = 1e9f;
    for (int j = 0; j < skeleton.joint_count(); ++j) {
      lowest = std::min(lowest, k.positions[j].y() - proportions.size * flesh_radius(skeleton, j));
      EXPECT_GE(body.pose.bone_scales[j], 0.61f);
      EXPECT_LE(body.pose.bone_scales[j], 1.64f);
      EXPECT_EQ(body.pose.bone_scales[j], body.pose.bone_scales[skeleton.joints()[j].mirror]);
    }
    EXPECT_NEAR(lowest, body.clearance, 1e-4f);
    for (const std::string side : {"left_", "right_"}) {
      // Seen in the thigh's own frame the shank never swings forward.
      const Mat3& thigh = k.global_rotations[skeleton.joint(side + "hip")];
      const Vec3 shank = thigh.transpose() *
                         (k.positions[skeleton.joint(side + "ankle")] - k.positions[skeleton.joint(side + "knee")]);
      EXPECT_LT(shank.normalized().z(), 0.01f);
      const Vec3 bend = axis_angle_from_rotation(body.pose.rotations[skeleton.joint(side + "knee")]);
      EXPECT_LE(bend.norm(), limits.knee.high * 0.01746f);
      // In the upper arm's frame the forearm never bends towards the back.
      const Mat3& upper = k.global_rotations[skeleton.joint(side + "shoulder")];
      const Vec3 forearm = upper.transpose() *
                           (k.positions[skeleton.joint(side + "wrist")] - k.positions[skeleton.joint(side + "elbow")]);
      EXPECT_GT(forearm.normalized().z(), -0.01f);
    }
  }
}

TEST(Poses, MostPeopleAreUprightAndHeadingsCoverTheCircle) {
  const Skeleton& skeleton = Skeleton::human();
  int upright = 0, quadrants[4] = {};
  for (uint64_t index = 0; index < 600; ++index) {
    Random random(10, "test.poses", index);
    const Proportions proportions = sample_proportions(skeleton, random);
    const PosedBody body = sample_pose(skeleton, proportions, random);
    const Kinematics k = forward_kinematics(skeleton, body.pose);
    if ((k.positions[skeleton.joint("neck")] - k.positions[0]).normalized().y() < 0.7f) continue;
    ++upright;
    const Vec3 front = body.pose.rotations[0].col(2);
    ++quadrants[(front.x() > 0) * 2 + (front.z() > 0)];
  }
  EXPECT_GT(upright, 380);
  EXPECT_LT(upright, 590);
  for (int q : quadrants) EXPECT_NEAR(q / static_cast<double>(upright), 0.25, 0.09);
}

TEST(Poses, AcrobatsHangTumbleAndLieInEveryDirection) {
  const Skeleton& skeleton = Skeleton::human();
  const int count = 600;
  int head_down = 0, folded = 0, apart = 0, carried[7] = {};
  for (uint64_t index = 0; index < count; ++index) {
    Random random(11, "test.poses", index);
    const Proportions proportions = sample_proportions(skeleton, random);
    const PosedBody body = sample_pose(skeleton, proportions, sample_acrobatic_support(random), random);
    ++carried[static_cast<int>(body.support)];
    const Kinematics k = forward_kinematics(skeleton, body.pose);
    head_down += (k.positions[skeleton.joint("neck")] - k.positions[0]).normalized().y() < -0.5f;
    const LegAngles* leg = body.angles.leg;
    folded += std::min(leg[0].flexion, leg[1].flexion) > 60;
    apart += std::abs(leg[0].flexion - leg[1].flexion) > 60 || leg[0].abduction + leg[1].abduction > 70;
  }
  EXPECT_EQ(carried[static_cast<int>(Support::standing)], 0);
  EXPECT_GT(carried[static_cast<int>(Support::inverted)], count / 4);
  EXPECT_GT(carried[static_cast<int>(Support::airborne)], count / 4);
  EXPECT_GT(carried[static_cast<int>(Support::lying)], count / 8);
  EXPECT_GT(head_down, carried[static_cast<int>(Support::inverted)] / 2);
  EXPECT_LT(head_down, 2 * count / 3);
  EXPECT_GT(folded, count / 8);
  EXPECT_GT(apart, count / 8);
}

}  // namespace
}  // namespace limn
