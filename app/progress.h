// How far a long task is, on stderr: one line that is rewritten on a terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <string>

namespace limn::app {

class Progress {
 public:
  /// `total` 0 where it is not known.
  Progress(std::string unit, long long total, bool quiet);
  ~Progress();

  void step();
  long long count() const { return count_; }
  double per_second() const;

 private:
  void print(bool last);

  std::string unit_;
  long long total_, count_ = 0;
  bool quiet_, terminal_;
  std::chrono::steady_clock::time_point start_, printed_;
};

}  // namespace limn::app
