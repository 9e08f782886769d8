#include "limn/motion/two_bone_ik.h"

#include <gtest/gtest.h>

#include "limn/base/random.h"

namespace limn {
namespace {

Pose bent_pose(const Skeleton& skeleton, Random& random) {
  Pose pose = rest_pose(skeleton);
  for (float& scale : pose.bone_scales) scale = 1.1f;
  for (const int joint : skeleton.rotating_joints())
    pose.rotations[joint] =
        rotation_from_axis_angle(0.3f * Vec3(static_cast<float>(random.normal()), static_cast<float>(random.normal()),
                                             static_cast<float>(random.normal())));
  for (const Leg& leg : legs_of(skeleton))
    pose.rotations[leg.knee] = rotation_from_axis_angle(Vec3(static_cast<float>(random.uniform(0.5, 1.8)), 0, 0));
  return pose;
}

TEST(TwoBoneIk, ReachesWithExactBonesAndTheKneeOnItsSide) {
  const Skeleton& skeleton = Skeleton::human();
  Random random(3, "ik");
  for (int trial = 0; trial < 200; ++trial) {
    const Leg leg = legs_of(skeleton)[trial % 2];
    Pose pose = bent_pose(skeleton, random);
    const Kinematics before = forward_kinematics(skeleton, pose);
    const Vec3 goal = before.positions[leg.hip] + 0.75f * (before.positions[leg.ankle] - before.positions[leg.hip]) +
                      Vec3(0.1f, 0.05f, -0.08f);
    const Mat3 foot = rotation_from_axis_angle(Vec3(0.1f, 0.4f, 0));
    EXPECT_LT(place_ankle(skeleton, leg, goal, foot, pose), 1e-5f);
    const Kinematics after = forward_kinematics(skeleton, pose);
    EXPECT_LT((after.positions[leg.ankle] - goal).norm(), 2e-4f);
    EXPECT_TRUE(after.global_rotations[leg.ankle].isApprox(foot, 1e-4f));
    EXPECT_NEAR((after.positions[leg.knee] - after.positions[leg.hip]).norm(), 1.1f * 0.42f, 1e-4f);
    // The knee points as before, seen from the line of the leg.
    const auto knee_side = [&](const Kinematics& k) {
      const Vec3 line = (k.positions[leg.ankle] - k.positions[leg.hip]).normalized();
      const Vec3 knee = k.positions[leg.knee] - k.positions[leg.hip];
      return Vec3((knee - knee.dot(line) * line).normalized());
    };
    EXPECT_GT(knee_side(before).dot(knee_side(after)), 0.85f) << trial;
    if (trial % 2 != 0) continue;
    for (const char* other : {"head", "left_wrist", "right_knee"}) {
      const int joint = skeleton.joint(other);
      EXPECT_TRUE(after.positions[joint].isApprox(before.positions[joint])) << other;
    }
  }
}

TEST(TwoBoneIk, ChangesNothingWhereNothingIsAsked) {
  const Skeleton& skeleton = Skeleton::human();
  Random random(4, "ik");
  const Leg leg = legs_of(skeleton)[0];
  Pose pose = bent_pose(skeleton, random);
  const Pose was = pose;
  const Kinematics k = forward_kinematics(skeleton, pose);
  place_ankle(skeleton, leg, k.positions[leg.ankle], k.global_rotations[leg.ankle], pose);
  for (const int joint : {leg.hip, leg.knee, leg.ankle})
    EXPECT_LT(geodesic_angle(pose.rotations[joint], was.rotations[joint]), 2e-3f) << joint;
}

TEST(TwoBoneIk, StretchesTowardsWhatIsTooFarAndBendsAStraightKneeForwards) {
  const Skeleton& skeleton = Skeleton::human();
  const Leg leg = legs_of(skeleton)[0];
  Pose pose = rest_pose(skeleton);
  const Vec3 hip = forward_kinematics(skeleton, pose).positions[leg.hip];
  const float missing = place_ankle(skeleton, leg, hip + Vec3(0, 0, 2), Mat3::Identity(), pose);
  const float whole = 0.42f + std::sqrt(0.41f * 0.41f + 0.01f * 0.01f);
  EXPECT_NEAR(missing, 2 - whole, 1e-4f);
  EXPECT_NEAR(forward_kinematics(skeleton, pose).positions[leg.ankle].z(), hip.z() + whole, 1e-3f);
  pose = rest_pose(skeleton);
  place_ankle(skeleton, leg, hip + Vec3(0, -0.6f, 0), Mat3::Identity(), pose);
  EXPECT_GT(forward_kinematics(skeleton, pose).positions[leg.knee].z(), 0.2f);
  // Onto the hip itself: no way is told, and nothing breaks.
  place_ankle(skeleton, leg, hip, Mat3::Identity(), pose);
  for (const Mat3& rotation : pose.rotations) EXPECT_TRUE(rotation.allFinite());
}

}  // namespace
}  // namespace limn
