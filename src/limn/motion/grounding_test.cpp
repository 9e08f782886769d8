#include "limn/motion/grounding.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/evaluate/motion_quality.h"
#include "support/walker.h"

namespace limn {
namespace {

float angle_deg(const Vec3& a, const Vec3& b) {
  return std::acos(std::clamp(a.normalized().dot(b.normalized()), -1.0f, 1.0f)) * 180 / std::numbers::pi_v<float>;
}

/// Mean distance of the roots over time, both starting at the same place of the ground.
float path_error(const WalkerTruth& truth, const MotionClip& clip) {
  Vec3 start = truth.poses[0].root_position;
  start.y() = 0;
  float sum = 0;
  for (size_t t = 0; t < clip.poses.size(); ++t)
    sum += (clip.poses[t].root_position - (truth.poses[t].root_position - start)).norm();
  return sum / static_cast<float>(clip.poses.size());
}

/// The clip's quality where the truth says that feet rest.
MotionQuality true_quality(const Skeleton& skeleton, MotionClip clip, const WalkerTruth& truth) {
  clip.contacts = truth.contacts;
  return motion_quality(skeleton, clip);
}

TEST(Grounding, FindsAWalkersPathGroundAndContactsWithoutNoise) {
  const Skeleton& skeleton = Skeleton::human();
  const Walker walker{.pixel_noise = 0, .turn_noise_deg = 0, .scale_noise = 0};
  const WalkerTruth truth = walk(skeleton, walker);
  const std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, truth);
  const MotionClip clip = ground_motion(skeleton, walker.camera, walker.frame_rate, pointers(people));
  ASSERT_TRUE(clip.ground.from_contacts);
  EXPECT_LT(angle_deg(clip.ground.up, truth.ground.up), 0.7f);
  EXPECT_NEAR(clip.ground.height, walker.camera_height, 0.05f);
  EXPECT_LT(path_error(truth, clip), 0.03f);
  EXPECT_LT(true_quality(skeleton, clip, truth).foot_slide, 0.02);
}

TEST(Grounding, HoldsTheFeetOfANoisyWalker) {
  const Skeleton& skeleton = Skeleton::human();
  for (const Vec3& velocity : {Vec3(0.8f, 0, 0.3f), Vec3(-0.2f, 0, 0.7f), Vec3(0.9f, 0, -0.1f)}) {
    Walker walker;
    walker.velocity = velocity;
    walker.start.x() = -2 * velocity.x();
    const WalkerTruth truth = walk(skeleton, walker);
    const std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, truth);
    const auto grounded = [&](bool plant) {
      return ground_motion(skeleton, walker.camera, walker.frame_rate, pointers(people),
                           {.over_time = true, .plant_feet = plant});
    };
    const MotionClip before = grounded(false), after = grounded(true);
    EXPECT_LT(angle_deg(after.ground.up, truth.ground.up), 2);
    EXPECT_LT(path_error(truth, after), 0.12f);
    const MotionQuality loose = true_quality(skeleton, before, truth), held = true_quality(skeleton, after, truth);
    EXPECT_LT(held.foot_slide, 0.05);
    EXPECT_LT(held.foot_slide, loose.foot_slide / 4);
    EXPECT_LT(held.deepest_m, 0.01);
    EXPECT_LE(held.acceleration, loose.acceleration);
    int right = 0, asked = 0;
    for (size_t t = 0; t < after.contacts.size(); ++t)
      for (size_t side = 0; side < 2; ++side)
        for (size_t end = 0; end < 2; ++end, ++asked)
          right += after.contacts[t][side][end] == truth.contacts[t][side][end];
    EXPECT_GT(right, 0.85 * asked);
    for (size_t t = 0; t < after.poses.size(); ++t) EXPECT_EQ(after.poses[t].bone_scales, after.bone_scales);
  }
}

TEST(Grounding, LaysALyingBodyOnItsFlesh) {
  const Skeleton& skeleton = Skeleton::human();
  const Walker walker{.frames = 40, .pixel_noise = 0, .turn_noise_deg = 0, .scale_noise = 0};
  WalkerTruth truth = walk(skeleton, walker);
  for (Pose& pose : truth.poses) {  // on the side, for all of the clip
    pose = rest_pose(skeleton);
    pose.rotations[0] = rotation_from_axis_angle(Vec3(0, 0, std::numbers::pi_v<float> / 2));
    for (const char* arm : {"left_shoulder", "right_shoulder"})
      pose.rotations[skeleton.joint(arm)] =
          rotation_from_axis_angle(Vec3(0, 0, arm[0] == 'l' ? -1.4f : 1.4f));  // along the trunk
    pose.root_position = Vec3(0, 0.3f, -4);
  }
  const std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, truth);
  const MotionClip clip = ground_motion(skeleton, walker.camera, walker.frame_rate, pointers(people));
  EXPECT_FALSE(clip.ground.from_contacts);
  for (const FootContacts& contacts : clip.contacts) EXPECT_EQ(contacts, FootContacts{});
  float lowest = INFINITY;
  for (const Pose& pose : clip.poses)
    for (const Vec3& p : forward_kinematics(skeleton, pose).positions) lowest = std::min(lowest, p.y());
  EXPECT_GE(lowest, -1e-4f);
  EXPECT_LT(lowest, 0.15f);
}

TEST(Grounding, TakesOneFrameAndRefusesNone) {
  const Skeleton& skeleton = Skeleton::human();
  const Walker walker{.frames = 1};
  const std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, walk(skeleton, walker));
  const MotionClip clip = ground_motion(skeleton, walker.camera, 30, pointers(people));
  ASSERT_EQ(clip.poses.size(), 1u);
  EXPECT_NEAR(clip.poses[0].root_position.x(), 0, 1e-5f);
  EXPECT_GT(clip.poses[0].root_position.y(), 0.5f);
  EXPECT_EQ(clip.origins[0], FrameOrigin::seen);
  EXPECT_THROW(ground_motion(skeleton, walker.camera, 30, {nullptr}), Error);
  EXPECT_THROW(ground_motion(skeleton, walker.camera, 0, pointers(people)), Error);
}

TEST(Grounding, GoesThroughGaps) {
  const Skeleton& skeleton = Skeleton::human();
  const Walker walker;
  const WalkerTruth truth = walk(skeleton, walker);
  const std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, truth);
  std::vector<const PoseEstimate*> seen = pointers(people);
  std::fill(seen.begin() + 40, seen.begin() + 50, nullptr);
  std::fill(seen.begin() + 80, seen.begin() + 120, nullptr);
  seen.back() = nullptr;
  const MotionClip clip = ground_motion(skeleton, walker.camera, walker.frame_rate, seen);
  EXPECT_EQ(clip.origins[39], FrameOrigin::seen);
  EXPECT_EQ(clip.origins[45], FrameOrigin::filled);
  EXPECT_EQ(clip.origins[100], FrameOrigin::absent);  // longer than a second
  EXPECT_EQ(clip.origins.back(), FrameOrigin::absent);
  EXPECT_LT(path_error(truth, clip), 0.15f);
  for (size_t t = 1; t < clip.poses.size(); ++t)
    EXPECT_LT((clip.poses[t].root_position - clip.poses[t - 1].root_position).norm(), 0.08f) << t;
}

}  // namespace
}  // namespace limn
