#include "limn/evaluate/metrics.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

TEST(Metrics, PckCountsStrictlyWithinTheThreshold) {
  const std::vector<Vec2> truth = {{0, 0}, {10, 0}, {0, 10}, {5, 5}};
  const std::vector<Vec2> guess = {{1.9f, 0}, {12, 0}, {0, 15}, {50, 50}};
  const JointCount count = pck(guess, truth, {true, true, true, false}, 10, 0.2);
  EXPECT_EQ(count.correct, 1);  // 1.9 < 2; 2 is not; 5 is not; the last is not counted
  EXPECT_EQ(count.counted, 3);
  EXPECT_NEAR(count.share(), 1.0 / 3, 1e-12);
}

TEST(Metrics, ExchangedSidesAreAFlip) {
  const std::vector<Vec2> truth = {{0, 0}, {-1, 0}, {1, 0}};
  const std::vector<int> mirror = {0, 2, 1};
  const std::vector<bool> all = {true, true, true};
  EXPECT_TRUE(is_flipped(side_swapped(truth, mirror), truth, all, mirror));
  EXPECT_FALSE(is_flipped(truth, truth, all, mirror));
}

TEST(Metrics, MeanDistance) {
  EXPECT_NEAR(mean_distance({{3, 4, 0}, {0, 0, 1}}, {{0, 0, 0}, {0, 0, 0}}), 3.0, 1e-6);
}

TEST(Metrics, ProcrustesUndoesASimilarityButNoReflection) {
  const std::vector<Vec3> truth = {{0, 0, 0}, {1, 0, 0}, {0, 2, 0}, {0, 0, 3}};
  const Mat3 turn = rotation_from_axis_angle({0.3f, -0.8f, 1.1f});
  std::vector<Vec3> moved, reflected;
  for (const Vec3& p : truth) {
    moved.push_back(0.5f * turn * p + Vec3(1, 2, 3));
    reflected.emplace_back(-p.x(), p.y(), p.z());
  }
  EXPECT_LT(procrustes_mean_distance(moved, truth), 1e-5);
  EXPECT_GT(mean_distance(moved, truth), 1);
  EXPECT_GT(procrustes_mean_distance(reflected, truth), 0.1);
}

TEST(Metrics, ScaleAlignmentUndoesScaleOnly) {
  const std::vector<Vec3> truth = {{0, 0, 0}, {1, 0, 0}, {0, 2, 0}};
  std::vector<Vec3> doubled;
  for (const Vec3& p : truth) doubled.push_back(2 * p);
  EXPECT_LT(scaled_mean_distance(doubled, truth), 1e-6);
}

}  // namespace
}  // namespace limn
