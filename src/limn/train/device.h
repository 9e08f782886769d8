// What the arithmetic of a run is done on, and in which numbers.
#pragma once

#include <torch/types.h>

#include <string>

namespace limn {

/// "auto", "cpu", "cuda:N" -> device; Error(model) when the GPU asked for is not there. "auto" and "cuda" take GPU
/// `local_rank` of those that the process sees, counted round.
torch::Device device_from_name(const std::string& name, int local_rank = 0);

/// "auto", "float32", "bfloat16" -> type of the convolutions (Network::set_arithmetic). "auto": bfloat16 where the processor
/// multiplies it (Intel AMX, AVX512_BF16), float32 elsewhere.
torch::ScalarType precision_from_name(const std::string& name, torch::Device device);

}  // namespace limn
