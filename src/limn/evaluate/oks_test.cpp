#include "limn/evaluate/oks.h"

#include <gtest/gtest.h>

#include <cmath>

namespace limn {
namespace {

/// All joints labelled at the origin, area 100; the answer lies `off` px to the right.
OksPerson person(int64_t image, double score, float off) {
  OksPerson p;
  p.image = image;
  p.score = score;
  p.area = 100;
  p.truth.assign(17, Vec2(0, 0));
  p.predicted.assign(17, Vec2(off, 0));
  p.counted.assign(17, true);
  return p;
}

TEST(Oks, IsTheFormula) {
  OksPerson p = person(1, 1, 0);
  EXPECT_DOUBLE_EQ(oks(p.predicted, p), 1);
  p.counted.assign(17, false);
  EXPECT_EQ(oks(p.predicted, p), 0);
  p.counted[0] = p.counted[9] = true;  // nose, left wrist
  p.predicted[0] = Vec2(0.3f, 0.4f);
  const double nose = std::exp(-0.25 / (2 * 100 * 4 * 0.026 * 0.026));
  EXPECT_NEAR(oks(p.predicted, p), (nose + 1) / 2, 1e-6);
}

TEST(Oks, PrecisionByHand) {
  // The best answer is wrong, the other two right: precision 0, 1/2, 2/3 at recall 0, 1/3, 2/3. From the right at most 2/3,
  // which is read at the recalls 0, 0.01 ... 0.66; recall 0.67 and more is never reached.
  const AveragePrecision three = average_precision({person(1, 0.9, 1000), person(2, 0.8, 0), person(3, 0.7, 0)});
  EXPECT_NEAR(three.ap50, 67.0 / 101 * 2 / 3, 1e-9);
  EXPECT_NEAR(three.ap, three.ap50, 1e-12);
  EXPECT_NEAR(three.ar, 2.0 / 3, 1e-12);
  EXPECT_NEAR(average_precision({person(1, 1, 0)}).ap, 1, 1e-9);
  EXPECT_EQ(average_precision({}).ap, 0);
}

TEST(Oks, AnswersMayFindTheOther) {
  OksPerson a = person(1, 0.9, 0), b = person(1, 0.8, 0);
  b.truth.assign(17, Vec2(500, 0));
  b.predicted.assign(17, Vec2(500, 0));
  std::swap(a.predicted, b.predicted);
  EXPECT_NEAR(average_precision({a, b}).ap, 1, 1e-9);
  b.image = 2;  // not in another picture
  EXPECT_EQ(average_precision({a, b}).ap, 0);
}

}  // namespace
}  // namespace limn
