#include "limn/motion/foot_contact.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

constexpr FootMotion still{true, 0.01f, 0.05f}, slow{true, 0.1f, 0.5f}, fast{true, 0.02f, 2.0f}, high{true, 0.3f, 0.1f},
    unknown{};

std::vector<FootMotion> repeated(std::initializer_list<std::pair<int, FootMotion>> runs) {
  std::vector<FootMotion> motion;
  for (const auto& [count, what] : runs) motion.insert(motion.end(), count, what);
  return motion;
}

TEST(FootContact, BeginsWhereStillAndLowAndHasHysteresis) {
  // 30 frames a second: fast, slow, still, slow, fast. What is slow around a rest belongs to it.
  const std::vector<Interval> found =
      intervals_of(find_contacts(repeated({{10, fast}, {3, slow}, {10, still}, {4, slow}, {10, fast}}), 30));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, 10);
  EXPECT_EQ(found[0].last, 26);
  EXPECT_TRUE(intervals_of(find_contacts(repeated({{40, slow}}), 30)).empty());  // never still
  EXPECT_TRUE(intervals_of(find_contacts(repeated({{40, high}}), 30)).empty());
  EXPECT_TRUE(intervals_of(find_contacts(repeated({{40, unknown}}), 30)).empty());
}

TEST(FootContact, DropsShortContactsAndClosesShortBreaks) {
  EXPECT_TRUE(intervals_of(find_contacts(repeated({{10, fast}, {2, still}, {10, fast}}), 30)).empty());
  const std::vector<Interval> found =
      intervals_of(find_contacts(repeated({{10, still}, {2, unknown}, {10, still}, {5, fast}, {10, still}}), 30));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].frames(), 22);
  EXPECT_EQ(found[1].first, 27);
}

TEST(FootContact, AFlatFootHasItsAnkleAboveItsToes) {
  const Skeleton& skeleton = Skeleton::human();
  const std::vector<float> scales(static_cast<size_t>(skeleton.joint_count()), 1.0f);
  const FootHeights heights = foot_heights(skeleton, legs_of(skeleton)[1], scales);
  EXPECT_FLOAT_EQ(heights.toe_tip, 0.03f);              // the flesh of the toes
  EXPECT_FLOAT_EQ(heights.flat_ankle, 0.03f + 0.065f);  // and the skeleton's drop from ankle to toes
  EXPECT_LE(heights.lowest_ankle, heights.flat_ankle);
}

}  // namespace
}  // namespace limn
