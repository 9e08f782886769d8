#include "limn/evaluate/pose_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "limn/base/error.h"

namespace limn {
namespace {

const JointMap& lsp() {
  static const JointMap map = JointMap::built_in(Skeleton::human(), "lsp14");
  return map;
}

size_t at(const std::string& name) {
  for (size_t k = 0; k < lsp().joints.size(); ++k)
    if (lsp().joints[k].name == name) return k;
  throw std::out_of_range(name);
}

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
  EXPECT_NEAR(report.scores.pck, 2.0 / 14, 1e-12);  // neck and head alone
  EXPECT_EQ(report.scores.pck_swap_oracle, 1);
  EXPECT_EQ(report.scores.pck_observer, 1);
  EXPECT_EQ(report.scores.flip_rate, 1);
  EXPECT_EQ(report.scores.flip_rate_arms, 1);
  EXPECT_EQ(report.scores.flip_rate_legs, 1);
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
  EXPECT_EQ(report.people_3d, 1);
  EXPECT_NEAR(report.scores.mpjpe_mm, 420.0 / 14, 1e-2);
  EXPECT_NEAR(report.scores.pck3d, 13.0 / 14, 1e-6);
  // Exact joints miss the threshold 0 alone; the wrist is within 145 and 150.
  EXPECT_NEAR(report.scores.auc3d, (12.0 * 30 + 2) / 31 / 14, 1e-6);
  for (size_t k = 0; k < joints; ++k) person.predicted_m[k] = 2 * person.truth_m[k];
  const PoseScores doubled = judge(lsp(), {person}).scores;
  EXPECT_GT(doubled.mpjpe_mm, 100);
  EXPECT_LT(doubled.n_mpjpe_mm, 1e-2);
  EXPECT_LT(doubled.pa_mpjpe_mm, 1e-2);
  EXPECT_NE(report_json({}, lsp(), report).find("\"mpjpe_mm\""), std::string::npos);
  EXPECT_EQ(report_json({}, lsp(), judge(lsp(), {judged(standing())})).find("mpjpe"), std::string::npos);
}

TEST(PoseReport, ArmsAndLegsFlipByThemselves) {
  std::vector<Vec2> crossed = standing();
  for (const char* name : {"shoulder", "elbow", "wrist"})
    std::swap(crossed[at(std::string("left_") + name)], crossed[at(std::string("right_") + name)]);
  const PoseReport report = judge(lsp(), {judged(crossed), judged(standing())});
  EXPECT_EQ(report.scores.flip_rate_arms, 0.5);
  EXPECT_EQ(report.scores.flip_rate_legs, 0);
  EXPECT_EQ(report.scores.flip_rate, 0);  // as many joints right as wrong: swapping does not lower the error
  EXPECT_NEAR(report.scores.pck, (8.0 + 14) / 28, 1e-12);
}

TEST(PoseReport, TheTorsoIsTheYardstick) {
  std::vector<Vec2> near = standing(), far = standing();
  near[at("left_wrist")].x() += 0.2f * 29 - 0.01f;
  far[at("left_wrist")].x() += 0.2f * 29 + 0.01f;
  EXPECT_EQ(judge(lsp(), {judged(near)}).scores.pck, 1);
  const PoseReport report = judge(lsp(), {judged(far)});
  EXPECT_NEAR(report.scores.pck, 13.0 / 14, 1e-12);
  EXPECT_EQ(report.joints[at("left_wrist")].correct, 0);
  EXPECT_EQ(report.joints[at("right_wrist")].correct, 1);
  EXPECT_NEAR(report.mean_errors[0], (0.2 * 29 + 0.01) / 29 / 14, 1e-6);
}

TEST(PoseReport, ObserversRenameBacks) {
  const std::vector<Vec2> back = side_swapped(standing(), mirror());  // the right side at larger x
  const PoseReport seen_as_front = judge(lsp(), {judged(standing(), back)});
  EXPECT_NEAR(seen_as_front.scores.pck, 2.0 / 14, 1e-12);
  EXPECT_EQ(seen_as_front.scores.pck_observer, 1);
}

TEST(PoseReport, JointsWithoutLabelsDoNotCount) {
  JudgedPose person = judged(standing());
  person.predicted[at("left_knee")] = Vec2(1000, 1000);
  person.counted[at("left_knee")] = false;
  EXPECT_EQ(judge(lsp(), {person}).scores.pck, 1);
  person.counted[at("left_shoulder")] = false;  // no torso: no reference length
  const PoseReport report = judge(lsp(), {person, judged(standing())});
  EXPECT_EQ(report.scores.pck, 1);
  EXPECT_EQ(report.joints[at("neck")].counted, 1);
  EXPECT_THROW(judge(lsp(), {}), Error);
}

TEST(PoseReport, IntervalsAreThoseOfTheBinomial) {
  std::vector<JudgedPose> people;
  for (int i = 0; i < 400; ++i)
    people.push_back(judged(i % 4 == 0 ? side_swapped(standing(), mirror()) : standing()));
  const PoseReport report = judge(lsp(), people);
  EXPECT_EQ(report.scores.flip_rate, 0.25);
  const double deviation = std::sqrt(0.25 * 0.75 / 400);
  EXPECT_NEAR(report.low.flip_rate, 0.25 - 1.96 * deviation, 0.25 * deviation);
  EXPECT_NEAR(report.high.flip_rate, 0.25 + 1.96 * deviation, 0.25 * deviation);
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
