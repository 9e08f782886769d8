#include "limn/infer/engine.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/network/folding.h"

namespace limn {
namespace {

size_t count_of(const FeatureShape& shape) { return static_cast<size_t>(shape.channels) * shape.height * shape.width; }

FeatureShape padded_shape(const FeatureShape& shape, int kernel) {
  const int border = kernel / 2;
  return {shape.channels, shape.height + 2 * border, shape.width + 2 * border};
}

/// Copies [C H W] into the middle of zeros.
void copy_padded(const FeatureShape& shape, const float* in, const FeatureShape& padded, float* out) {
  const int border = (padded.height - shape.height) / 2;
  std::fill_n(out, count_of(padded), 0.0f);
  for (int c = 0; c < shape.channels; ++c)
    for (int y = 0; y < shape.height; ++y, in += shape.width)
      std::copy_n(in, shape.width, out + (static_cast<size_t>(c) * padded.height + y + border) * padded.width + border);
}

}  // namespace

Engine::Engine(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights, const std::string& prefix,
               const GemmKernel& kernel)
    : spec_(spec), kernel_(kernel) {
  const auto shapes = spec_.shapes();
  std::map<std::string, int> index;
  const auto add_product = [&](const std::string& name) {
    index[name] = static_cast<int>(products_.size());
    products_.push_back({shapes.at(name), std::vector<float>(count_of(shapes.at(name)))});
    return index[name];
  };
  for (const NetworkInput& input : spec_.inputs) add_product(input.name);
  size_t padded = 0, panel = 0;
  for (const LayerSpec& layer : spec_.layers) {
    Step step{.layer = layer, .inputs = {}, .output = 0, .weights = {}, .bias = {}};
    for (const std::string& source : layer.inputs) step.inputs.push_back(index.at(source));
    step.output = add_product(layer.name);
    if (layer.op == Op::conv || layer.op == Op::linear) {
      FoldedWeights folded = folded_weights(spec_, layer, weights, prefix);
      step.weights = std::move(folded.weight);
      step.bias = std::move(folded.bias);
    }
    if (layer.op == Op::conv) {
      const FeatureShape in = shapes.at(layer.inputs[0]);
      const int depth = in.channels * layer.kernel * layer.kernel;
      pack_rows(step, depth);
      padded = std::max(padded, count_of(padded_shape(in, layer.kernel)));
      panel = std::max(panel, static_cast<size_t>(depth) * kernel_.columns);
    }
    steps_.push_back(std::move(step));
  }
  padded_.resize(padded);
  panel_.resize(panel);
  tile_.resize(static_cast<size_t>(kernel_.rows) * kernel_.columns);
  offsets_.resize(kernel_.columns);
  for (const std::string& output : spec_.outputs) output_products_.push_back(index.at(output));
  for (const int product : output_products_) outputs_.emplace_back(products_[product].values);
}

void Engine::pack_rows(Step& step, int depth) const {
  const int rows = kernel_.rows, groups = (step.layer.channels + rows - 1) / rows;
  std::vector<float> packed(static_cast<size_t>(groups) * rows * depth, 0.0f);
  for (int out = 0; out < step.layer.channels; ++out)
    for (int k = 0; k < depth; ++k)
      packed[(static_cast<size_t>(out / rows) * depth + k) * rows + out % rows] =
          step.weights[static_cast<size_t>(out) * depth + k];
  step.weights = std::move(packed);
}

const std::vector<std::span<const float>>& Engine::run(std::initializer_list<std::span<const float>> inputs) {
  require(inputs.size() == spec_.inputs.size(), ErrorKind::model, "wrong number of network inputs", spec_.name,
          "pass one range of values an input");
  size_t i = 0;
  for (const std::span<const float> input : inputs) {
    require(input.size() == products_[i].values.size(), ErrorKind::model, "network input of the wrong size",
            spec_.name + ", " + spec_.inputs[i].name, "pass channels x height x width values");
    std::copy(input.begin(), input.end(), products_[i].values.begin());
    ++i;
  }
  for (const Step& step : steps_) {
    Product& out = products_[step.output];
    const Product& in = products_[step.inputs[0]];
    switch (step.layer.op) {
      case Op::conv:
        run_conv(step);
        break;
      case Op::linear:
        run_linear(step);
        break;
      case Op::upsample:
        upsample_twice(in.shape, in.values.data(), out.values.data());
        break;
      case Op::avg_pool:
        average_pool(in.shape, in.values.data(), out.values.data());
        break;
      case Op::concat:
      case Op::add:
        run_merge(step);
        break;
    }
    activate(step.layer.activation, out.values.data(), out.values.size());
  }
  return outputs_;
}

void Engine::gather_columns(const Step& step, int first, int count, const FeatureShape& padded, const float* plane) {
  const int columns = kernel_.columns, kernel = step.layer.kernel, stride = step.layer.stride;
  const int out_width = products_[step.output].shape.width;
  for (int n = 0; n < columns; ++n) {
    const int pixel = first + std::min(n, count - 1);  // columns past the end repeat the last: computed, not kept
    offsets_[n] = (pixel / out_width) * stride * padded.width + (pixel % out_width) * stride;
  }
  const bool contiguous = count == columns && offsets_[columns - 1] - offsets_[0] == columns - 1;
  float* out = panel_.data();
  for (int c = 0; c < padded.channels; ++c)
    for (int ky = 0; ky < kernel; ++ky)
      for (int kx = 0; kx < kernel; ++kx, out += columns) {
        const float* source = plane + (static_cast<size_t>(c) * padded.height + ky) * padded.width + kx;
        if (contiguous) {
          std::memcpy(out, source + offsets_[0], sizeof(float) * columns);
        } else {
          for (int n = 0; n < columns; ++n) out[n] = source[offsets_[n]];
        }
      }
}

void Engine::run_conv(const Step& step) {
  const Product& in = products_[step.inputs[0]];
  Product& out = products_[step.output];
  const int pixels = out.shape.height * out.shape.width,
            depth = in.shape.channels * step.layer.kernel * step.layer.kernel;
  const FeatureShape padded = padded_shape(in.shape, step.layer.kernel);
  const float* plane = in.values.data();
  if (step.layer.kernel > 1) {
    copy_padded(in.shape, plane, padded, padded_.data());
    plane = padded_.data();
  }
  for (int first = 0; first < pixels; first += kernel_.columns) {
    const int count = std::min(kernel_.columns, pixels - first);
    gather_columns(step, first, count, padded, plane);
    for (int channel = 0; channel < out.shape.channels; channel += kernel_.rows) {
      kernel_.run(depth, step.weights.data() + static_cast<size_t>(channel) * depth, panel_.data(), tile_.data());
      const int rows = std::min(kernel_.rows, out.shape.channels - channel);
      for (int m = 0; m < rows; ++m) {
        float* to = out.values.data() + static_cast<size_t>(channel + m) * pixels + first;
        const float* from = tile_.data() + static_cast<size_t>(m) * kernel_.columns;
        const float bias = step.bias[channel + m];
        for (int n = 0; n < count; ++n) to[n] = from[n] + bias;
      }
    }
  }
}

void Engine::run_linear(const Step& step) {
  const std::vector<float>& in = products_[step.inputs[0]].values;
  std::vector<float>& out = products_[step.output].values;
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Matrix> weights(step.weights.data(), out.size(), in.size());
  const Eigen::Map<const Eigen::VectorXf> x(in.data(), in.size()), bias(step.bias.data(), out.size());
  Eigen::Map<Eigen::VectorXf> y(out.data(), out.size());
  y = bias;
  y.noalias() += weights * x;
}

void Engine::run_merge(const Step& step) {
  std::vector<float>& out = products_[step.output].values;
  if (step.layer.op == Op::concat) {
    auto to = out.begin();
    for (const int product : step.inputs)
      to = std::copy(products_[product].values.begin(), products_[product].values.end(), to);
    return;
  }
  out = products_[step.inputs[0]].values;
  for (size_t k = 1; k < step.inputs.size(); ++k) {
    const std::vector<float>& in = products_[step.inputs[k]].values;
    for (size_t i = 0; i < out.size(); ++i) out[i] += in[i];
  }
}

}  // namespace limn
