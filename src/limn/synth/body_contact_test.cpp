#include "limn/synth/body_contact.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/synth/joint_angles.h"

namespace limn {
namespace {

const BodyParts& parts() {
  static const BodyParts result(Skeleton::human());
  return result;
}

/// A body by its angles, tilted about x (forward > 0) and about z, degrees.
Kinematics tilted(const BodyAngles& angles, float forward, float side = 0) {
  const Skeleton& skeleton = Skeleton::human();
  constexpr float degree = std::numbers::pi_v<float> / 180;
  Pose pose = pose_from_angles(skeleton, angles);
  pose.rotations[0] = Eigen::AngleAxisf(side * degree, Vec3::UnitZ()).toRotationMatrix() *
                      Eigen::AngleAxisf(forward * degree, Vec3::UnitX()).toRotationMatrix();
  return forward_kinematics(skeleton, pose);
}

BodyAngles legs(float flexion, float knee, float bend = 0) {
  BodyAngles angles;
  for (LegAngles& leg : angles.leg) leg = {flexion, 8, 5, knee, 0};
  angles.trunk.bend = bend;
  return angles;
}

TEST(BodyContact, SegmentDistancesInClosedForm) {
  const Vec3 o = Vec3::Zero(), x = Vec3::UnitX(), y = Vec3::UnitY(), z = Vec3::UnitZ();
  EXPECT_NEAR(segment_distance(o, x, z, z + x), 1, 1e-6f);                                // parallel
  EXPECT_NEAR(segment_distance(-x, x, z - y, z + y), 1, 1e-6f);                           // crossing
  EXPECT_NEAR(segment_distance(o, x, 2 * x, 3 * x), 1, 1e-6f);                            // in line
  EXPECT_NEAR(segment_distance(o, x, 2 * x + y, 2 * x + 3 * y), std::sqrt(2.0f), 1e-6f);  // end to end
  EXPECT_NEAR(segment_distance(o, o, y, y), 1, 1e-6f);                                    // points
  EXPECT_NEAR(segment_distance(-x, x, -y, y), 0, 1e-6f);
}

TEST(BodyContact, TellsWhatCarriesTheBody) {
  const auto told = [](const Kinematics& k) { return told_support(parts(), k, 1, 0); };
  EXPECT_EQ(told(tilted({}, 0)), Support::standing);
  EXPECT_EQ(told(tilted(legs(75, 0, 40), 0)), Support::sitting) << "long sitting on the floor";
  EXPECT_EQ(told(tilted(legs(90, 90), 0)), Support::sitting) << "on a chair";
  EXPECT_EQ(told(tilted(legs(95, 110, 30), 20)), Support::standing) << "squat";
  EXPECT_EQ(told(tilted(legs(0, 95), 0)), Support::kneeling);
  EXPECT_EQ(told(tilted({}, 90)), Support::lying);
  EXPECT_EQ(told(tilted({}, -90)), Support::lying);
  EXPECT_EQ(told(tilted({}, 0, 90)), Support::lying);
  EXPECT_EQ(told(tilted({}, 180)), Support::inverted);
  BodyAngles crawl = legs(85, 85);
  for (ArmAngles& arm : crawl.arm) arm = {88, 85, -70, 5, 0};
  EXPECT_EQ(told(tilted(crawl, 85)), Support::all_fours);
  EXPECT_EQ(told_support(parts(), tilted({}, 0), 1, 0.3f), Support::airborne);
}

TEST(BodyContact, TheLowestFleshOfAStandingBodyIsUnderItsFeet) {
  const Skeleton& skeleton = Skeleton::human();
  const Kinematics k = forward_kinematics(skeleton, rest_pose(skeleton));
  const int ankle = skeleton.joint("left_ankle"), toe = skeleton.joint("left_toe_tip");
  EXPECT_NEAR(lowest_height(parts(), k, 1),
              std::min(k.positions[ankle].y() - flesh_radius(skeleton, ankle),
                       k.positions[toe].y() - flesh_radius(skeleton, toe)),
              1e-6f);
}

TEST(BodyContact, RecordedBodiesStandOnTheGroundUnlessTheyJump) {
  const Skeleton& skeleton = Skeleton::human();
  const auto clearance = [&](float height, const char* action) {
    Pose pose = rest_pose(skeleton);
    const float lowest = lowest_height(parts(), forward_kinematics(skeleton, pose), 1);
    pose.root_position.y() = height - lowest;
    return recorded_clearance(parts(), forward_kinematics(skeleton, pose), action);
  };
  EXPECT_EQ(clearance(0.03f, "walk"), 0);
  EXPECT_NEAR(clearance(0.3f, "jump"), 0.3f, 1e-5f);
  EXPECT_EQ(clearance(0.3f, "playground - climb, hang"), 0);
  EXPECT_EQ(clearance(2, "jump"), 0);
}

TEST(BodyContact, LimbsThatRunThroughTheBodyAreFound) {
  const auto intersects = [](const BodyAngles& angles) { return intersects_itself(parts(), tilted(angles, 0), 1); };
  EXPECT_FALSE(intersects({}));
  EXPECT_FALSE(intersects(legs(90, 90)));
  EXPECT_FALSE(intersects(legs(110, 140))) << "a deep squat touches but does not run through";
  BodyAngles folded;  // forearms in front of the chest
  folded.arm[0] = {35, 60, 30, 100, 0};
  EXPECT_FALSE(intersects(folded));
  BodyAngles through;  // the hand behind the breastbone
  through.arm[0] = {20, 95, 80, 95, 0};
  EXPECT_TRUE(intersects(through));
  BodyAngles crossed;  // a thigh through the other
  crossed.leg[0].abduction = -18;
  crossed.leg[1].abduction = -18;
  EXPECT_TRUE(intersects(crossed));
}

}  // namespace
}  // namespace limn
