// The sample sheet: one row a picture, to look at while training.
#pragma once

#include "limn/cycle/cycle.h"
#include "limn/data/real_pairs.h"
#include "limn/synth/sample.h"

namespace limn {

/// Columns: x with p2d, skeleton image y coloured by channel, p2d^ over x, y^, x', x^. Rows: four held-out synthetic people,
/// then four unlabelled pictures when there are any.
Image sample_sheet(const Cycle& cycle, const std::vector<SynthSample>& people, const RealPairs* real, uint64_t seed,
                   torch::Device device);

}  // namespace limn
