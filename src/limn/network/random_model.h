// A whole model with untrained weights: what tests and benchmarks use where only shapes matter.
#pragma once

#include <cstdint>

#include "limn/network/architectures.h"
#include "limn/network/model_file.h"

namespace limn {

/// The networks of `options` (its channels, keypoints and lifter sizes are taken from the skeleton), He-initialised.
ModelFile random_model(const Skeleton& skeleton, const std::string& grouping, ArchitectureOptions options,
                       uint64_t seed);

/// Adds a temporal lifter (its features and outputs are taken from the skeleton), likewise.
void add_random_temporal_lifter(ModelFile& model, TemporalArchitecture options, double step_s, uint64_t seed);

}  // namespace limn
