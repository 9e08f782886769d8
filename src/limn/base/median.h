// The middle one of some numbers.
#pragma once

#include <algorithm>
#include <vector>

namespace limn {

/// Of one or more finite values; the upper one of the two middle ones of an even count.
inline float median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace limn
