#include "limn/data/view_change.h"

#include <gtest/gtest.h>

#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

const Skeleton& human() { return Skeleton::human(); }

PersonView person(uint64_t index) {
  SynthOptions options;
  options.image_size = 64;
  return ProceduralPeople(human(), options).pose_only(3, index);
}

constexpr float tolerance_px = 2e-3f;

void expect_consistent(const PersonView& view) {
  const Kinematics kinematics = forward_kinematics(human(), view.pose);
  for (int j = 0; j < human().joint_count(); ++j) {
    EXPECT_LT((kinematics.positions[j] - view.joints_camera[j]).norm(), 1e-4f);
    if (view.joints_camera[j].z() > 0.1f) {
      EXPECT_LT((view.camera.project(view.joints_camera[j]) - view.joints_px[j]).norm(), tolerance_px);
    }
  }
}

TEST(ViewChange, LabelsStillAgree) {
  Random random(1, "view_change_test");
  for (int i = 0; i < 50; ++i) {
    const ViewChange change = random_view_change({.roll_deg = 30, .scale = 0.3, .shift = 0.2}, random);
    expect_consistent(changed(human(), person(i), change));
  }
}

TEST(ViewChange, NothingChangesNothing) {
  const PersonView before = person(0), after = changed(human(), before, {});
  for (int j = 0; j < human().joint_count(); ++j) {
    EXPECT_LT((after.joints_px[j] - before.joints_px[j]).norm(), 1e-4f);
    EXPECT_EQ(after.visibility[j], before.visibility[j]);
  }
}

TEST(ViewChange, AMirrorExchangesSides) {
  const PersonView before = person(0), after = changed(human(), before, {.mirror = true});
  for (int j = 0; j < human().joint_count(); ++j) {
    const int other = human().joints()[j].mirror;
    EXPECT_NEAR(after.joints_px[j].x(), 64 - before.joints_px[other].x(), tolerance_px);
    EXPECT_NEAR(after.joints_px[j].y(), before.joints_px[other].y(), tolerance_px);
    EXPECT_EQ(after.visibility[j], before.visibility[other]);
  }
  const PersonView twice = changed(human(), after, {.mirror = true});
  for (int j = 0; j < human().joint_count(); ++j)
    EXPECT_LT((twice.joints_camera[j] - before.joints_camera[j]).norm(), 1e-5f);
}

TEST(ViewChange, AQuarterTurnIsClosedForm) {
  const PersonView before = person(1);
  const PersonView after =
      changed(human(), before, {.roll = std::numbers::pi_v<float> / 2, .scale = 1.5f, .shift = Vec2(0.25f, 0)});
  for (int j = 0; j < human().joint_count(); ++j) {
    const Vec2 from_centre = before.joints_px[j] - Vec2(32, 32);
    const Vec2 expected = Vec2(32 + 8 - 1.5f * from_centre.y(), 32 + 1.5f * from_centre.x());
    EXPECT_LT((after.joints_px[j] - expected).norm(), tolerance_px);
  }
}

TEST(ViewChange, ThePictureMovesWithTheJoints) {
  PersonView view = person(2);
  view.image = Image(64, 64);
  const Vec2 mark(20, 26);  // a white block of 4 x 4 pixels around a joint
  view.joints_px[0] = mark;
  for (int y = 24; y < 28; ++y)
    for (int x = 18; x < 22; ++x)
      for (int c = 0; c < 3; ++c) view.image.at(x, y)[c] = 255;
  for (const bool mirror : {false, true}) {
    const ViewChange change{.mirror = mirror, .roll = 0.4f, .scale = 1.2f, .shift = Vec2(0.1f, -0.05f)};
    const PersonView after = changed(human(), view, change);
    Vec2 sum = Vec2::Zero();
    float weight = 0;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x) {
        const float w = after.image.at(x, y)[0];
        sum += w * Vec2(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f);
        weight += w;
      }
    EXPECT_LT((sum / weight - after.joints_px[0]).norm(), 0.15f);  // the root is its own mirror
  }
}

TEST(ViewChange, WhatLeavesThePictureIsOutside) {
  const PersonView after = changed(human(), person(0), {.shift = Vec2(3, 0)});
  for (const Visibility v : after.visibility) EXPECT_EQ(v, Visibility::outside);
}

}  // namespace
}  // namespace limn
