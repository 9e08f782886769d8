#include "limn/infer/appearance.h"

#include <gtest/gtest.h>

#include "limn/infer/painting_over.h"
#include "limn/media/canvas.h"

namespace limn {
namespace {

constexpr Rgb red = {200, 30, 30}, blue = {30, 40, 190}, green = {40, 160, 60}, grey = {90, 90, 90};

/// Somebody of 100 px who stands with the pelvis at `root`.
PoseEstimate standing(const Vec2& root) {
  const Skeleton& skeleton = Skeleton::human();
  PoseEstimate person;
  person.pose = rest_pose(skeleton);
  person.pose.rotations[0] = Vec3(1, -1, -1).asDiagonal();
  person.kinematics = forward_kinematics(skeleton, person.pose);
  person.camera = {root, 100 / 1.7f};
  for (const Vec3& p : person.kinematics.positions) person.joints_px.push_back(person.camera.project(p));
  person.confidence.assign(person.joints_px.size(), 0.9f);
  return person;
}

/// That person before a wall: trunk and limbs as thick lines.
Image picture(const PoseEstimate& person, Rgb trunk, Rgb legs, Rgb wall = grey) {
  const Skeleton& skeleton = Skeleton::human();
  Image image = filled(160, 140, wall);
  const auto at = [&](const std::string& name) { return person.joints_px[skeleton.joint(name)]; };
  for (const std::string side : {"left_", "right_"}) {
    draw_line(image, at(side + "hip"), at(side + "knee"), 8, legs);
    draw_line(image, at(side + "knee"), at(side + "ankle"), 8, legs);
  }
  draw_line(image, 0.5f * (at("left_shoulder") + at("right_shoulder")), 0.5f * (at("left_hip") + at("right_hip")), 20,
            trunk);
  return image;
}

Appearance look(Rgb trunk, Rgb legs, const Vec2& root = Vec2(80, 70)) {
  const PoseEstimate person = standing(root);
  return AppearanceReader(Skeleton::human())(picture(person, trunk, legs), person);
}

TEST(Appearance, IsThatOfTheClothesWhereverOneStands) {
  const Appearance first = look(red, blue);
  EXPECT_TRUE(first.known());
  EXPECT_LT(unlikeness(first, look(red, blue, Vec2(95, 66))), 0.05f);
  EXPECT_GT(unlikeness(first, look(blue, red)), 0.6f);
  const float half = unlikeness(first, look(red, green));  // other trousers alone
  EXPECT_GT(half, 0.25f);
  EXPECT_LT(half, 0.6f);
  EXPECT_LT(unlikeness(first, look({190, 40, 40}, {40, 50, 180})), 0.05f);  // the same in other light
}

TEST(Appearance, WhatIsNotSeenSaysNothing) {
  PoseEstimate person = standing(Vec2(80, 70));
  const Image image = picture(person, red, blue);
  const AppearanceReader read(Skeleton::human());
  const Appearance whole = read(image, person);
  EXPECT_EQ(unlikeness(Appearance(), whole), 0);
  person.confidence.assign(person.confidence.size(), 0.1f);
  EXPECT_FALSE(read(image, person).known());
  EXPECT_FALSE(read(image, standing(Vec2(900, 70))).known());
  person = standing(Vec2(80, 70));
  person.confidence[Skeleton::human().joint("left_hip")] = 0;  // no trunk, one leg
  Appearance mean;
  mean.blend(read(image, person), 0.1f);
  EXPECT_LT(unlikeness(mean, look(green, blue)), 0.2f);
  mean.blend(whole, 0.1f);
  EXPECT_GT(unlikeness(mean, look(green, blue)), 0.4f);  // the trunk is known now
}

TEST(PaintedOver, TheFigureBecomesWhatIsAroundIt) {
  const PoseEstimate person = standing(Vec2(50, 70));
  Image image = picture(person, red, blue);
  fill_rectangle(image, 120, 20, 10, 100, green);
  const Image without = painted_over(image, Skeleton::human(), person);
  int before = 0, left = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const auto is_wall = [&](const Image& picture) {
        return std::abs(picture.at(x, y)[0] - grey[0]) < 8 && std::abs(picture.at(x, y)[2] - grey[2]) < 8;
      };
      if (x < 115) before += !is_wall(image), left += !is_wall(without);
      else EXPECT_EQ(without.at(x, y)[1], image.at(x, y)[1]);
    }
  EXPECT_GT(before, 1000);
  EXPECT_LT(left, before / 50);
  PoseEstimate unsure = person;
  unsure.confidence.assign(unsure.confidence.size(), 0.1f);
  EXPECT_EQ(painted_over(image, Skeleton::human(), unsure).pixels, image.pixels);
}

}  // namespace
}  // namespace limn
