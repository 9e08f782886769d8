#include "limn/evaluate/motion_quality.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace limn {
namespace {

/// A T-pose that stands on its ankles' ground, frame by frame at the given places.
MotionClip standing_at(const std::vector<Vec3>& places, double frame_rate) {
  const Skeleton& skeleton = Skeleton::human();
  MotionClip clip;
  clip.frame_rate = frame_rate;
  for (const Vec3& place : places) {
    clip.poses.push_back(rest_pose(skeleton));
    clip.poses.back().root_position = place;
  }
  clip.contacts.resize(places.size());
  return clip;
}

TEST(MotionQuality, SlideIsTheSpeedOfFeetThatRest) {
  std::vector<Vec3> places;
  for (int t = 0; t < 11; ++t) places.push_back(Vec3(0.03f * t, 1, 0.04f * t));  // 0.05 m a frame
  MotionClip clip = standing_at(places, 20);
  EXPECT_EQ(motion_quality(Skeleton::human(), clip).foot_slide, 0);  // nothing rests
  for (int t = 0; t < 6; ++t) clip.contacts[t][1][toes] = true;
  clip.contacts[9][0][heel] = true;  // alone: no frame before
  const MotionQuality quality = motion_quality(Skeleton::human(), clip);
  EXPECT_NEAR(quality.foot_slide, 0.05 * 20, 1e-4);
  EXPECT_NEAR(quality.contact_share, 7 / 11.0, 1e-6);
  EXPECT_NEAR(quality.seconds, 11 / 20.0, 1e-6);
  EXPECT_NEAR(quality.acceleration, 0, 1e-2);
  EXPECT_EQ(quality.flips_per_minute, 0);
}

TEST(MotionQuality, DepthIsThatOfTheDeepestJoint) {
  const float sole = 0.42f + 0.41f + 0.065f;  // below the root: the toes of the T-pose
  const MotionQuality quality = motion_quality(
      Skeleton::human(),
      standing_at({Vec3(0, sole + 0.1f, 0), Vec3(0, sole - 0.02f, 0), Vec3(0, sole - 0.06f, 0), Vec3(0, sole, 0)}, 30));
  EXPECT_NEAR(quality.deepest_m, 0.06, 1e-5);
  EXPECT_NEAR(quality.mean_depth_m, 0.02, 1e-5);
}

TEST(MotionQuality, AccelerationIsThatOfFreeFall) {
  std::vector<Vec3> places;
  for (int t = 0; t < 20; ++t) places.push_back(Vec3(0, 3 - 0.5f * 9.81f * (t / 25.0f) * (t / 25.0f), 0));
  EXPECT_NEAR(motion_quality(Skeleton::human(), standing_at(places, 25)).acceleration, 9.81, 0.05);
}

TEST(MotionQuality, CountsFramesThatLookLikeTheLastWithSidesExchanged) {
  MotionClip clip = standing_at(std::vector<Vec3>(30, Vec3(0, 1, 0)), 30);
  const Mat3 about = rotation_from_axis_angle(Vec3(0, std::numbers::pi_v<float>, 0));
  for (int t = 10; t < 20; ++t) clip.poses[t].rotations[0] = about;  // turned about: left is where right was
  EXPECT_NEAR(motion_quality(Skeleton::human(), clip).flips_per_minute, 2 * 60, 1e-3);
  EXPECT_NE(describe(motion_quality(Skeleton::human(), clip)).find("120.0 flips a minute"), std::string::npos);
}

TEST(MotionQuality, OfNoFramesIsNothing) {
  EXPECT_EQ(motion_quality(Skeleton::human(), MotionClip()).seconds, 0);
  EXPECT_EQ(motion_quality(Skeleton::human(), standing_at({Vec3(0, 1, 0)}, 30)).acceleration, 0);
}

}  // namespace
}  // namespace limn
