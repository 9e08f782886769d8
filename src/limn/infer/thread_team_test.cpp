#include "limn/infer/thread_team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace limn {
namespace {

TEST(ThreadTeam, DoesEveryPieceOnceAndEachStepAfterTheOneBefore) {
  constexpr int steps = 20, pieces = 12;
  for (const int size : {1, 2, 5}) {
    ThreadTeam team(size);
    for (int repeat = 0; repeat < 20; ++repeat) {
      const auto each = std::make_unique<Pieces[]>(steps);
      std::vector<int> values(pieces, 0);
      std::atomic<int> wrong = 0;
      EXPECT_TRUE(team.run([&] {
        for (int step = 0; step < steps; ++step) each[step].work(pieces, [&](int i) { wrong += values[i]++ != step; });
      }));
      EXPECT_EQ(wrong, 0);
      EXPECT_EQ(values, std::vector<int>(pieces, steps));
    }
  }
}

TEST(ThreadTeam, OthersCome) {
  ThreadTeam team(3);
  std::mutex mutex;
  std::vector<std::thread::id> seen;
  const auto others = [&] {
    const std::lock_guard lock(mutex);
    return seen.size() > 1;
  };
  EXPECT_TRUE(team.run([&] {
    {
      const std::lock_guard lock(mutex);
      if (std::find(seen.begin(), seen.end(), std::this_thread::get_id()) == seen.end())
        seen.push_back(std::this_thread::get_id());
    }
    while (!others()) std::this_thread::yield();
  }));
  EXPECT_TRUE(others());
}

TEST(ThreadTeam, ThrowsWhatFailedAndGoesOn) {
  ThreadTeam team(3);
  EXPECT_THROW(team.run([] { throw std::runtime_error("bad piece"); }), std::runtime_error);
  std::atomic<int> calls = 0;
  EXPECT_TRUE(team.run([&] { ++calls; }));
  EXPECT_GE(calls, 1);
}

TEST(ThreadTeam, IsNotLentTwice) {
  ThreadTeam team(2);
  std::atomic<bool> second = false;
  EXPECT_TRUE(team.run([&] {
    if (team.run([] {})) second = true;
  }));
  EXPECT_FALSE(second);
}

}  // namespace
}  // namespace limn
