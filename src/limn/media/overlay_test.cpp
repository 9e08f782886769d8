#include "limn/media/overlay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "limn/base/error.h"

namespace limn {
namespace {

Grouping arms_and_torso() {
  Grouping grouping;
  grouping.channel_names = {"left_arm", "right_arm", "left_leg", "right_leg", "torso"};
  grouping.channel_mirror = {1, 0, 3, 2, 4};
  grouping.channel_bones = {{0}, {1}, {2}, {3}, {4}};
  return grouping;
}

TEST(Overlay, LeftIsBlueRightIsOrangeAndAllDiffer) {
  const std::vector<Rgb> palette = channel_palette(arms_and_torso());
  for (int left : {0, 2}) EXPECT_GT(palette[left][2], palette[left][0]);
  for (int right : {1, 3}) EXPECT_LT(palette[right][2], palette[right][0]);
  EXPECT_EQ(std::set<Rgb>(palette.begin(), palette.end()).size(), 5u);
}

TEST(Overlay, ChannelsScreenTogether) {
  const std::vector<float> y = {1, 0, 0.5f, /*second channel*/ 1, 0, 0};
  const Image image = colour_channels(y.data(), 2, 1, 3, {{255, 0, 100}, {0, 255, 100}});
  EXPECT_EQ(image.at(0, 0)[0], 255);
  EXPECT_EQ(image.at(0, 0)[1], 255);
  EXPECT_NEAR(image.at(0, 0)[2], 255 * (1 - (155 / 255.0) * (155 / 255.0)), 1);
  EXPECT_EQ(image.at(1, 0)[0], 0);
  EXPECT_NEAR(image.at(2, 0)[0], 128, 1);
  EXPECT_THROW(colour_channels(y.data(), 2, 1, 3, {{1, 1, 1}}), Error);
}

TEST(Overlay, DrawsBonesOfConfidentJointsOnly) {
  const Skeleton& skeleton = Skeleton::human();
  const Grouping& limbs = skeleton.grouping("limbs");
  const size_t joints = skeleton.joints().size();
  std::vector<Vec2> points(joints, Vec2(NAN, NAN));
  std::vector<float> confidence(joints, 0.0f);
  const auto painted = [&] {
    Image image = filled(100, 100, {0, 0, 0});
    draw_pose(image, skeleton, limbs, points, confidence);
    int count = 0;
    for (int y = 0; y < 100; ++y)
      for (int x = 0; x < 100; ++x) count += image.at(x, y)[0] + image.at(x, y)[1] + image.at(x, y)[2] > 0;
    return count;
  };
  EXPECT_EQ(painted(), 0);
  const Bone& bone = skeleton.bones()[limbs.channel_bones[0][0]];
  points[bone.from] = Vec2(20, 50);
  points[bone.to] = Vec2(80, 50);
  confidence[bone.from] = confidence[bone.to] = 1;
  const int sure = painted();
  EXPECT_GT(sure, 60);
  confidence[bone.to] = 0.2f;
  const int unsure = painted();
  EXPECT_LT(unsure, sure);
  EXPECT_GT(unsure, 0);
  Image image = filled(10, 10, {0, 0, 0});
  EXPECT_THROW(draw_pose(image, skeleton, limbs, {Vec2(0, 0)}, confidence), Error);
}

}  // namespace
}  // namespace limn
