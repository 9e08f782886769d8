#include "limn/cycle/bfloat16_kernels.h"

#include <algorithm>
#include <bit>
#include <limits>

// GCC writes one function for each processor; other compilers write one for all.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LIMN_CLONES __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define LIMN_CLONES
#endif
#define LIMN_INLINE inline __attribute__((always_inline))
#define LIMN_LAMBDA __attribute__((always_inline))

namespace limn::kernels {
namespace {

LIMN_INLINE float wide(Bfloat16 x) { return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16); }

/// To the nearest, halves to the even one.
LIMN_INLINE Bfloat16 narrow(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<Bfloat16>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/// `body(C)` with a C that the compiler knows where it is a usual one.
template <class Body>
LIMN_INLINE void with_channels(int channels, const Body& body) {
  switch (channels) {
    case 16:
      return body(16);
    case 32:
      return body(32);
    case 64:
      return body(64);
    case 128:
      return body(128);
    default:
      return body(channels);
  }
}

/// `body(g)` with the gradient where y lets it pass: everywhere without y.
template <class Body>
LIMN_INLINE void with_mask(const Bfloat16* y, const Body& body) {
  if (y)
    body([y](float g, std::int64_t i) LIMN_LAMBDA { return static_cast<std::int16_t>(y[i]) > 0 ? g : 0.0f; });
  else
    body([](float g, std::int64_t) LIMN_LAMBDA { return g; });
}

}  // namespace

LIMN_CLONES void column_sums(const Bfloat16* x, std::int64_t rows, int channels, float* __restrict sums,
                             float* __restrict squares) {
  std::fill_n(sums, channels, 0.0f);
  std::fill_n(squares, channels, 0.0f);
  with_channels(channels, [&](int count) LIMN_LAMBDA {
    for (std::int64_t r = 0; r < rows; ++r)
      for (int c = 0; c < count; ++c) {
        const float value = wide(x[r * count + c]);
        sums[c] += value;
        squares[c] += value * value;
      }
  });
}

LIMN_CLONES void scale_shift(const Bfloat16* x, std::int64_t rows, int channels, const float* __restrict scale,
                             const float* __restrict shift, bool relu, Bfloat16* __restrict y) {
  const float least = relu ? 0.0f : -std::numeric_limits<float>::infinity();
  with_channels(channels, [&](int count) LIMN_LAMBDA {
    for (std::int64_t r = 0; r < rows; ++r)
      for (int c = 0; c < count; ++c) {
        const float value = scale[c] * wide(x[r * count + c]) + shift[c];
        y[r * count + c] = narrow(value < least ? least : value);
      }
  });
}

LIMN_CLONES void gradient_sums(const Bfloat16* g, const Bfloat16* x, const Bfloat16* y, std::int64_t rows, int channels,
                               float* __restrict sums, float* __restrict products) {
  std::fill_n(sums, channels, 0.0f);
  std::fill_n(products, channels, 0.0f);
  with_mask(y, [&](const auto& passed) LIMN_LAMBDA {
    with_channels(channels, [&](int count) LIMN_LAMBDA {
      for (std::int64_t r = 0; r < rows; ++r)
        for (int c = 0; c < count; ++c) {
          const std::int64_t i = r * count + c;
          const float gradient = passed(wide(g[i]), i);
          sums[c] += gradient;
          products[c] += gradient * wide(x[i]);
        }
    });
  });
}

LIMN_CLONES void norm_gradient(const Bfloat16* g, const Bfloat16* x, const Bfloat16* y, std::int64_t rows, int channels,
                               const float* __restrict a, const float* __restrict b, const float* __restrict c,
                               Bfloat16* __restrict dx) {
  with_mask(y, [&](const auto& passed) LIMN_LAMBDA {
    with_channels(channels, [&](int count) LIMN_LAMBDA {
      for (std::int64_t r = 0; r < rows; ++r)
        for (int k = 0; k < count; ++k) {
          const std::int64_t i = r * count + k;
          dx[i] = narrow(a[k] * passed(wide(g[i]), i) + b[k] * wide(x[i]) + c[k]);
        }
    });
  });
}

LIMN_CLONES void sum_relu(const Bfloat16* a, const Bfloat16* b, std::int64_t count, Bfloat16* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float sum = wide(a[i]) + wide(b[i]);
    y[i] = narrow(sum < 0 ? 0.0f : sum);
  }
}

LIMN_CLONES void relu_gradient(const Bfloat16* g, const Bfloat16* y, std::int64_t count, Bfloat16* __restrict dx) {
  // A mask instead of a choice: GCC would jump, and every other jump would be a surprise.
  for (std::int64_t i = 0; i < count; ++i)
    dx[i] = static_cast<Bfloat16>(g[i] & -static_cast<int>(static_cast<std::int16_t>(y[i]) > 0));
}

// Half-pixel centres: output 2i lies a quarter of a pixel before input i, 2i + 1 a quarter after it; beyond the border
// the last pixel repeats, so that the first and the last output equal an input.

LIMN_CLONES void upsample(const Bfloat16* x, int height, int width, int channels, float* __restrict scratch,
                          Bfloat16* __restrict y) {
  const std::int64_t row = static_cast<std::int64_t>(width) * channels;
  for (int out = 0; out < 2 * height; ++out) {
    const int near = out / 2, far = std::clamp(out % 2 == 0 ? near - 1 : near + 1, 0, height - 1);
    const Bfloat16 *near_row = x + near * row, *far_row = x + far * row;
    for (std::int64_t i = 0; i < row; ++i) scratch[i] = 0.75f * wide(near_row[i]) + 0.25f * wide(far_row[i]);
    for (int column = 0; column < width; ++column) {
      const float* middle = scratch + static_cast<std::int64_t>(column) * channels;
      const float* left = column > 0 ? middle - channels : middle;
      const float* right = column + 1 < width ? middle + channels : middle;
      Bfloat16* pair = y + (static_cast<std::int64_t>(out) * width + column) * 2 * channels;
      for (int c = 0; c < channels; ++c) pair[c] = narrow(0.75f * middle[c] + 0.25f * left[c]);
      for (int c = 0; c < channels; ++c) pair[channels + c] = narrow(0.75f * middle[c] + 0.25f * right[c]);
    }
  }
}

LIMN_CLONES void upsample_gradient(const Bfloat16* g, int height, int width, int channels, float* __restrict scratch,
                                   Bfloat16* __restrict dx) {
  const std::int64_t row = 2 * static_cast<std::int64_t>(width) * channels;
  const auto weight = [](int from, int to, int count) {  // of input `to` in output `from`
    const int near = from / 2, far = std::clamp(from % 2 == 0 ? near - 1 : near + 1, 0, count - 1);
    return (near == to ? 0.75f : 0.0f) + (far == to ? 0.25f : 0.0f);
  };
  for (int r = 0; r < height; ++r) {
    std::fill_n(scratch, row, 0.0f);
    for (int from = std::max(0, 2 * r - 1); from <= std::min(2 * height - 1, 2 * r + 2); ++from) {
      const float share = weight(from, r, height);
      const Bfloat16* source = g + from * row;
      for (std::int64_t i = 0; i < row; ++i) scratch[i] += share * wide(source[i]);
    }
    for (int column = 0; column < width; ++column) {
      const int first = std::max(0, 2 * column - 1), last = std::min(2 * width - 1, 2 * column + 2);
      const float* at[4];
      float share[4];
      for (int k = 0; k < 4; ++k) {
        const int from = std::min(first + k, last);
        at[k] = scratch + static_cast<std::int64_t>(from) * channels;
        share[k] = first + k <= last ? weight(from, column, width) : 0.0f;
      }
      Bfloat16* out = dx + (static_cast<std::int64_t>(r) * width + column) * channels;
      for (int c = 0; c < channels; ++c)
        out[c] = narrow(share[0] * at[0][c] + share[1] * at[1][c] + share[2] * at[2][c] + share[3] * at[3][c]);
    }
  }
}

}  // namespace limn::kernels
