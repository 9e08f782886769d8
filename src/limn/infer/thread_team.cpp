#include "limn/infer/thread_team.h"

#include <utility>

namespace limn {
namespace {

constexpr int spins = 1000;  // tens of microseconds: longer than pieces of a step differ, far below a time slice

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

ThreadTeam::ThreadTeam(int size) {
  for (int i = 1; i < size; ++i) helpers_.emplace_back([this] { help(); });
}

ThreadTeam::~ThreadTeam() {
  stop_ = true;
  started_.fetch_add(1);
  started_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

bool ThreadTeam::run(const std::function<void()>& task) {
  if (busy_.exchange(true)) return false;
  task_ = &task;
  open_ = true;
  started_.fetch_add(1);
  started_.notify_all();
  attempt();
  // Whoever comes from now on sees that it is closed; whoever saw it open is counted (both sequentially consistent).
  open_ = false;
  for (int i = 0; inside_ != 0; ++i) i < spins ? pause() : std::this_thread::yield();
  const std::exception_ptr failure = std::exchange(failure_, nullptr);
  busy_ = false;
  if (failure) std::rethrow_exception(failure);
  return true;
}

void ThreadTeam::help() {
  for (uint32_t seen = 0;;) {
    for (int i = 0; i < spins && started_ == seen; ++i) pause();
    started_.wait(seen);
    seen = started_;
    if (stop_) return;
    ++inside_;
    if (open_) attempt();
    --inside_;
  }
}

void ThreadTeam::attempt() noexcept {
  try {
    (*task_)();
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

void Pieces::wait_for(int count) const {
  for (int i = 0; done_.load(std::memory_order_acquire) < count; ++i) i < spins ? pause() : std::this_thread::yield();
}

}  // namespace limn
