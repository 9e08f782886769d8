#include "limn/geometry/box.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

TEST(Box, OverlapIsIntersectionOverUnion) {
  const Box a{Vec2(0, 0), Vec2(4, 2)}, b{Vec2(2, 0), Vec2(6, 2)}, far{Vec2(9, 9), Vec2(10, 10)};
  EXPECT_FLOAT_EQ(overlap(a, a), 1);
  EXPECT_FLOAT_EQ(overlap(a, b), 4.0f / 12);
  EXPECT_FLOAT_EQ(overlap(b, a), 4.0f / 12);
  EXPECT_EQ(overlap(a, far), 0);
  EXPECT_EQ(overlap(Box(), Box()), 0);
  EXPECT_EQ(intersection(a, far).area(), 0);
}

}  // namespace
}  // namespace limn
