#include "limn/skeleton/temporal_code.h"

#include <algorithm>
#include <cmath>

namespace limn {

int temporal_frame_size(const Skeleton& skeleton, bool bone_depths) {
  return lifter_input_size(skeleton, bone_depths) + lifter_output_size(skeleton) + 3;
}

std::vector<int> window_frames(int frame, int count, double frame_rate, int length, double step_s) {
  std::vector<int> frames;
  for (int place = -(length / 2); place <= length / 2; ++place) {
    const double wanted = place * step_s * frame_rate;
    const long away = std::lround(wanted);
    const long found = std::abs(static_cast<double>(away) - wanted) < 0.5 * step_s * frame_rate ? frame + away : -1;
    frames.push_back(found >= 0 && found < count ? static_cast<int>(found) : -1);
  }
  return frames;
}

void fill_window(std::span<const FrameCode* const> frames, std::vector<float>& window) {
  const FrameCode& middle = *frames[frames.size() / 2];
  const size_t size = middle.input.size() + middle.output.size() + 3;
  window.assign(frames.size() * size, 0.0f);
  auto to = window.begin();
  for (const FrameCode* frame : frames) {
    if (frame != nullptr) {
      auto at = std::copy(frame->input.begin(), frame->input.end(), to);
      at = std::copy(frame->output.begin(), frame->output.end(), at);
      const Vec2 shift = (frame->normalisation.centre - middle.normalisation.centre) / middle.normalisation.spread;
      for (int k = 0; k < 2; ++k) *at++ = std::clamp(shift[k], -farthest_shift, farthest_shift);
      const float ratio = std::log(frame->normalisation.spread / middle.normalisation.spread);
      *at = std::clamp(ratio, -largest_log_ratio, largest_log_ratio);
    }
    to += static_cast<std::ptrdiff_t>(size);
  }
}

}  // namespace limn
