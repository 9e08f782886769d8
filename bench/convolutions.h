// The convolutions of a model one by one: the runtime's kernels beside oneDNN's (docs/inference.md).
#pragma once

#include <string>

#include "figures.h"

namespace limn::bench {

/// Every convolution of stages 1 and 2, one thread, warm, in turns; in float32, and in eight bits where the model has
/// ranges. oneDNN's columns are there where it is installed; ONEDNN_MAX_CPU_ISA in the environment holds it back
/// (AVX512_CORE_VNNI: without AMX). Processor time, medians. Error(model) as ModelFile::load.
Figures bench_convolutions(const std::string& model, int repetitions);

}  // namespace limn::bench
