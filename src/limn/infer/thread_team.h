// Threads that stay, for pieces of work too short to start threads for. Private to infer/.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace limn {

class ThreadTeam {
 public:
  /// `size` threads, the caller of run() among them.
  explicit ThreadTeam(int size);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int size() const { return static_cast<int>(helpers_.size()) + 1; }

  /// Calls task() here and on those other threads that come before it is over here; returns when all calls are and
  /// throws what the first to fail threw. A task takes its pieces of work from counters and must come to an end on this
  /// thread alone: on a busy machine nobody else may come in time, and one may come twice. False, and nothing done,
  /// while the team works for somebody else.
  bool run(const std::function<void()>& task);

 private:
  void help();
  void attempt() noexcept;

  std::atomic<bool> busy_{false}, open_{false}, stop_{false};
  const std::function<void()>* task_ = nullptr;
  std::atomic<uint32_t> started_{0};  ///< tasks so far
  std::atomic<int> inside_{0};        ///< helpers that look whether a task is open, or work on it
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> helpers_;
};

/// Pieces of one step of a task, given out one by one.
class Pieces {
 public:
  void reset() {
    next_.store(0, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
  }
  /// Does pieces 0 ... count - 1 together with other threads that call this; returns when all are done.
  template <class Work>
  void work(int count, const Work& work) {
    for (int i = next_.fetch_add(1); i < count; i = next_.fetch_add(1)) {
      work(i);
      done_.fetch_add(1, std::memory_order_release);
    }
    wait_for(count);
  }

 private:
  void wait_for(int count) const;
  std::atomic<int> next_{0}, done_{0};
};

}  // namespace limn
