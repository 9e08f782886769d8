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

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  /// task(part), part 0 ... size() - 1, each on a thread of its own; returns when all are done and throws what the
  /// first to fail threw. False, and nothing done, while the team works for somebody else.
  bool run(const std::function<void(int part)>& task);

  /// Within a task: waits until all parts are here. All of them must call it, and none may throw.
  void meet();

 private:
  void work(int part);
  void attempt(int part) noexcept;

  std::atomic<bool> busy_{false};
  const std::function<void(int)>* task_ = nullptr;
  std::atomic<uint32_t> started_{0};   ///< tasks so far
  std::atomic<int> unfinished_{0};     ///< parts of the current task, but the caller's
  std::atomic<uint32_t> meetings_{0};  ///< meetings that are over
  std::atomic<int> arrived_{0};        ///< at the current meeting
  std::atomic<bool> stop_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace limn
