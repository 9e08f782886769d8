// Process groups whose ranks are threads of the test's own process.
#pragma once

#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "limn/train/process_group.h"
#include "support/free_port.h"

namespace limn::test {

/// Runs `work` once a rank, each in a thread of its own with a group of its own; throws what the first of them threw.
inline void in_groups(int size, const std::function<void(ProcessGroup&)>& work) {
  const int port = free_port();
  std::vector<std::exception_ptr> failures(size);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank)
    threads.emplace_back([&, rank] {
      try {
        Launch launch;
        launch.rank = rank;
        launch.size = size;
        launch.port = port;
        ProcessGroup group(launch, torch::kCPU, std::chrono::seconds(60));
        work(group);
      } catch (...) {
        failures[rank] = std::current_exception();
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace limn::test
