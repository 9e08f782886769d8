// A whole model with untrained weights: what tests and benchmarks use where only shapes matter.
#pragma once

#include <cstdint>

#include "limn/network/architectures.h"
#include "limn/network/model_file.h"

namespace limn {

/// The networks of `options` (its channels, keypoints and lifter sizes are taken from the skeleton), He-initialised.
ModelFile random_model(const Skeleton& skeleton, const std::string& grouping, ArchitectureOptions options,
                       uint64_t seed);

}  // namespace limn
