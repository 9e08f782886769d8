// The arithmetic of the runtime engine: one small matrix product a processor generation, and plain loops for the rest.
// Planes are [C H W] floats. Private to infer/.
#pragma once

#include <string>
#include <vector>

#include "limn/network/spec.h"

namespace limn {

/// tile[m][n] = sum over k < depth of a[k][m] b[k][n]; a [depth rows], b [depth columns], tile [rows columns].
struct GemmKernel {
  std::string name;
  int rows = 0, columns = 0;
  void (*run)(int depth, const float* a, const float* b, float* tile) = nullptr;
};

/// Those that this processor can run, the fastest first; the last runs anywhere.
const std::vector<GemmKernel>& gemm_kernels();

/// x2 bilinear, half-pixel centres: in [C H W] -> out [C 2H 2W].
void upsample_twice(const FeatureShape& in_shape, const float* in, float* out);
/// 2x2 mean, stride 2: in [C H W] -> out [C H/2 W/2]; an odd last row or column is left out.
void average_pool(const FeatureShape& in_shape, const float* in, float* out);
void activate(Activation activation, float* values, size_t count);

}  // namespace limn
