#include "limn/infer/packed_network.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/network/folding.h"

namespace limn {
namespace {

int padded(int channels) { return (channels + channel_block - 1) / channel_block * channel_block; }

template <class Value>
AlignedBytes aligned(const std::vector<Value>& values) {
  AlignedBytes result((values.size() * sizeof(Value) + sizeof(CacheLine) - 1) / sizeof(CacheLine));
  std::memcpy(static_cast<void*>(result.data()), values.data(), values.size() * sizeof(Value));
  return result;
}

AlignedBytes padded_floats(const std::vector<float>& values) {
  std::vector<float> result = values;
  result.resize(padded(static_cast<int>(values.size())), 0.0f);
  return aligned(result);
}

PackedStep::Kind kind_of(Op op) {
  switch (op) {
    case Op::conv:
      return PackedStep::Kind::conv;
    case Op::linear:
      return PackedStep::Kind::linear;
    case Op::upsample:
      return PackedStep::Kind::upsample;
    case Op::avg_pool:
      return PackedStep::Kind::average_pool;
    case Op::concat:
      return PackedStep::Kind::concat;
    case Op::add:
      break;
  }
  return PackedStep::Kind::add;
}

/// ConvCall::weights of floats, from [out in k k].
AlignedBytes pack_floats(const std::vector<float>& weights, int outs, int ins, int kernel, int pitch) {
  const int window = kernel * kernel;
  std::vector<float> packed;
  packed.reserve(static_cast<size_t>(padded(outs)) * ins * window);
  for (int out = 0; out < outs; out += channel_block)
    for (int in = 0; in < ins; in += pitch)
      for (int k = 0; k < window; ++k)
        for (int c = in; c < std::min(ins, in + pitch); ++c)
          for (int o = out; o < out + channel_block; ++o)
            packed.push_back(o < outs ? weights[(static_cast<size_t>(o) * ins + c) * window + k] : 0.0f);
  return aligned(packed);
}

/// ConvCall::weights of bytes. factors [padded outs] become what an integer sum counts, in units of the input's byte.
AlignedBytes pack_bytes(const std::vector<float>& weights, int outs, int ins, int kernel, std::vector<float>& factors) {
  const int window = kernel * kernel;
  const size_t depth = static_cast<size_t>(ins) * window;
  factors.assign(padded(outs), 0.0f);
  for (int o = 0; o < outs; ++o) {
    float largest = 1e-20f;
    for (size_t k = 0; k < depth; ++k) largest = std::max(largest, std::abs(weights[o * depth + k]));
    factors[o] = largest / 127;
  }
  std::vector<int8_t> packed;
  for (int out = 0; out < outs; out += channel_block)
    for (int in = 0; in < ins; in += channel_block)
      for (int k = 0; k < window; ++k)
        for (int four = in; four < std::min(ins, in + channel_block); four += 4)
          for (int o = out; o < out + channel_block; ++o)
            for (int c = four; c < four + 4; ++c)
              packed.push_back(o < outs && c < ins
                                   ? static_cast<int8_t>(std::lround(weights[o * depth + c * window + k] / factors[o]))
                                   : int8_t{0});
  return aligned(packed);
}

/// LinearCall::weights: a column for every element in memory of the map that is read, zeros where it holds no value.
/// In half precision if the kernels take it and it changes no weight.
void pack_linear(const std::vector<float>& weights, int outs, const PackedProduct& input, bool may_be_half,
                 PackedStep& step) {
  const FeatureMap map = input.map(nullptr);
  const FeatureShape& shape = input.shape;
  const size_t columns = static_cast<size_t>(map.blocks()) * map.block();
  const size_t values = static_cast<size_t>(shape.channels) * shape.height * shape.width;
  std::vector<float> packed(padded(outs) * columns, 0.0f);
  for (int o = 0; o < outs; ++o)
    for (size_t i = 0; i < values; ++i) {
      const size_t x = i % shape.width, y = i / shape.width % shape.height, c = i / shape.width / shape.height;
      const size_t column =
          c / map.pitch * map.block() + (y + map.border) * map.row() + (x + map.border) * map.pitch + c % map.pitch;
      packed[(o / channel_block * columns + column) * channel_block + o % channel_block] = weights[o * values + i];
    }
  std::vector<Eigen::half> halves;
  if (may_be_half)
    for (const float weight : packed) halves.emplace_back(weight);
  step.half = may_be_half && std::equal(packed.begin(), packed.end(), halves.begin(),
                                        [](float weight, Eigen::half half) { return weight == float{half}; });
  step.weights = step.half ? aligned(halves) : aligned(packed);
}

}  // namespace

FeatureMap PackedProduct::map(unsigned char* arena) const {
  FeatureMap result{.data = nullptr,
                    .channels = shape.channels,
                    .height = shape.height,
                    .width = shape.width,
                    .border = border,
                    .pitch = pitch,
                    .scale = scale};
  if (arena) result.data = arena + offset + border * (result.row() + result.pitch) * (scale > 0 ? 1 : sizeof(float));
  return result;
}

/// What is known of the description while it is packed.
struct PackedNetwork::Builder {
  PackedNetwork& net;
  const std::map<std::string, TensorBlob>& weights;
  const std::string& prefix;
  const ActivationRanges& ranges;
  std::map<std::string, const LayerSpec*> layer = {};                 ///< by name
  std::map<std::string, std::vector<const LayerSpec*>> readers = {};  ///< by name of what is read
  std::map<std::string, std::string> joined = {};                     ///< layer -> the sum that it is computed with
  std::map<std::string, int> product = {};                            ///< by name

  bool is_output(const std::string& name) const {
    return std::find(net.spec_.outputs.begin(), net.spec_.outputs.end(), name) != net.spec_.outputs.end();
  }
  /// Layers whose product nothing but a sum of two reads: the sum is taken where the product is made.
  void join_sums() {
    for (const LayerSpec& sum : net.spec_.layers) {
      if (sum.op != Op::add || sum.inputs.size() != 2) continue;
      for (const bool upsample : {false, true})  // a convolution rather than the way up
        for (const std::string& name : sum.inputs) {
          const auto found = layer.find(name);
          if (found == layer.end() || is_joined_sum(sum.name) || is_output(name) || readers[name].size() != 1) continue;
          const LayerSpec& candidate = *found->second;
          const bool fits =
              upsample ? candidate.op == Op::upsample : candidate.op == Op::conv || candidate.op == Op::linear;
          if (fits && candidate.activation == Activation::none) joined[name] = sum.name;
        }
    }
  }
  bool is_joined_sum(const std::string& name) const {
    return std::any_of(joined.begin(), joined.end(), [&](const auto& pair) { return pair.second == name; });
  }

  void add_product(const std::string& name, const FeatureShape& shape, Activation activation, bool input) {
    PackedProduct result;
    result.shape = shape;
    bool only_conv = true, any_conv = false, may_be_bytes = !is_output(name) && shape.height * shape.width > 1;
    for (const LayerSpec* reader : readers[name]) {
      (reader->op == Op::conv ? any_conv : only_conv) = reader->op == Op::conv;
      if (reader->op == Op::conv) result.border = std::max(result.border, reader->kernel / 2);
      if (reader->op == Op::linear || reader->op == Op::concat) may_be_bytes = false;
    }
    if (input && any_conv && only_conv && !is_output(name) && shape.channels <= narrow_block)
      result.pitch = narrow_block;
    const auto range = ranges.find(name);
    const bool positive = activation == Activation::relu || activation == Activation::sigmoid;
    if (range != ranges.end() && range->second > 0 && any_conv && may_be_bytes && positive && !input)
      result.scale = range->second / 255;
    product[name] = static_cast<int>(net.products_.size());
    net.products_.push_back(result);
  }

  /// The step of a layer, which may take the place of the sum that it is joined to.
  void add_step(const LayerSpec& made, const LayerSpec& finished, const FeatureShape& shape) {
    add_product(finished.name, shape, finished.activation, false);
    PackedStep step;
    step.kind = kind_of(made.op);
    for (const std::string& source : made.inputs) step.inputs.push_back(product.at(source));
    step.output = product.at(finished.name);
    step.kernel = made.kernel, step.stride = made.stride;
    step.activation = finished.activation;
    if (&made != &finished) step.residual = product.at(finished.inputs[finished.inputs[0] == made.name ? 1 : 0]);
    if (made.op == Op::conv || made.op == Op::linear) pack_weights(made, step);
    net.steps_.push_back(std::move(step));
  }

  void pack_weights(const LayerSpec& made, PackedStep& step) {
    const FoldedWeights folded = folded_weights(net.spec_, made, weights, prefix);
    const PackedProduct& input = net.products_[step.inputs[0]];
    step.bias = padded_floats(folded.bias);
    if (made.op == Op::linear) {
      pack_linear(folded.weight, made.channels, input, net.kernels_.half_weights, step);
    } else if (input.scale > 0) {
      std::vector<float> factors;
      step.weights = pack_bytes(folded.weight, made.channels, input.shape.channels, made.kernel, factors);
      for (float& factor : factors) factor *= input.scale;
      step.scales = padded_floats(factors);
    } else {
      step.weights = pack_floats(folded.weight, made.channels, input.shape.channels, made.kernel, input.pitch);
    }
  }

  void find_lives() {
    for (int s = 0; s < static_cast<int>(net.steps_.size()); ++s) {
      const PackedStep& step = net.steps_[s];
      net.products_[step.output].first = net.products_[step.output].last = s;
      for (const int input : step.inputs) net.products_[input].last = s;
      if (step.residual >= 0) net.products_[step.residual].last = s;
    }
    for (size_t i = 0; i < net.spec_.inputs.size(); ++i) net.products_[i].first = -1;
    for (const int output : net.outputs_) net.products_[output].last = static_cast<int>(net.steps_.size());
  }

  /// Each product at the lowest place that none of those before it takes while it lives.
  void place() {
    constexpr size_t line = sizeof(CacheLine);
    const auto size = [](const PackedProduct& p) { return (p.map(nullptr).bytes() + line - 1) / line * line; };
    std::vector<const PackedProduct*> placed;
    for (PackedProduct& here : net.products_) {
      const auto in_the_way = [&](const PackedProduct& other) {
        return other.first <= here.last && here.first <= other.last && other.offset < here.offset + size(here) &&
               here.offset < other.offset + size(other);
      };
      for (bool moved = true; moved;) {
        moved = false;
        for (const PackedProduct* other : placed)
          if (in_the_way(*other)) here.offset = other->offset + size(*other), moved = true;
      }
      placed.push_back(&here);
      net.arena_bytes_ = std::max(net.arena_bytes_, here.offset + size(here));
    }
  }
};

PackedNetwork::PackedNetwork(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights,
                             const std::string& prefix, const KernelSet& kernels, const ActivationRanges& ranges)
    : spec_(spec), kernels_(kernels) {
  const auto shapes = spec_.shapes();
  Builder build{*this, weights, prefix, ranges};
  for (const LayerSpec& layer : spec_.layers) {
    build.layer[layer.name] = &layer;
    for (const std::string& source : layer.inputs) build.readers[source].push_back(&layer);
  }
  build.join_sums();
  for (const NetworkInput& input : spec_.inputs) build.add_product(input.name, input.shape, Activation::none, true);
  for (const LayerSpec& layer : spec_.layers) {
    if (build.joined.count(layer.name)) continue;
    const auto maker = std::find_if(build.joined.begin(), build.joined.end(),
                                    [&](const auto& pair) { return pair.second == layer.name; });
    build.add_step(maker == build.joined.end() ? layer : *build.layer.at(maker->first), layer, shapes.at(layer.name));
  }
  for (const std::string& output : spec_.outputs) outputs_.push_back(build.product.at(output));
  build.find_lives();
  build.place();
}

}  // namespace limn
