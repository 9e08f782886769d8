#include "limn/cycle/bfloat16_layers.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "limn/cycle/bfloat16_kernels.h"

namespace limn {
namespace {

using kernels::Bfloat16;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Sums over so many rows are taken in float32, sums of these in float64: the same numbers with any number of threads.
constexpr int64_t chunk_rows = 512;

Bfloat16* data(const torch::Tensor& t) { return reinterpret_cast<Bfloat16*>(t.data_ptr<at::BFloat16>()); }

int64_t rows_of(const torch::Tensor& x) { return x.size(0) * x.size(2) * x.size(3); }

torch::Tensor channels_last(const torch::Tensor& t) { return t.contiguous(torch::MemoryFormat::ChannelsLast); }

torch::Tensor empty_like_picture(const torch::Tensor& x, int64_t height, int64_t width) {
  return at::empty({x.size(0), x.size(1), height, width}, x.options(), torch::MemoryFormat::ChannelsLast);
}

/// `work(first, rows)` over pieces of the rows, on torch's threads.
void for_chunks(int64_t rows, const std::function<void(int64_t, int64_t)>& work) {
  const int64_t chunks = (rows + chunk_rows - 1) / chunk_rows;
  at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk)
      work(chunk * chunk_rows, std::min(chunk_rows, rows - chunk * chunk_rows));
  });
}

/// Two sums a channel, [2 C], over all rows; `sum(first, rows, sums, others)` gives those of a piece.
using PieceSums = std::function<void(int64_t, int64_t, float*, float*)>;
std::vector<double> total_sums(int64_t rows, int64_t channels, const PieceSums& sum) {
  const int64_t chunks = (rows + chunk_rows - 1) / chunk_rows;
  std::vector<float> pieces(chunks * 2 * channels);
  for_chunks(rows, [&](int64_t first, int64_t count) {
    float* sums = pieces.data() + first / chunk_rows * 2 * channels;
    sum(first, count, sums, sums + channels);
  });
  std::vector<double> totals(2 * channels, 0.0);
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    for (int64_t c = 0; c < 2 * channels; ++c) totals[c] += pieces[chunk * 2 * channels + c];
  return totals;
}

struct NormFunction : torch::autograd::Function<NormFunction> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, torch::Tensor running_mean, torch::Tensor running_variance,
                               double momentum, double epsilon, bool relu) {
    const int64_t rows = rows_of(x), channels = x.size(1);
    const Bfloat16* in = data(x);
    const std::vector<double> sums = total_sums(rows, channels, [&](int64_t first, int64_t n, float* s, float* q) {
      kernels::column_sums(in + first * channels, n, static_cast<int>(channels), s, q);
    });
    torch::Tensor mean = at::empty({channels}, weight.options()), inverse = at::empty({channels}, weight.options());
    std::vector<float> scale(channels), shift(channels);
    for (int64_t c = 0; c < channels; ++c) {
      const double m = sums[c] / rows, variance = std::max(0.0, sums[channels + c] / rows - m * m);
      const double deviation = 1 / std::sqrt(variance + epsilon);
      mean.data_ptr<float>()[c] = static_cast<float>(m);
      inverse.data_ptr<float>()[c] = static_cast<float>(deviation);
      scale[c] = static_cast<float>(weight.data_ptr<float>()[c] * deviation);
      shift[c] = static_cast<float>(bias.data_ptr<float>()[c] - m * scale[c]);
      float& old_mean = running_mean.data_ptr<float>()[c];
      float& old_variance = running_variance.data_ptr<float>()[c];
      old_mean += static_cast<float>(momentum * (m - old_mean));
      old_variance += static_cast<float>(momentum * (variance * rows / std::max<int64_t>(1, rows - 1) - old_variance));
    }
    const torch::Tensor y = empty_like_picture(x, x.size(2), x.size(3));
    for_chunks(rows, [&](int64_t first, int64_t n) {
      kernels::scale_shift(in + first * channels, n, static_cast<int>(channels), scale.data(), shift.data(), relu,
                           data(y) + first * channels);
    });
    context->save_for_backward({x, relu ? y : torch::Tensor(), weight, mean, inverse});
    context->saved_data["relu"] = relu;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &weight = saved[2], &mean = saved[3], &inverse = saved[4];
    const torch::Tensor g = channels_last(gradients[0]);
    const int64_t rows = rows_of(x), channels = x.size(1);
    const Bfloat16 *in = data(x), *gradient = data(g),
                   *out = context->saved_data["relu"].toBool() ? data(saved[1]) : nullptr;
    const auto from = [&](const Bfloat16* p, int64_t row) { return p ? p + row * channels : nullptr; };
    const std::vector<double> sums = total_sums(rows, channels, [&](int64_t first, int64_t n, float* s, float* p) {
      kernels::gradient_sums(from(gradient, first), from(in, first), from(out, first), n, static_cast<int>(channels), s,
                             p);
    });
    torch::Tensor weight_gradient = at::empty_like(mean), bias_gradient = at::empty_like(mean);
    std::vector<float> a(channels), b(channels), c(channels);
    for (int64_t k = 0; k < channels; ++k) {
      const double m = mean.data_ptr<float>()[k], i = inverse.data_ptr<float>()[k], w = weight.data_ptr<float>()[k];
      const double normalised = (sums[channels + k] - m * sums[k]) * i;  // sum of g times the normalised x
      weight_gradient.data_ptr<float>()[k] = static_cast<float>(normalised);
      bias_gradient.data_ptr<float>()[k] = static_cast<float>(sums[k]);
      const double slope = w * i * normalised * i / rows;
      a[k] = static_cast<float>(w * i);
      b[k] = static_cast<float>(-slope);
      c[k] = static_cast<float>(slope * m - w * i * sums[k] / rows);
    }
    const torch::Tensor dx = empty_like_picture(x, x.size(2), x.size(3));
    for_chunks(rows, [&](int64_t first, int64_t n) {
      kernels::norm_gradient(from(gradient, first), from(in, first), from(out, first), n, static_cast<int>(channels),
                             a.data(), b.data(), c.data(), data(dx) + first * channels);
    });
    return {dx, weight_gradient, bias_gradient, {}, {}, {}, {}, {}};
  }
};

struct SumReluFunction : torch::autograd::Function<SumReluFunction> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor y = empty_like_picture(a, a.size(2), a.size(3));
    for_chunks(rows_of(a), [&, c = a.size(1)](int64_t first, int64_t n) {
      kernels::sum_relu(data(a) + first * c, data(b) + first * c, n * c, data(y) + first * c);
    });
    context->save_for_backward({y});
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::Tensor y = context->get_saved_variables()[0], g = channels_last(gradients[0]);
    const torch::Tensor dx = empty_like_picture(y, y.size(2), y.size(3));
    for_chunks(rows_of(y), [&, c = y.size(1)](int64_t first, int64_t n) {
      kernels::relu_gradient(data(g) + first * c, data(y) + first * c, n * c, data(dx) + first * c);
    });
    return {dx, dx};
  }
};

/// `work(picture, scratch)` for each of `count` pictures, with `floats` of scratch memory a thread.
void for_pictures(int64_t count, int64_t floats, const std::function<void(int64_t, float*)>& work) {
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> scratch(floats);
    for (int64_t i = begin; i < end; ++i) work(i, scratch.data());
  });
}

struct UpsampleFunction : torch::autograd::Function<UpsampleFunction> {
  static torch::Tensor forward(AutogradContext*, const torch::Tensor& x) {
    const int64_t c = x.size(1), h = x.size(2), w = x.size(3);
    const torch::Tensor y = empty_like_picture(x, 2 * h, 2 * w);
    for_pictures(x.size(0), w * c, [&](int64_t i, float* scratch) {
      kernels::upsample(data(x) + i * h * w * c, static_cast<int>(h), static_cast<int>(w), static_cast<int>(c), scratch,
                        data(y) + i * 4 * h * w * c);
    });
    return y;
  }

  static variable_list backward(AutogradContext*, variable_list gradients) {
    const torch::Tensor g = channels_last(gradients[0]);
    const int64_t c = g.size(1), h = g.size(2) / 2, w = g.size(3) / 2;
    const torch::Tensor dx = empty_like_picture(g, h, w);
    for_pictures(g.size(0), 2 * w * c, [&](int64_t i, float* scratch) {
      kernels::upsample_gradient(data(g) + i * 4 * h * w * c, static_cast<int>(h), static_cast<int>(w),
                                 static_cast<int>(c), scratch, data(dx) + i * h * w * c);
    });
    return {dx};
  }
};

}  // namespace

bool runs_in_bfloat16(const torch::Tensor& x) {
  return x.scalar_type() == torch::kBFloat16 && x.device().is_cpu() && x.dim() == 4 &&
         x.is_contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor batch_norm_bfloat16(const torch::Tensor& x, const NormTensors& norm, double momentum, double epsilon,
                                  bool relu) {
  return NormFunction::apply(x, norm.weight, norm.bias, norm.running_mean, norm.running_variance, momentum, epsilon,
                             relu);
}

torch::Tensor sum_relu_bfloat16(const torch::Tensor& a, const torch::Tensor& b) { return SumReluFunction::apply(a, b); }

torch::Tensor upsample_bfloat16(const torch::Tensor& x) { return UpsampleFunction::apply(x); }

}  // namespace limn
