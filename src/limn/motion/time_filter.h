// Means and envelopes over time.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace limn {

/// Gaussian mean of values of neighbouring frames, without lag; at the ends of what there is. `deviation` in frames.
template <class Value>
std::vector<Value> smoothed_over_time(const std::vector<Value>& values, double deviation) {
  const int count = static_cast<int>(values.size()), reach = static_cast<int>(std::ceil(3 * deviation));
  std::vector<Value> result;
  result.reserve(values.size());
  for (int t = 0; t < count; ++t) {
    Value sum = values[t] * 0.0f;
    double total = 0;
    for (int s = std::max(0, t - reach); s <= std::min(count - 1, t + reach); ++s) {
      const double weight = std::exp(-0.5 * (s - t) * (s - t) / std::max(1e-12, deviation * deviation));
      sum += static_cast<float>(weight) * values[s];
      total += weight;
    }
    result.push_back(sum * static_cast<float>(1 / total));
  }
  return result;
}

/// A smooth curve that is nowhere below `values`: their largest within `reach` frames, then the mean over as many.
inline std::vector<float> envelope_over_time(const std::vector<float>& values, int reach) {
  const int count = static_cast<int>(values.size());
  std::vector<float> highest(values.size()), result(values.size());
  const auto window = [&](const std::vector<float>& of, int t) {
    return std::pair(of.begin() + std::max(0, t - reach), of.begin() + std::min(count, t + reach + 1));
  };
  for (int t = 0; t < count; ++t) {
    const auto [from, to] = window(values, t);
    highest[t] = *std::max_element(from, to);
  }
  for (int t = 0; t < count; ++t) {
    const auto [from, to] = window(highest, t);
    float sum = 0;
    for (auto at = from; at != to; ++at) sum += *at;
    result[t] = sum / static_cast<float>(to - from);
  }
  return result;
}

}  // namespace limn
