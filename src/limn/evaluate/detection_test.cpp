#include "limn/evaluate/detection.h"

#include <gtest/gtest.h>

#include <cmath>

namespace limn {
namespace {

Box box(float left, float top, float w, float h) { return {Vec2(left, top), Vec2(left + w, top + h)}; }

TEST(DetectionScore, CountsFoundMissedAndFalse) {
  DetectionScore score;
  const Box a = box(0, 0, 10, 30), b = box(50, 0, 40, 100), nothing = box(200, 0, 10, 20);
  score.add({{a, 0.9f}, {nothing, 0.8f}, {box(51, 0, 40, 100), 0.5f}}, {a, b});
  score.add({}, {a});
  EXPECT_EQ(score.pictures(), 2u);
  EXPECT_NEAR(score.recall(0.4f), 2.0 / 3, 1e-9);
  EXPECT_NEAR(score.recall(0.6f), 1.0 / 3, 1e-9);
  EXPECT_NEAR(score.recall(0.4f, 20, 40), 1.0 / 2, 1e-9);
  EXPECT_NEAR(score.recall(0.4f, 90, 200), 1, 1e-9);
  EXPECT_TRUE(std::isnan(score.recall(0.4f, 300, 400)));
  EXPECT_NEAR(score.precision(0.4f), 2.0 / 3, 1e-9);
  EXPECT_NEAR(score.precision(0.85f), 1, 1e-9);
  EXPECT_NEAR(score.false_alarms(0.4f), 0.5, 1e-9);
  EXPECT_NEAR(score.alarmed(0.4f), 0.5, 1e-9);
  // Precision 1 up to a recall of 1/3 (34 of 101 recalls), 2/3 up to 2/3 (33 of them), then 0.
  EXPECT_NEAR(score.average_precision(), (34 + 33 * 2.0 / 3) / 101, 1e-6);
}

TEST(DetectionScore, ASecondBoxOfOnePersonIsFalse) {
  DetectionScore score;
  const Box a = box(0, 0, 10, 30);
  score.add({{a, 0.6f}, {box(0, 1, 10, 30), 0.9f}}, {a});
  EXPECT_NEAR(score.precision(0.1f), 0.5, 1e-9);
  EXPECT_NEAR(score.recall(0.9f), 1, 1e-9);  // the better one is the person's
}

TEST(DetectionScore, IgnoredPeopleCostNothing) {
  DetectionScore score;
  const Box small = box(0, 0, 4, 10);
  score.add({{small, 0.9f}}, {}, {small});
  EXPECT_EQ(score.precision(0.1f), 1);
  EXPECT_EQ(score.alarmed(0.1f), 0);
}

}  // namespace
}  // namespace limn
