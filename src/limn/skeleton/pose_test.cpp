#include "limn/skeleton/pose.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/base/random.h"

namespace limn {
namespace {

constexpr float quarter = std::numbers::pi_v<float> / 2;

void expect_near(const Vec3& a, const Vec3& b) {
  EXPECT_LT((a - b).norm(), 2e-6f) << a.transpose() << "  against  " << b.transpose();
}

Pose random_pose(const Skeleton& skeleton, uint64_t index) {
  Random random(5, "pose_test", index);
  Pose pose = rest_pose(skeleton);
  for (int j : skeleton.rotating_joints())
    pose.rotations[j] = rotation_from_axis_angle(Vec3(random.normal(), random.normal(), random.normal()));
  for (float& scale : pose.bone_scales) scale = random.uniform(0.7, 1.3);
  pose.root_position = Vec3(random.normal(), random.normal(), random.normal());
  return pose;
}

TEST(Pose, TheTPoseIsTheSumOfOffsets) {
  const Skeleton& human = Skeleton::human();
  const Kinematics rest = forward_kinematics(human, rest_pose(human));
  expect_near(rest.positions[human.joint("pelvis")], Vec3::Zero());
  for (int j = 0; j < human.joint_count(); ++j) {
    Vec3 sum = Vec3::Zero();
    for (int k = j; human.joints()[k].parent >= 0; k = human.joints()[k].parent) sum += human.joints()[k].rest_offset;
    expect_near(rest.positions[j], sum);
    EXPECT_EQ(rest.global_rotations[j], Mat3::Identity());
  }
}

TEST(Pose, TheHumanIsAnAdultOf170Centimetres) {
  const Skeleton& human = Skeleton::human();
  const std::vector<Vec3> at = forward_kinematics(human, rest_pose(human)).positions;
  const auto p = [&](const char* name) { return at[human.joint(name)]; };
  EXPECT_NEAR(p("head_top").y() - p("left_toe_tip").y(), 1.68f, 0.03f);  // soles lie 1 to 3 cm below the toes' joints
  EXPECT_NEAR(p("left_hand_tip").x() - p("right_hand_tip").x(), 1.73f, 0.06f);
  EXPECT_LT((p("left_hip") + p("right_hip")).norm(), 1e-6f);  // the pelvis is their midpoint
  EXPECT_GT(p("left_wrist").x(), 0);                          // the person's left is +x
  EXPECT_GT(p("nose").z(), p("head").z());                    // facing +z
  EXPECT_GT(p("left_toe_tip").z(), p("left_ankle").z());
  EXPECT_GT(p("nose").y(), p("neck").y());  // y up
}

TEST(Pose, AQuarterTurnOfTheElbowLiftsTheForearm) {
  const Skeleton& human = Skeleton::human();
  const int elbow = human.joint("left_elbow"), wrist = human.joint("left_wrist"), tip = human.joint("left_hand_tip");
  const Kinematics rest = forward_kinematics(human, rest_pose(human));
  Pose pose = rest_pose(human);
  pose.rotations[elbow] = rotation_from_axis_angle(Vec3(0, 0, quarter));  // x to y
  const Kinematics bent = forward_kinematics(human, pose);
  const float forearm = human.joints()[wrist].rest_offset.x(), hand = human.joints()[tip].rest_offset.x();
  expect_near(bent.positions[elbow], rest.positions[elbow]);
  expect_near(bent.positions[wrist], rest.positions[elbow] + Vec3(0, forearm, 0));
  expect_near(bent.positions[tip], rest.positions[elbow] + Vec3(0, forearm + hand, 0));
  for (int j = 0; j < human.joint_count(); ++j)
    if (j != wrist && j != tip) expect_near(bent.positions[j], rest.positions[j]);
}

TEST(Pose, RotationsComposeFromTheRootOutwards) {
  const Skeleton& human = Skeleton::human();
  const int shoulder = human.joint("left_shoulder"), elbow = human.joint("left_elbow"),
            wrist = human.joint("left_wrist");
  Pose pose = rest_pose(human);
  pose.rotations[shoulder] = rotation_from_axis_angle(Vec3(0, 0, -quarter));  // upper arm hangs: x to -y
  pose.rotations[elbow] = rotation_from_axis_angle(Vec3(0, -quarter, 0));     // in the arm's own frame: x to z
  const Kinematics at = forward_kinematics(human, pose);
  const Vec3 upper(0, -human.joints()[elbow].rest_offset.x(), 0), fore(0, 0, human.joints()[wrist].rest_offset.x());
  expect_near(at.positions[elbow], at.positions[shoulder] + upper);
  expect_near(at.positions[wrist], at.positions[elbow] + fore);
  expect_near(at.global_rotations[wrist] * Vec3::UnitX(), Vec3::UnitZ());
}

TEST(Pose, TheRootTurnsAndMovesEverything) {
  const Skeleton& human = Skeleton::human();
  const Kinematics rest = forward_kinematics(human, rest_pose(human));
  Pose pose = rest_pose(human);
  pose.rotations[0] = Vec3(1, -1, -1).asDiagonal();
  pose.root_position = Vec3(1, 2, 3);
  const Kinematics at = forward_kinematics(human, pose);
  for (int j = 0; j < human.joint_count(); ++j)
    expect_near(at.positions[j], Vec3(1, 2, 3) + pose.rotations[0] * rest.positions[j]);
}

TEST(Pose, ABoneScaleLengthensOneBone) {
  const Skeleton& human = Skeleton::human();
  const int knee = human.joint("left_knee"), ankle = human.joint("left_ankle");
  const Kinematics rest = forward_kinematics(human, rest_pose(human));
  Pose pose = rest_pose(human);
  pose.bone_scales[knee] = 1.5f;
  const Kinematics at = forward_kinematics(human, pose);
  const Vec3 longer = 0.5f * human.joints()[knee].rest_offset;
  expect_near(at.positions[knee], rest.positions[knee] + longer);
  expect_near(at.positions[ankle], rest.positions[ankle] + longer);
  expect_near(at.positions[human.joint("right_ankle")], rest.positions[human.joint("right_ankle")]);
}

TEST(Pose, AMirroredPoseHasMirroredPositions) {
  const Skeleton& human = Skeleton::human();
  const Mat3 flip = Vec3(-1, 1, 1).asDiagonal();
  for (uint64_t index = 0; index < 20; ++index) {
    const Pose pose = random_pose(human, index);
    const Kinematics at = forward_kinematics(human, pose), seen = forward_kinematics(human, mirrored(human, pose));
    for (int j = 0; j < human.joint_count(); ++j) {
      const int other = human.joints()[j].mirror;
      expect_near(seen.positions[j], flip * at.positions[other]);
      EXPECT_LT((seen.global_rotations[j] - flip * at.global_rotations[other] * flip).norm(), 4e-6f);
    }
  }
}

}  // namespace
}  // namespace limn
