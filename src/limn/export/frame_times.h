// The frames of a video by their times. Private to export/.
#pragma once

#include <cmath>

#include "limn/export/pose_json.h"

namespace limn {

/// Frames a second, to four decimals, of `steps` frames in `seconds`.
inline double frame_rate_of(int64_t steps, double seconds) {
  return std::round(1e4 * static_cast<double>(steps) / seconds) / 1e4;
}

}  // namespace limn
