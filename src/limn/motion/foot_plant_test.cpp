#include "limn/motion/foot_plant.h"

#include <gtest/gtest.h>

#include <cmath>

namespace limn {
namespace {

/// A body that stands upright with bent knees and slides along x at 0.5 m/s, 30 frames a second.
std::vector<Pose> sliding_body(const Skeleton& skeleton, int frames, float pelvis_height) {
  std::vector<Pose> poses;
  for (int t = 0; t < frames; ++t) {
    Pose pose = rest_pose(skeleton);
    for (const Leg& leg : legs_of(skeleton)) {
      pose.rotations[leg.hip] = rotation_from_axis_angle(Vec3(-0.4f, 0, 0));
      pose.rotations[leg.knee] = rotation_from_axis_angle(Vec3(0.8f, 0, 0));
      pose.rotations[leg.ankle] = rotation_from_axis_angle(Vec3(-0.4f, 0, 0));
    }
    pose.root_position = Vec3(0.5f * static_cast<float>(t - frames / 2) / 30, pelvis_height, 0);
    poses.push_back(pose);
  }
  return poses;
}

Vec3 place_of(const Skeleton& skeleton, const Pose& pose, int joint) {
  return forward_kinematics(skeleton, pose).positions[joint];
}

float largest_jump(const Skeleton& skeleton, const std::vector<Pose>& poses) {
  float largest = 0;
  for (size_t t = 1; t < poses.size(); ++t) {
    const auto a = forward_kinematics(skeleton, poses[t - 1]).positions,
               b = forward_kinematics(skeleton, poses[t]).positions;
    for (size_t j = 0; j < a.size(); ++j) largest = std::max(largest, (b[j] - a[j]).norm());
  }
  return largest;
}

TEST(FootPlant, HoldsBothEndsAndBlendsWithoutAJump) {
  const Skeleton& skeleton = Skeleton::human();
  std::vector<Pose> poses = sliding_body(skeleton, 60, 0.86f);
  const Leg leg = legs_of(skeleton)[0];
  PlantedFeet feet;
  feet[0][heel].push_back({{25, 35}, Vec3(0.08f, 0, 0)});
  feet[0][toes].push_back({{27, 38}, Vec3(0.1f, 0.03f, 0.17f)});
  fit_to_feet(skeleton, poses[0].bone_scales, feet);
  EXPECT_NEAR((feet[0][toes][0].place - feet[0][heel][0].place).norm(), std::hypot(0.17f, 0.065f), 1e-4f);
  plant_feet(skeleton, 30, feet, poses);
  for (int t = 25; t <= 35; ++t)
    EXPECT_LT((place_of(skeleton, poses[t], leg.ankle) - feet[0][heel][0].place).norm(), 0.004f) << t;
  for (int t = 27; t <= 38; ++t)
    EXPECT_LT((place_of(skeleton, poses[t], leg.toe_tip) - feet[0][toes][0].place).norm(), 0.004f) << t;
  EXPECT_LT(largest_jump(skeleton, poses), 0.08f);  // a foot snapped to its place would go 0.2 m
  const std::vector<Pose> free_body = sliding_body(skeleton, 60, 0.86f);
  EXPECT_TRUE(place_of(skeleton, poses[10], leg.ankle).isApprox(place_of(skeleton, free_body[10], leg.ankle), 1e-4f));
}

TEST(FootPlant, BringsTheRootNearWhereALegIsTooShort) {
  const Skeleton& skeleton = Skeleton::human();
  std::vector<Pose> poses = sliding_body(skeleton, 61, 1.05f);  // floats
  PlantedFeet feet;
  for (size_t side = 0; side < 2; ++side) {
    feet[side][heel].push_back({{0, 60}, Vec3(side == 0 ? 0.1f : -0.1f, 0, 0)});
    feet[side][toes].push_back({{0, 60}, Vec3(side == 0 ? 0.1f : -0.1f, 0.03f, 0.17f)});
  }
  fit_to_feet(skeleton, poses[0].bone_scales, feet);
  plant_feet(skeleton, 30, feet, poses);
  for (int t = 0; t < 61; ++t)
    for (size_t side = 0; side < 2; ++side)
      EXPECT_LT((place_of(skeleton, poses[t], legs_of(skeleton)[side].ankle) - feet[side][heel][0].place).norm(), 0.01f)
          << t;
}

TEST(FootPlant, LeavesNoFootBelowTheGround) {
  const Skeleton& skeleton = Skeleton::human();
  std::vector<Pose> poses = sliding_body(skeleton, 30, 0.7f);  // sunk in by 15 cm
  plant_feet(skeleton, 30, {}, poses);
  for (const Pose& pose : poses)
    for (const Leg& leg : legs_of(skeleton)) {
      EXPECT_GT(place_of(skeleton, pose, leg.ankle).y(), 0.07f);
      EXPECT_GT(place_of(skeleton, pose, leg.toe_tip).y(), 0.025f);
    }
}

}  // namespace
}  // namespace limn
