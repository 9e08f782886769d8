#include "limn/base/ordered_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace limn {
namespace {

TEST(OrderedQueue, GivesItemsInOrderWhateverTheWorkersDo) {
  OrderedQueue<int64_t> queue(
      [](int64_t number) {
        std::this_thread::sleep_for(std::chrono::milliseconds(number % 3));
        return 10 * number;
      },
      5, 45, 4, 3);
  for (int64_t number = 5; number < 45; ++number) EXPECT_EQ(queue.next(), 10 * number);
}

TEST(OrderedQueue, MakesNoMoreAheadThanAsked) {
  std::atomic<int64_t> given = 0, furthest = 0;
  OrderedQueue<int64_t> queue(
      [&](int64_t number) {
        furthest = std::max<int64_t>(furthest, number - given);
        return number;
      },
      0, 200, 3, 4);
  for (int i = 0; i < 200; ++i) {
    queue.next();
    ++given;
  }
  EXPECT_LE(furthest, 4);
}

TEST(OrderedQueue, AWorkersErrorReachesNext) {
  OrderedQueue<int> queue(
      [](int64_t number) -> int {
        if (number == 2) throw std::runtime_error("broken");
        return 0;
      },
      0, 10, 2, 4);
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) queue.next();
      },
      std::runtime_error);
}

TEST(OrderedQueue, EndsWithItemsNobodyTook) {
  OrderedQueue<int> queue([](int64_t) { return 1; }, 0, 1000, 2, 8);
  EXPECT_EQ(queue.next(), 1);
}

}  // namespace
}  // namespace limn
