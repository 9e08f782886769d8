// Ranks that are threads of the test's own process.
#pragma once

#include <torch/torch.h>

#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "limn/cycle/ranks.h"

namespace limn::test {

/// Runs `work` once a rank, each in a thread of its own. It must not throw: the others would wait for ever.
inline void on_ranks(int size, const std::function<void(Ranks&)>& work) {
  struct Shared {
    explicit Shared(int size) : slots(size), all(size) {}
    std::vector<torch::Tensor> slots;
    std::barrier<> all;
  } shared(size);
  struct ThreadRank : Ranks {
    ThreadRank(int rank, Shared& shared) : rank_(rank), shared_(shared) {}
    int rank() const override { return rank_; }
    int size() const override { return static_cast<int>(shared_.slots.size()); }
    void sum(torch::Tensor tensor) override {
      shared_.slots[rank_] = tensor;
      shared_.all.arrive_and_wait();
      const torch::Tensor total = torch::stack(shared_.slots).sum(0);
      shared_.all.arrive_and_wait();
      tensor.copy_(total);
      shared_.all.arrive_and_wait();
    }
    int rank_;
    Shared& shared_;
  };
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank)
    threads.emplace_back([&shared, &work, rank] {
      ThreadRank self(rank, shared);
      work(self);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace limn::test
