#include "limn/infer/soft_argmax.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

TEST(SoftArgmax, OnePeakIsItsCellCentre) {
  const FeatureShape shape{1, 4, 8};
  std::vector<float> logits(32, -100.0f);
  logits[1 * 8 + 6] = 3.0f;
  Keypoints keypoints;
  soft_argmax(shape, logits.data(), nullptr, keypoints);
  EXPECT_NEAR(keypoints.uv[0].x(), 2 * 6.5 / 8 - 1, 1e-6);
  EXPECT_NEAR(keypoints.uv[0].y(), 2 * 1.5 / 4 - 1, 1e-6);
  EXPECT_NEAR(keypoints.confidence[0], 1 / (1 + std::exp(-3.0)), 1e-6);
}

TEST(SoftArgmax, TwoPeaksAreWeighedBySoftmax) {
  const FeatureShape shape{2, 1, 2};
  const std::vector<float> logits = {0.0f, std::log(3.0f), 5.0f, 5.0f};  // masses 1/4 3/4 and 1/2 1/2
  Keypoints keypoints;
  soft_argmax(shape, logits.data(), nullptr, keypoints);
  EXPECT_NEAR(keypoints.uv[0].x(), -0.5 * 0.25 + 0.5 * 0.75, 1e-6);
  EXPECT_NEAR(keypoints.uv[1].x(), 0, 1e-6);
  EXPECT_NEAR(keypoints.uv[1].y(), 0, 1e-6);
}

TEST(SoftArgmax, OnlyCellsNearTheLargestCount) {
  std::vector<float> logits(10, -100.0f);
  logits[1] = 2.0f;
  logits[7] = 2.5f;
  Keypoints keypoints;
  soft_argmax({1, 1, 10}, logits.data(), nullptr, keypoints);
  EXPECT_NEAR(keypoints.uv[0].x(), 2 * 7.5 / 10 - 1, 1e-6);
}

TEST(SoftArgmax, DepthsAreReadWhereTheKeypointIs) {
  const FeatureShape shape{2, 1, 9};
  std::vector<float> logits(18, -100.0f), depths(18, 5.0f);
  logits[1] = 0;
  logits[2] = std::log(3.0f);
  depths[1] = 0.4f;
  depths[2] = -0.4f;
  logits[9 + 8] = 2;
  depths[9 + 8] = 0.25f;
  Keypoints keypoints;
  soft_argmax(shape, logits.data(), depths.data(), keypoints);
  EXPECT_NEAR(keypoints.bone_depths[0], 0.25 * 0.4 - 0.75 * 0.4, 1e-6);
  EXPECT_NEAR(keypoints.bone_depths[1], 0.25, 1e-6);
  soft_argmax(shape, logits.data(), nullptr, keypoints);
  EXPECT_TRUE(keypoints.bone_depths.empty());
}

TEST(SoftArgmax, HugeLogitsStayFinite) {
  const std::vector<float> logits = {1e30f, -1e30f};
  Keypoints keypoints;
  soft_argmax({1, 1, 2}, logits.data(), nullptr, keypoints);
  EXPECT_NEAR(keypoints.uv[0].x(), -0.5, 1e-6);
  EXPECT_FLOAT_EQ(keypoints.confidence[0], 1);
}

}  // namespace
}  // namespace limn
