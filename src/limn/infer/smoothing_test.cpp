#include "limn/infer/smoothing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/random.h"

namespace limn {
namespace {

using People = std::vector<std::optional<PoseEstimate>>;

/// Frames of somebody 100 px tall whose left elbow is at `place` px and turned by `angle` radians about z.
template <class Place, class Angle>
People clip(int frames, const Place& place, const Angle& angle) {
  const Skeleton& skeleton = Skeleton::human();
  const int elbow = skeleton.joint("left_elbow");
  People people;
  for (int t = 0; t < frames; ++t) {
    PoseEstimate person;
    person.pose = rest_pose(skeleton);
    person.pose.rotations[elbow] = rotation_from_axis_angle(Vec3(0, 0, static_cast<float>(angle(t))));
    person.camera = {Vec2(50, 50), 60};
    person.kinematics = forward_kinematics(skeleton, person.pose);
    for (int j = 0; j < skeleton.joint_count(); ++j) person.joints_px.push_back(Vec2(50, j == 0 ? 0 : 100));
    person.joints_px[elbow] = Vec2(static_cast<float>(place(t)), 30);
    person.confidence.assign(person.joints_px.size(), 0.9f);
    people.push_back(person);
  }
  return people;
}

double elbow_x(const People& people, int t) { return people[t]->joints_px[Skeleton::human().joint("left_elbow")].x(); }
double elbow_angle(const People& people, int t) {
  return axis_angle_from_rotation(people[t]->pose.rotations[Skeleton::human().joint("left_elbow")]).z();
}

TEST(Smoothing, LeavesASteadyMotionWhereItIsWithoutLag) {
  People people = clip(
      30, [](int t) { return 20.0 + 1.5 * t; }, [](int t) { return 0.02 * t; });
  smooth(Skeleton::human(), 25, {}, people);
  for (int t = 10; t < 20; ++t) {
    EXPECT_NEAR(elbow_x(people, t), 20 + 1.5 * t, 1e-3) << t;
    EXPECT_NEAR(elbow_angle(people, t), 0.02 * t, 1e-4) << t;
  }
}

TEST(Smoothing, TakesMostOfTheNoiseFromWhatStandsStill) {
  Random random(1, "noise");
  std::vector<double> px, turns;
  for (int t = 0; t < 200; ++t) px.push_back(random.normal(50, 1)), turns.push_back(random.normal(0.5, 0.05));
  People people = clip(
      200, [&](int t) { return px[t]; }, [&](int t) { return turns[t]; });
  smooth(Skeleton::human(), 25, {}, people);
  double before = 0, after = 0, turn_before = 0, turn_after = 0;
  for (int t = 0; t < 200; ++t) {
    before += std::pow(px[t] - 50, 2), after += std::pow(elbow_x(people, t) - 50, 2);
    turn_before += std::pow(turns[t] - 0.5, 2), turn_after += std::pow(elbow_angle(people, t) - 0.5, 2);
  }
  EXPECT_LT(after, 0.35 * before);
  EXPECT_LT(turn_after, 0.35 * turn_before);
}

TEST(Smoothing, KeepsAStepSharpAndDropsASingleOutlier) {
  const auto step = [](int t) { return t < 20 ? 20.0 : 60.0; };
  People people = clip(
      40, [&](int t) { return t == 10 ? 90.0 : step(t); }, [&](int t) { return t == 10 ? 2.0 : 0.0; });
  smooth(Skeleton::human(), 25, {}, people);
  for (int t = 0; t < 40; ++t) {
    EXPECT_NEAR(elbow_x(people, t), step(t), 0.5) << t;
    EXPECT_NEAR(elbow_angle(people, t), 0, 1e-3) << t;
  }
}

TEST(Smoothing, OneBodyAndGapsStayGaps) {
  const Skeleton& skeleton = Skeleton::human();
  People people = clip(
      9, [](int) { return 50.0; }, [](int) { return 0.3; });
  people[4].reset();
  for (int t = 0; t < 9; ++t)
    if (people[t]) people[t]->pose.bone_scales.assign(27, 0.8f + 0.05f * static_cast<float>(t));
  smooth(skeleton, 25, {}, people);
  EXPECT_FALSE(people[4]);
  const int elbow = skeleton.joint("left_elbow"), shoulder = skeleton.joint("left_shoulder");
  for (int t = 0; t < 9; ++t) {
    if (!people[t]) continue;
    EXPECT_FLOAT_EQ(people[t]->pose.bone_scales[elbow], 1.05f) << t;  // the upper of the two middle ones
    const std::vector<Vec3>& p = people[t]->kinematics.positions;
    EXPECT_NEAR((p[elbow] - p[shoulder]).norm(), 1.05f * skeleton.joints()[elbow].rest_offset.norm(), 1e-5);
  }
}

TEST(FillGaps, GoesStraightWhereSomebodyWasUnseen) {
  People people = clip(
      20, [](int t) { return 20.0 + 2 * t; }, [](int t) { return 0.03 * t; });
  for (const int t : {0, 5, 6, 7, 12, 13, 14, 15, 19}) people[t].reset();
  fill_gaps(Skeleton::human(), 3, people);
  for (const int t : {5, 6, 7}) {
    ASSERT_TRUE(people[t]) << t;
    EXPECT_NEAR(elbow_x(people, t), 20 + 2 * t, 1e-4);
    EXPECT_NEAR(elbow_angle(people, t), 0.03 * t, 1e-5);
    EXPECT_NEAR(people[t]->confidence[0], 0.45, 1e-6);
    EXPECT_NEAR((people[t]->kinematics.positions[5] -
                 forward_kinematics(Skeleton::human(), people[t]->pose).positions[5]).norm(), 0, 1e-6);
  }
  for (const int t : {0, 12, 13, 14, 15, 19}) EXPECT_FALSE(people[t]) << t;  // at an end, or too long
}

}  // namespace
}  // namespace limn
