#include "limn/infer/thread_team.h"

#include <utility>

namespace limn {
namespace {

constexpr int spins = 1000;  // tens of microseconds: longer than parts of a step differ, far below a time slice

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Waits until `value` is another one than `old`: first awake, then asleep.
template <class Value>
void wait_while(const std::atomic<Value>& value, Value old) {
  for (int i = 0; i < spins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadTeam::ThreadTeam(int size) {
  for (int part = 1; part < size; ++part) threads_.emplace_back([this, part] { work(part); });
}

ThreadTeam::~ThreadTeam() {
  stop_ = true;
  started_.fetch_add(1, std::memory_order_release);
  started_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ThreadTeam::run(const std::function<void(int)>& task) {
  if (busy_.exchange(true, std::memory_order_acquire)) return false;
  task_ = &task;
  unfinished_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
  started_.fetch_add(1, std::memory_order_release);
  started_.notify_all();
  attempt(0);
  for (int left = unfinished_.load(std::memory_order_acquire); left != 0;
       left = unfinished_.load(std::memory_order_acquire))
    wait_while(unfinished_, left);
  const std::exception_ptr failure = std::exchange(failure_, nullptr);
  busy_.store(false, std::memory_order_release);
  if (failure) std::rethrow_exception(failure);
  return true;
}

void ThreadTeam::meet() {
  const uint32_t meeting = meetings_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size()) {
    arrived_.store(0, std::memory_order_relaxed);
    meetings_.fetch_add(1, std::memory_order_release);
    meetings_.notify_all();
  } else {
    wait_while(meetings_, meeting);
  }
}

void ThreadTeam::work(int part) {
  for (uint32_t seen = 0;; ++seen) {
    wait_while(started_, seen);
    if (stop_) return;
    attempt(part);
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_all();
  }
}

void ThreadTeam::attempt(int part) noexcept {
  try {
    (*task_)(part);
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

}  // namespace limn
