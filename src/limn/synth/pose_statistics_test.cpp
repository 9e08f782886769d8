#include "limn/synth/pose_statistics.h"

#include <gtest/gtest.h>

#include "limn/base/assets.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/network/safetensors.h"
#include "limn/synth/poses.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

std::vector<Pose> some_poses(int count) {
  const Skeleton& skeleton = Skeleton::human();
  std::vector<Pose> poses;
  for (int i = 0; i < count; ++i) {
    Random random(1, "test.statistics", static_cast<uint64_t>(i));
    poses.push_back(sample_pose(skeleton, sample_proportions(skeleton, random), random).pose);
  }
  return poses;
}

PoseStatistics small_statistics() {
  const Skeleton& skeleton = Skeleton::human();
  const std::vector<Pose> poses = some_poses(40);
  PoseStatistics statistics;
  statistics.chart = PoseChart::around(skeleton, poses);
  Eigen::MatrixXd vectors(statistics.chart.dimensions(), 40);
  for (int i = 0; i < 40; ++i) vectors.col(i) = statistics.chart.vector_of(skeleton, poses[i], 0.01f * i);
  Random random(2, "test.statistics");
  statistics.mixture = fit_mixture(vectors, {.components = 3, .rank = 2, .iterations = 2}, random);
  statistics.notes["source"] = "a test";
  return statistics;
}

TEST(PoseChart, PosesSurviveTheRoundTripButForTheirHeading) {
  const Skeleton& skeleton = Skeleton::human();
  const std::vector<Pose> poses = some_poses(30);
  const PoseChart chart = PoseChart::around(skeleton, poses);
  ASSERT_EQ(chart.dimensions(), 3 * 16 + 4);
  for (const Pose& pose : poses) {
    const FreePose back = chart.pose_of(skeleton, chart.vector_of(skeleton, pose, 0.25f));
    EXPECT_FLOAT_EQ(back.clearance, 0.25f);
    for (int j = 1; j < skeleton.joint_count(); ++j)
      EXPECT_LT(geodesic_angle(back.pose.rotations[j], pose.rotations[j]), 1e-3f) << skeleton.joints()[j].name;
    // The same direction of the ground, hence the same rotation after a turn about y.
    const Mat3 turn = pose.rotations[0] * back.pose.rotations[0].transpose();
    EXPECT_NEAR(turn(1, 1), 1, 1e-4f);
  }
}

TEST(PoseChart, TheCentreIsTheMeanRotation) {
  const Skeleton& skeleton = Skeleton::human();
  std::vector<Pose> poses(2, rest_pose(skeleton));
  const int knee = skeleton.joint("left_knee");
  poses[0].rotations[knee] = rotation_from_axis_angle(Vec3(0.2f, 0, 0));
  poses[1].rotations[knee] = rotation_from_axis_angle(Vec3(0.6f, 0, 0));
  const PoseChart chart = PoseChart::around(skeleton, poses);
  for (size_t a = 0; a < chart.joints.size(); ++a) {
    const Vec3 expected = chart.joints[a] == "left_knee" ? Vec3(0.4f, 0, 0) : Vec3(0, 0, 0);
    EXPECT_LT(geodesic_angle(chart.centres[a].toRotationMatrix(), rotation_from_axis_angle(expected)), 1e-3f);
  }
}

class StatisticsFile : public testing::Test {
 protected:
  void SetUp() override { small_statistics().save(path_); }
  test::ScratchFolder folder_;
  const std::string path_ = (folder_ / "statistics.safetensors").string();
};

TEST_F(StatisticsFile, KeepsTheDistribution) {
  const PoseStatistics before = small_statistics(), after = PoseStatistics::parse(read_file(path_), path_);
  EXPECT_EQ(after.chart.joints, before.chart.joints);
  EXPECT_EQ(after.notes.at("source"), "a test");
  ASSERT_EQ(after.mixture.components(), 3);
  ASSERT_EQ(after.mixture.rank(), 2);
  EXPECT_LT((after.mixture.means - before.mixture.means).cwiseAbs().maxCoeff(), 2e-3);
  EXPECT_LT((after.mixture.noise - before.mixture.noise).cwiseAbs().maxCoeff(), 2e-3);
  EXPECT_LT((after.mixture.factors[2] - before.mixture.factors[2]).cwiseAbs().maxCoeff(), 2e-3);
  EXPECT_LT((after.mixture.weights - before.mixture.weights).cwiseAbs().maxCoeff(), 1e-6);
  for (size_t a = 0; a < before.chart.centres.size(); ++a)
    EXPECT_LT(after.chart.centres[a].angularDistance(before.chart.centres[a]), 1e-4f);
}

TEST_F(StatisticsFile, DamagedOnesAreRefused) {
  const TensorFile whole = read_safetensors(path_);
  const auto refused = [&](const TensorFile& file) {
    write_safetensors(path_, file);
    EXPECT_THROW(PoseStatistics::parse(read_file(path_), path_), Error);
  };
  for (const char* name : {"centres", "weights", "means", "noise", "factors"}) {
    TensorFile file = whole;
    file.tensors.erase(name);
    refused(file);
  }
  TensorFile file = whole;
  std::swap(file.tensors["means"], file.tensors["factors"]);
  refused(file);
  file = whole;
  file.metadata.erase("joints");
  refused(file);
  file = whole;
  file.metadata["joints"] += " another";
  refused(file);
  file = whole;
  file.tensors["noise"].bytes[1] = '\x7e';  // F16 NaN
  file.tensors["noise"].bytes[0] = '\x01';
  refused(file);
}

TEST(PoseStatistics, TheEmbeddedOnesKnowTheirSourceAndTheHumanSkeleton) {
  const PoseStatistics& statistics = PoseStatistics::embedded();
  for (const std::string& joint : statistics.chart.joints) EXPECT_NO_THROW(Skeleton::human().joint(joint));
  EXPECT_GE(statistics.mixture.components(), 16);
  for (const char* note : {"source", "licence", "command"}) EXPECT_TRUE(statistics.notes.contains(note)) << note;
  EXPECT_LT(embedded_assets().at("motion/poses.safetensors").size(), 300'000u);
}

}  // namespace
}  // namespace limn
