#include "limn/evaluate/joint_angle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>

#include "limn/base/error.h"
#include "limn/skeleton/pose.h"

namespace limn {
namespace {

constexpr float degree = std::numbers::pi_v<float> / 180;

const JointAngle& of(const std::vector<JointAngle>& angles, const std::string& joint) {
  return *std::find_if(angles.begin(), angles.end(), [&](const JointAngle& angle) { return angle.joint == joint; });
}

TEST(JointAngle, LocalStaysAndGlobalIsHandedOn) {
  const Skeleton& human = Skeleton::human();
  const std::vector<Mat3> truth = rest_pose(human).rotations;
  std::vector<Mat3> guess = truth;
  guess[human.joint("left_shoulder")] = rotation_from_axis_angle(Vec3(0, 0, 30 * degree));
  guess[human.joint("left_elbow")] = rotation_from_axis_angle(Vec3(0, 0, -10 * degree));
  const std::vector<JointAngle> angles = joint_angles(human, guess, truth);
  EXPECT_EQ(angles.size(), human.rotating_joints().size());
  EXPECT_NEAR(of(angles, "left_shoulder").local_deg, 30, 1e-3);
  EXPECT_NEAR(of(angles, "left_shoulder").global_deg, 30, 1e-3);
  EXPECT_NEAR(of(angles, "left_elbow").local_deg, 10, 1e-3);
  EXPECT_NEAR(of(angles, "left_elbow").global_deg, 20, 1e-3);
  EXPECT_NEAR(of(angles, "left_wrist").local_deg, 0, 0.05);
  EXPECT_NEAR(of(angles, "left_wrist").global_deg, 20, 1e-3);
  EXPECT_NEAR(of(angles, "right_shoulder").global_deg, 0, 0.05);
}

TEST(JointAngle, TheRootTurnsAllInTheFrameOfThePose) {
  const Skeleton& human = Skeleton::human();
  const std::vector<Mat3> truth = rest_pose(human).rotations;
  std::vector<Mat3> guess = truth;
  guess[human.joint("pelvis")] = rotation_from_axis_angle(Vec3(0, 90 * degree, 0));
  for (const JointAngle& angle : joint_angles(human, guess, truth)) {
    EXPECT_NEAR(angle.global_deg, 90, 1e-3) << angle.joint;
    EXPECT_NEAR(angle.local_deg, angle.joint == "pelvis" ? 90 : 0, 0.05) << angle.joint;
  }
  guess.pop_back();
  EXPECT_THROW(joint_angles(human, guess, truth), Error);
}

}  // namespace
}  // namespace limn
