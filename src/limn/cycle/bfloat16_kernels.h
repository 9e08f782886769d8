// What lies between convolutions, over pictures in bfloat16 whose channels lie last: [rows C] with rows = N H W. Sums
// are taken in float32. Compiled for several processors; the one at hand is chosen when the program is loaded.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// The upper half of a float32, as stored.
using Bfloat16 = std::uint16_t;

/// sums[C] = sum of x, squares[C] = sum of x^2, both over the rows.
void column_sums(const Bfloat16* x, std::int64_t rows, int channels, float* sums, float* squares);

/// y = scale x + shift, channel by channel; not below 0 with `relu`.
void scale_shift(const Bfloat16* x, std::int64_t rows, int channels, const float* scale, const float* shift, bool relu,
                 Bfloat16* y);

/// The sums over the rows that the gradient of a batch norm needs: of g and of g x. With `y`, g counts only where y >
/// 0.
void gradient_sums(const Bfloat16* g, const Bfloat16* x, const Bfloat16* y, std::int64_t rows, int channels,
                   float* sums, float* products);

/// dx = a g + b x + c, channel by channel; with `y`, g counts only where y > 0.
void norm_gradient(const Bfloat16* g, const Bfloat16* x, const Bfloat16* y, std::int64_t rows, int channels,
                   const float* a, const float* b, const float* c, Bfloat16* dx);

/// y = max(0, a + b), and its gradient: g where y > 0.
void sum_relu(const Bfloat16* a, const Bfloat16* b, std::int64_t count, Bfloat16* y);
void relu_gradient(const Bfloat16* g, const Bfloat16* y, std::int64_t count, Bfloat16* dx);

/// One picture [H W C] -> [2H 2W C], bilinear, half-pixel centres; `scratch` holds W C floats.
void upsample(const Bfloat16* x, int height, int width, int channels, float* scratch, Bfloat16* y);
/// Its gradient, [2H 2W C] -> [H W C]; `scratch` holds 2W C floats.
void upsample_gradient(const Bfloat16* g, int height, int width, int channels, float* scratch, Bfloat16* dx);

}  // namespace limn::kernels
