#include "limn/infer/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limn/base/random.h"

namespace limn {
namespace {

using Costs = std::vector<std::vector<double>>;

TEST(CheapestPairs, TakesTheBestSumNotTheBestPair) {
  EXPECT_EQ(cheapest_pairs({{1, 2}, {2, 10}}), (std::vector<int>{1, 0}));
}

TEST(CheapestPairs, LeavesOutWhatMustNotBe) {
  EXPECT_EQ(cheapest_pairs({{never, 5}, {never, 1}}), (std::vector<int>{-1, 1}));
  EXPECT_EQ(cheapest_pairs({{never}}), (std::vector<int>{-1}));
  EXPECT_EQ(cheapest_pairs({}), (std::vector<int>{}));
  EXPECT_EQ(cheapest_pairs({{}, {}}), (std::vector<int>{-1, -1}));
  // Two dear pairs rather than one cheap one: everybody who can be is somebody's.
  EXPECT_EQ(cheapest_pairs({{0, 9}, {9, never}}), (std::vector<int>{1, 0}));
}

TEST(CheapestPairs, IsAsCheapAsTheBestOfAllPermutations) {
  Random random(3, "costs");
  for (int trial = 0; trial < 40; ++trial) {
    const size_t rows = 1 + random.integer(4), columns = rows + random.integer(2);
    Costs costs(rows, std::vector<double>(columns));
    for (auto& row : costs)
      for (double& cost : row) cost = random.uniform(0, 5);
    std::vector<size_t> order(columns);
    std::iota(order.begin(), order.end(), size_t{0});
    double best = never;
    do {
      double sum = 0;
      for (size_t r = 0; r < rows; ++r) sum += costs[r][order[r]];
      best = std::min(best, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    double sum = 0;
    const std::vector<int> pairs = cheapest_pairs(costs);
    for (size_t r = 0; r < rows; ++r) sum += costs[r][static_cast<size_t>(pairs[r])];
    EXPECT_NEAR(sum, best, 1e-9);
    const std::vector<int> transposed = cheapest_pairs([&] {
      Costs t(columns, std::vector<double>(rows));
      for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < columns; ++c) t[c][r] = costs[r][c];
      return t;
    }());
    double across = 0;
    for (size_t c = 0; c < columns; ++c)
      if (transposed[c] >= 0) across += costs[static_cast<size_t>(transposed[c])][c];
    EXPECT_NEAR(across, best, 1e-9);
  }
}

}  // namespace
}  // namespace limn
