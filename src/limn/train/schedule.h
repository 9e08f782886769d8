// The learning rate over a run.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace limn {

/// Share of the full rate at `step` of `total`: a linear rise over `warmup` steps, times half a cosine from 1 to
/// `last`.
inline double rate_share(int64_t step, int64_t total, int64_t warmup, double last) {
  const double warm = warmup > 0 ? std::min(1.0, (static_cast<double>(step) + 1) / static_cast<double>(warmup)) : 1.0;
  const double turn = std::numbers::pi * static_cast<double>(step) / static_cast<double>(std::max<int64_t>(1, total));
  return warm * (last + (1 - last) * 0.5 * (1 + std::cos(turn)));
}

}  // namespace limn
