#include "limn/infer/side_correction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace limn {
namespace {

using People = std::vector<std::optional<PoseEstimate>>;

const Skeleton& human() { return Skeleton::human(); }

/// 100 px tall; sided joints 20 px beside the middle times `width(t)`, left ones at larger x.
People clip(int frames, const std::function<double(int)>& width) {
  People people;
  for (int t = 0; t < frames; ++t) {
    PoseEstimate person;
    for (int j = 0; j < human().joint_count(); ++j) {
      const Joint& joint = human().joints()[j];
      const double side = joint.mirror == j ? 0 : joint.name.starts_with("left_") ? 1 : -1;
      person.bone_depths.push_back(0.01f * static_cast<float>(j));
      person.joints_px.emplace_back(50 + 20 * side * width(t) + 0.5 * t, 100.0 * j / human().joint_count());
    }
    person.confidence.assign(person.joints_px.size(), 0.8f);
    person.score = 0.9f;
    people.push_back(person);
  }
  return people;
}

/// Every joint with this in its name changes places with its mirror image.
void exchange(std::optional<PoseEstimate>& person, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const int left = human().joint("left_" + name), right = human().joint("right_" + name);
    std::swap(person->joints_px[left], person->joints_px[right]);
    std::swap(person->bone_depths[left], person->bone_depths[right]);
  }
}

const std::vector<std::string> legs = {"hip", "knee", "ankle", "toe_tip"};

int lifted = 0;
PoseEstimate lift(const PoseEstimate& seen) {
  ++lifted;
  return seen;
}

int correct(People& people) {
  lifted = 0;
  return correct_sides(human(), 25, {}, lift, people);
}

void expect_equal(const People& found, const People& expected) {
  for (size_t t = 0; t < expected.size(); ++t) {
    ASSERT_EQ(found[t].has_value(), expected[t].has_value());
    if (!found[t]) continue;
    EXPECT_EQ(found[t]->bone_depths, expected[t]->bone_depths) << "frame " << t;
    for (size_t j = 0; j < expected[t]->joints_px.size(); ++j)
      EXPECT_EQ(found[t]->joints_px[j], expected[t]->joints_px[j]) << "frame " << t << " " << human().joints()[j].name;
  }
}

TEST(SideCorrection, TakesBackLegsThatWereExchangedForAWhile) {
  const People truth = clip(40, [](int) { return 1; });
  People people = truth;
  for (int t = 12; t < 20; ++t) exchange(people[t], legs);
  people[15].reset();
  People expected = truth;
  expected[15].reset();
  EXPECT_EQ(correct(people), 7);
  EXPECT_EQ(lifted, 7);
  expect_equal(people, expected);
  EXPECT_EQ(people[12]->score, 0.9f);
}

TEST(SideCorrection, LeavesSomebodyWhoTurns) {
  // Half a turn a second: seen from the side in the middle, where left and right are at one place.
  const People truth = clip(50, [](int t) { return std::cos(std::numbers::pi * t / 25); });
  People people = truth;
  EXPECT_EQ(correct(people), 0);
  expect_equal(people, truth);
}

TEST(SideCorrection, DoesNotPreferTheRareReading) {
  // Wrong for longer than right: nothing says which is which but the number of frames.
  People people = clip(40, [](int) { return 1; });
  for (int t = 0; t < 33; ++t) exchange(people[t], legs);
  People expected = clip(40, [](int) { return 1; });
  for (int t = 0; t < 40; ++t) exchange(expected[t], legs);
  EXPECT_EQ(correct(people), 7);
  expect_equal(people, expected);
}

TEST(SideCorrection, HasNothingToDoWithoutPeople) {
  People nobody(5), one = clip(1, [](int) { return 1; });
  EXPECT_EQ(correct(nobody), 0);
  EXPECT_EQ(correct(one), 0);
}

}  // namespace
}  // namespace limn
