#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace limn::app {
namespace {

constexpr double terminal_every_s = 0.2, plain_every_s = 10;

double seconds_since(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

Progress::Progress(std::string unit, long long total, bool quiet)
    : unit_(std::move(unit)),
      total_(total),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()),
      printed_(start_) {}

Progress::~Progress() {
  if (count_ > 0 && !quiet_) print(true);
}

void Progress::step() {
  ++count_;
  if (!quiet_ && seconds_since(printed_) >= (terminal_ ? terminal_every_s : plain_every_s)) print(false);
}

double Progress::per_second() const { return count_ / std::max(seconds_since(start_), 1e-9); }

void Progress::print(bool last) {
  printed_ = std::chrono::steady_clock::now();
  std::fprintf(stderr, "%s%s %lld", terminal_ ? "\r" : "", unit_.c_str(), count_);
  if (total_ >= count_) std::fprintf(stderr, "/%lld", total_);
  std::fprintf(stderr, ", %.1f/s", per_second());
  if (!last && total_ > count_)
    std::fprintf(stderr, ", %.0f s left", static_cast<double>(total_ - count_) / per_second());
  std::fprintf(stderr, terminal_ ? (last ? "\033[K\n" : "\033[K") : "\n");
  std::fflush(stderr);
}

}  // namespace limn::app
