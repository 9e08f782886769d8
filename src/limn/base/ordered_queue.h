// Items made ahead by worker threads and given out in order: what comes out does not depend on the number of workers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace limn {

/// Makes items first, first + 1 ... last - 1 with `workers` threads, at most `queue` ahead of the one given out. What
/// `make` throws for an item is thrown by next() in that item's place, after all items before it. `make` is called from
/// several threads at once.
template <class Item>
class OrderedQueue {
 public:
  using Maker = std::function<Item(int64_t number)>;
  OrderedQueue(Maker make, int64_t first, int64_t last, int workers, int queue)
      : make_(std::move(make)), next_to_make_(first), next_to_give_(first), last_(last), queue_(queue) {
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
  }
  ~OrderedQueue() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  OrderedQueue(const OrderedQueue&) = delete;
  OrderedQueue& operator=(const OrderedQueue&) = delete;

  /// The next item, at most last - first times; waits for it.
  Item next() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ready_.count(next_to_give_) != 0 || (failure_ && next_to_give_ == failed_at_); });
    if (ready_.count(next_to_give_) == 0) std::rethrow_exception(failure_);
    Item item = std::move(ready_.extract(next_to_give_).mapped());
    ++next_to_give_;
    waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    changed_.notify_all();
    return item;
  }
  /// Seconds that next() has waited, in all.
  double waited() const { return waited_; }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    const auto done = [&] { return stop_ || failure_ || next_to_make_ >= last_; };
    while (true) {
      changed_.wait(lock, [&] { return done() || next_to_make_ < next_to_give_ + queue_; });
      if (done()) return;
      const int64_t number = next_to_make_++;
      lock.unlock();
      Item item{};
      std::exception_ptr failure;
      try {
        item = make_(number);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      if (failure && (!failure_ || number < failed_at_))
        failure_ = failure, failed_at_ = number;
      else if (!failure)
        ready_.emplace(number, std::move(item));
      changed_.notify_all();
    }
  }

  Maker make_;
  int64_t next_to_make_, next_to_give_, last_;
  int queue_;
  double waited_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;  ///< of the first item that failed; those before it are still given out
  int64_t failed_at_ = 0;
  std::map<int64_t, Item> ready_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> workers_;
};

}  // namespace limn
