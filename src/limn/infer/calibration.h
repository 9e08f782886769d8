// What eight bits have to span: the ranges of a model's products, from pictures of synthetic people.
#pragma once

#include <cstdint>
#include <functional>

#include "limn/network/model_file.h"

namespace limn {

struct CalibrationSettings {
  int pictures = 64;
  uint64_t seed = 1;
};

/// Sets model.ranges for every product of stages 1 and 2 that is never negative: the range whose rounding and clipping
/// to bytes have the least squared error over the values seen. The same settings give the same ranges. `progress` is
/// called after each picture with how many are done, of two rounds. Error(usage) unless pictures lies in [1, 10000].
void calibrate(ModelFile& model, const CalibrationSettings& settings = {},
               const std::function<void(int done, int all)>& progress = {});

/// The range r of values in [0, largest], given how many fall in each of equal bins, for which bytes r k / 255 are
/// nearest. Zeros are exact with any range: leave them out of the counts.
float best_range(const std::vector<int64_t>& counts, float largest);

}  // namespace limn
