#include "limn/infer/thread_team.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace limn {
namespace {

TEST(ThreadTeam, MeetsBetweenTheStepsOfATask) {
  for (const int size : {1, 2, 5}) {
    ThreadTeam team(size);
    for (int repeat = 0; repeat < 5; ++repeat) {
      std::vector<int> values(size, 0), seen(size, 0);
      const bool done = team.run([&](int part) {
        for (int step = 1; step <= 20; ++step) {
          values[part] = step;
          team.meet();
          for (const int value : values) seen[part] += value == step;
          team.meet();
        }
      });
      EXPECT_TRUE(done);
      EXPECT_EQ(seen, std::vector<int>(size, 20 * size));
    }
  }
}

TEST(ThreadTeam, ThrowsWhatAPartThrewAndGoesOn) {
  ThreadTeam team(3);
  for (const int bad : {0, 2})
    EXPECT_THROW(team.run([&](int part) {
      if (part == bad) throw std::runtime_error("bad part");
    }),
                 std::runtime_error);
  std::atomic<int> parts = 0;
  EXPECT_TRUE(team.run([&](int) { ++parts; }));
  EXPECT_EQ(parts, 3);
}

TEST(ThreadTeam, IsNotLentTwice) {
  ThreadTeam team(2);
  bool second = true;
  EXPECT_TRUE(team.run([&](int part) {
    if (part == 0) second = team.run([](int) {});
  }));
  EXPECT_FALSE(second);
}

}  // namespace
}  // namespace limn
