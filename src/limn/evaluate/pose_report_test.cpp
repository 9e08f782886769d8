#include "limn/evaluate/pose_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "limn/base/error.h"

namespace limn {
namespace {

const JointMap& lsp() {
  static const JointMap map = JointMap::built_in(Skeleton::human(), "lsp14");
  return map;
}

size_t at(const std::string& name) { return lsp().joint(name); }

/// Facing the observer: the right side at smaller x. The torso, (20, 0) to (0, 21) apart, is 29 long.
std::vector<Vec2> standing() {
  std::vector<Vec2> pose(lsp().joints.size());
  const std::pair<const char*, float> heights[] = {{"shoulder", 20}, {"elbow", 30}, {"wrist", 40},
                                                   {"hip", 41},      {"knee", 60},  {"ankle", 80}};
  for (const auto& [name, y] : heights) {
    pose[at(std::string("right_") + name)] = Vec2(10, y);
    pose[at(std::string("left_") + name)] = Vec2(30, y);
  }
  pose[at("neck")] = Vec2(20, 15);
  pose[at("head_top")] = Vec2(20, 0);
  return pose;
}

std::vector<int> mirror() {
  std::vector<int> result;
  for (const MappedJoint& joint : lsp().joints) result.push_back(joint.mirror);
  return result;
}

JudgedPose judged(std::vector<Vec2> predicted, std::vector<Vec2> truth = standing()) {
  return {std::move(predicted), std::move(truth), std::vector<bool>(lsp().joints.size(), true)};
}

TEST(PoseReport, ThreeColumnsOfAFlip) {
  const PoseReport report = judge(lsp(), {judged(side_swapped(standing(), mirror()))});
  EXPECT_NEAR(report.scores[Score::pck], 2.0 / 14, 1e-12);  // neck and head alone
  EXPECT_EQ(report.scores[Score::pck_swap_oracle], 1);
  EXPECT_EQ(report.scores[Score::pck_observer], 1);
  EXPECT_EQ(report.scores[Score::flip_rate], 1);
  EXPECT_EQ(report.scores[Score::flip_rate_arms], 1);
  EXPECT_EQ(report.scores[Score::flip_rate_legs], 1);
}

TEST(PoseReport, FlipsOfWhoIsReadWell) {
  std::vector<Vec2> astray = standing();
  for (size_t k = 0; k < 5; ++k) astray[k].x() += 1000;  // 9 of 14 right, 64 %
  std::vector<Vec2> nearly = side_swapped(standing(), mirror());
  for (size_t k = 0; k < 4; ++k) nearly[k].x() += 1000;  // 10 of 14, 71 %, whichever the side
  const PoseReport report = judge(lsp(), {judged(astray), judged(nearly), judged(standing()), judged(standing())});
  EXPECT_NEAR(report.scores[Score::well_read], 3.0 / 4, 1e-12);
  EXPECT_NEAR(report.scores[Score::flip_rate_well_read], 1.0 / 3, 1e-12);
  EXPECT_FALSE(judge(lsp(), {judged(astray)}).known[Score::flip_rate_well_read]);
}

TEST(PoseReport, PeopleAreGroupedByHowTheyAreSeen) {
  const auto turned = [](float degrees) {
    const float angle = degrees * 3.14159265f / 180;
    std::vector<Vec2> pose = standing();
    for (Vec2& p : pose)
      p = Vec2(std::cos(angle) * p.x() - std::sin(angle) * p.y(), std::sin(angle) * p.x() + std::cos(angle) * p.y());
    return pose;
  };
  const std::vector<Vec2> behind = side_swapped(standing(), mirror());
  std::vector<Vec2> profile = standing();
  for (Vec2& p : profile) p.x() = 20 + (p.x() - 20) / 5;  // 4 wide, 21 long
  JudgedPose hidden = judged(turned(90));
  hidden.counted[at("left_hip")] = false;
  const PoseReport report =
      judge(lsp(), {judged(standing()), judged(standing(), behind), judged(profile, profile), judged(turned(40), turned(40)),
                    judged(turned(-60), turned(-60)), judged(turned(170), turned(170)), hidden});
  std::map<std::string, int> people;
  for (const GroupReport& view : report.views) {
    people[view.name] = view.people;
    EXPECT_EQ(view.scores[Score::flip_rate], view.name == "from behind" ? 1.0 : view.name == "upright" ? 0.25 : 0.0);
  }
  const std::map<std::string, int> expected = {{"upright", 4},        {"lying", 1},       {"upside down", 1},
                                               {"from the front", 4}, {"from behind", 1}, {"in profile", 1}};
  EXPECT_EQ(people, expected);
}

TEST(PoseReport, DistancesIn3dByHand) {
  JudgedPose person = judged(standing());
  const size_t joints = lsp().joints.size();
  person.truth_m.assign(joints, Vec3::Zero());
  for (size_t k = 0; k < joints; ++k) person.truth_m[k] = Vec3(0.01f * k, 0.2f * (k % 5), 0.1f * (k % 3));
  person.predicted_m = person.truth_m;
  for (Vec3& joint : person.predicted_m) joint += Vec3(3, -2, 1);  // the root's place does not count
  person.predicted_m[at("left_wrist")].y() += 0.140f;
  person.predicted_m[at("neck")].z() -= 0.280f;
  const PoseReport report = judge(lsp(), {person, judged(standing())});  // the second one is not known in 3D
  EXPECT_TRUE(report.known[Score::mpjpe_mm]);
  EXPECT_NEAR(report.scores[Score::mpjpe_mm], 420.0 / 14, 1e-2);
  EXPECT_NEAR(report.scores[Score::pck3d], 13.0 / 14, 1e-6);
  // Exact joints miss the threshold 0 alone; the wrist is within 145 and 150.
  EXPECT_NEAR(report.scores[Score::auc3d], (12.0 * 30 + 2) / 31 / 14, 1e-6);
  for (size_t k = 0; k < joints; ++k) person.predicted_m[k] = 2 * person.truth_m[k];
  const PoseScores doubled = judge(lsp(), {person}).scores;
  EXPECT_GT(doubled[Score::mpjpe_mm], 100);
  EXPECT_LT(doubled[Score::n_mpjpe_mm], 1e-2);
  EXPECT_LT(doubled[Score::pa_mpjpe_mm], 1e-2);
  EXPECT_NE(report_json({}, lsp(), report).find("\"mpjpe_mm\""), std::string::npos);
  EXPECT_EQ(report_json({}, lsp(), judge(lsp(), {judged(standing())})).find("mpjpe"), std::string::npos);
}

TEST(PoseReport, ThreeColumnsIn3d) {
  JudgedPose person = judged(standing());
  for (size_t k = 0; k < lsp().joints.size(); ++k) person.truth_m.emplace_back(standing()[k].x(), standing()[k].y(), 0);
  person.predicted_m = side_swapped(person.truth_m, mirror());
  const PoseScores scores = judge(lsp(), {person}).scores;
  EXPECT_EQ(scores[Score::flip_rate_3d], 1);
  EXPECT_EQ(scores[Score::flip_rate], 0);  // in the picture nothing is exchanged
  EXPECT_NEAR(scores[Score::mpjpe_mm], 12 * 20'000.0 / 14, 1e-3);  // all but neck and head stand 20 m apart
  EXPECT_NEAR(scores[Score::mpjpe_mm_swap_oracle], 0, 1e-6);
  EXPECT_NEAR(scores[Score::pck3d], 2.0 / 14, 1e-9);
  EXPECT_EQ(scores[Score::pck3d_swap_oracle], 1);
  EXPECT_NEAR(scores[Score::auc3d_swap_oracle], 30.0 / 31, 1e-9);
}

TEST(PoseReport, PercentMseIsAMeanOverActivities) {
  const auto shifted = [](float by, const char* activity) {
    JudgedPose person = judged(standing());
    for (Vec2& joint : person.predicted) joint.y() += by;
    person.side_px = 100;
    person.activity = activity;
    return person;
  };
  const PoseReport report = judge(lsp(), {shifted(1, "Walking"), shifted(2, "Walking"), shifted(3, "Walking"), shifted(8, "Posing")});
  EXPECT_NEAR(report.scores[Score::percent_mse], (2.0 + 8.0) / 2, 1e-5);  // not 3.5, the mean over people
  ASSERT_EQ(report.activities.size(), 2u);
  EXPECT_EQ(report.activities[1].name, "Walking");
  EXPECT_EQ(report.activities[1].people, 3);
  EXPECT_NEAR(report.activities[1].scores[Score::percent_mse], 2, 1e-5);
  EXPECT_NEAR(report.joints[at("neck")].percent_mse.share(), 14.0 / 4, 1e-5);
  const auto json = nlohmann::json::parse(report_json({}, lsp(), report));
  EXPECT_NEAR(json.at("percent_mse").get<double>(), 5, 1e-5);
  EXPECT_NEAR(json.at("activities").at("Posing").at("percent_mse").get<double>(), 8, 1e-5);
  EXPECT_EQ(json.at("activities").at("Posing").at("n_images"), 1);
  EXPECT_NE(report_table(lsp(), report).find("Posing"), std::string::npos);
  EXPECT_FALSE(nlohmann::json::parse(report_json({}, lsp(), judge(lsp(), {judged(standing())}))).contains("activities"));
}

TEST(PoseReport, PercentMseAfterSwapping) {
  JudgedPose person = judged(side_swapped(standing(), mirror()));
  person.side_px = 200;
  const PoseScores scores = judge(lsp(), {person}).scores;
  EXPECT_NEAR(scores[Score::percent_mse], 12 * 10.0 / 14, 1e-5);  // 20 px of 200 at all but neck and head
  EXPECT_EQ(scores[Score::percent_mse_swap_oracle], 0);
}

TEST(PoseReport, JointAnglesAreMeans) {
  JudgedPose turned = judged(standing()), other = judged(standing());
  turned.angles = {{"pelvis", 10, 10}, {"neck", 20, 30}};
  other.angles = {{"pelvis", 0, 0}, {"neck", 10, 10}};
  turned.bone_lengths = {{"neck", 0.8}, {"head", 1.1}};
  other.bone_lengths = {{"neck", 1}, {"head", 1.1}};
  const PoseReport report = judge(lsp(), {turned, other, judged(standing())});
  EXPECT_NEAR(report.scores[Score::angle_local_deg], 10, 1e-9);
  EXPECT_NEAR(report.scores[Score::angle_global_deg], 12.5, 1e-9);
  const auto json = nlohmann::json::parse(report_json({}, lsp(), report));
  EXPECT_NEAR(json.at("joint_angle_local_deg").get<double>(), 10, 1e-9);
  EXPECT_NEAR(json.at("joint_angles").at("neck").at("global_deg").get<double>(), 20, 1e-9);
  EXPECT_NEAR(json.at("bone_length_percent").get<double>(), 10, 1e-9);
  EXPECT_NEAR(json.at("bone_lengths").at("neck").get<double>(), 0.9, 1e-9);
}

TEST(PoseReport, LinesOfTheTableAreShort) {
  JudgedPose person = judged(standing());
  person.head_px = person.side_px = 100;
  person.truth_m = person.predicted_m = std::vector<Vec3>(lsp().joints.size(), Vec3::Ones());
  person.angles = {{"pelvis", 10, 10}};
  person.activity = "Walking";
  std::istringstream table(report_table(lsp(), judge(lsp(), {person})));
  for (std::string line; std::getline(table, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(PoseReport, ArmsAndLegsFlipByThemselves) {
  std::vector<Vec2> crossed = standing();
  for (const char* name : {"shoulder", "elbow", "wrist"})
    std::swap(crossed[at(std::string("left_") + name)], crossed[at(std::string("right_") + name)]);
  const PoseReport report = judge(lsp(), {judged(crossed), judged(standing())});
  EXPECT_EQ(report.scores[Score::flip_rate_arms], 0.5);
  EXPECT_EQ(report.scores[Score::flip_rate_legs], 0);
  EXPECT_EQ(report.scores[Score::flip_rate], 0);  // as many joints right as wrong: swapping does not lower the error
  EXPECT_NEAR(report.scores[Score::pck], (8.0 + 14) / 28, 1e-12);
}

TEST(PoseReport, TheTorsoIsTheYardstick) {
  std::vector<Vec2> near = standing(), far = standing();
  near[at("left_wrist")].x() += 0.2f * 29 - 0.01f;
  far[at("left_wrist")].x() += 0.2f * 29 + 0.01f;
  EXPECT_EQ(judge(lsp(), {judged(near)}).scores[Score::pck], 1);
  const PoseReport report = judge(lsp(), {judged(far)});
  EXPECT_NEAR(report.scores[Score::pck], 13.0 / 14, 1e-12);
  EXPECT_EQ(report.joints[at("left_wrist")].pck.correct, 0);
  EXPECT_EQ(report.joints[at("right_wrist")].pck.correct, 1);
  EXPECT_NEAR(report.mean_errors[0], (0.2 * 29 + 0.01) / 29 / 14, 1e-6);
}

TEST(PoseReport, ObserversRenameBacks) {
  const std::vector<Vec2> back = side_swapped(standing(), mirror());  // the right side at larger x
  const PoseReport seen_as_front = judge(lsp(), {judged(standing(), back)});
  EXPECT_NEAR(seen_as_front.scores[Score::pck], 2.0 / 14, 1e-12);
  EXPECT_EQ(seen_as_front.scores[Score::pck_observer], 1);
}

TEST(PoseReport, JointsWithoutLabelsDoNotCount) {
  JudgedPose person = judged(standing());
  person.predicted[at("left_knee")] = Vec2(1000, 1000);
  person.counted[at("left_knee")] = false;
  EXPECT_EQ(judge(lsp(), {person}).scores[Score::pck], 1);
  person.counted[at("left_shoulder")] = false;  // no torso: no reference length
  const PoseReport report = judge(lsp(), {person, judged(standing())});
  EXPECT_EQ(report.scores[Score::pck], 1);
  EXPECT_EQ(report.joints[at("neck")].pck.counted, 1);
  EXPECT_THROW(judge(lsp(), {}), Error);
}

TEST(PoseReport, IntervalsAreThoseOfTheBinomial) {
  std::vector<JudgedPose> people;
  for (int i = 0; i < 400; ++i)
    people.push_back(judged(i % 4 == 0 ? side_swapped(standing(), mirror()) : standing()));
  const PoseReport report = judge(lsp(), people);
  EXPECT_EQ(report.scores[Score::flip_rate], 0.25);
  const double deviation = std::sqrt(0.25 * 0.75 / 400);
  EXPECT_NEAR(report.low[Score::flip_rate], 0.25 - 1.96 * deviation, 0.25 * deviation);
  EXPECT_NEAR(report.high[Score::flip_rate], 0.25 + 1.96 * deviation, 0.25 * deviation);
}

TEST(PoseReport, JsonHoldsTheKeysOfTheFormat) {
  const PoseReport report = judge(lsp(), {judged(standing())});
  const auto json = nlohmann::json::parse(report_json({"lsp", "folder", "m.safetensors", "truth", "limn 1"}, lsp(), report));
  for (const char* key : {"pck@0.2", "pck@0.2_swap_oracle", "pck@0.2_observer_centric", "flip_rate", "flip_rate_arms",
                          "flip_rate_legs"}) {
    EXPECT_TRUE(json.at(key).is_number()) << key;
    EXPECT_EQ(json.at("confidence_95").at(key).size(), 2u);
  }
  EXPECT_EQ(json.at("n_images"), 1);
  EXPECT_EQ(json.at("joints").at("left_knee").at("pck@0.2"), 1);
  const std::string table = report_table(lsp(), report);
  EXPECT_NE(table.find("100.0"), std::string::npos);
}

}  // namespace
}  // namespace limn
