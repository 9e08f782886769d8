#include "limn/infer/kernels.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {

typedef float Float4 __attribute__((vector_size(16)));
typedef float Float8 __attribute__((vector_size(32)));
typedef float Float16 __attribute__((vector_size(64)));

/// The sums stay in registers over the whole depth: `rows` x `vectors` of them, fitted to each register file. For that
/// the loops over them must be unrolled.
template <class Vector, int rows, int vectors>
[[gnu::always_inline]] inline void gemm_tile(int depth, const float* a, const float* b, float* tile) {
  constexpr int lanes = sizeof(Vector) / sizeof(float);
  typedef Vector Unaligned __attribute__((aligned(4), may_alias));  // memory of std::vector
  Vector sum[rows][vectors];
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) sum[m][v] = Vector{};
  for (int k = 0; k < depth; ++k, a += rows, b += vectors * lanes) {
#pragma GCC unroll 8
    for (int m = 0; m < rows; ++m)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sum[m][v] += a[m] * *reinterpret_cast<const Unaligned*>(b + v * lanes);
  }
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) *reinterpret_cast<Unaligned*>(tile + (m * vectors + v) * lanes) = sum[m][v];
}

void gemm_baseline(int depth, const float* a, const float* b, float* tile) {
  gemm_tile<Float4, 4, 2>(depth, a, b, tile);
}

#if defined(__x86_64__)
[[gnu::target("arch=x86-64-v3")]] void gemm_avx2(int depth, const float* a, const float* b, float* tile) {
  gemm_tile<Float8, 4, 2>(depth, a, b, tile);
}
[[gnu::target("arch=x86-64-v4")]] void gemm_avx512(int depth, const float* a, const float* b, float* tile) {
  gemm_tile<Float16, 8, 2>(depth, a, b, tile);
}
#endif

}  // namespace

const std::vector<GemmKernel>& gemm_kernels() {
  static const std::vector<GemmKernel> kernels = [] {
    std::vector<GemmKernel> usable;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) usable.push_back({"AVX-512", 8, 32, gemm_avx512});
    if (__builtin_cpu_supports("x86-64-v3")) usable.push_back({"AVX2", 4, 16, gemm_avx2});
#endif
    usable.push_back({"baseline", 4, 8, gemm_baseline});
    return usable;
  }();
  return kernels;
}

void upsample_twice(const FeatureShape& in_shape, const float* in, float* out) {
  const int h = in_shape.height, w = in_shape.width;
  for (int c = 0; c < in_shape.channels; ++c)
    for (int y = 0; y < 2 * h; ++y, out += 2 * w) {
      // Output centre y + 0.5 lies a quarter of an input pixel above or below the centre of input row y / 2.
      const int near_row = y / 2, far_row = std::clamp(y % 2 == 0 ? near_row - 1 : near_row + 1, 0, h - 1);
      const float* near = in + (static_cast<size_t>(c) * h + near_row) * w;
      const float* far = in + (static_cast<size_t>(c) * h + far_row) * w;
      const auto column = [&](int x) { return 0.75f * near[x] + 0.25f * far[x]; };
      float before = column(0), here = before;
      for (int x = 0; x < w; ++x) {
        const float after = x + 1 < w ? column(x + 1) : here;
        out[2 * x] = 0.75f * here + 0.25f * before;
        out[2 * x + 1] = 0.75f * here + 0.25f * after;
        before = here;
        here = after;
      }
    }
}

void average_pool(const FeatureShape& in_shape, const float* in, float* out) {
  const int h = in_shape.height, w = in_shape.width;
  for (int c = 0; c < in_shape.channels; ++c)
    for (int y = 0; y < h / 2; ++y) {
      const float* top = in + (static_cast<size_t>(c) * h + 2 * y) * w;
      for (int x = 0; x < w / 2; ++x)
        *out++ = 0.25f * (top[2 * x] + top[2 * x + 1] + top[w + 2 * x] + top[w + 2 * x + 1]);
    }
}

void activate(Activation activation, float* values, size_t count) {
  switch (activation) {
    case Activation::none:
      return;
    case Activation::relu:
      for (size_t i = 0; i < count; ++i) values[i] = values[i] > 0 ? values[i] : 0;
      return;
    case Activation::leaky_relu:
      for (size_t i = 0; i < count; ++i) values[i] = values[i] > 0 ? values[i] : 0.2f * values[i];
      return;
    case Activation::sigmoid:
      for (size_t i = 0; i < count; ++i) values[i] = 1.0f / (1.0f + std::exp(-values[i]));
      return;
  }
}

}  // namespace limn
