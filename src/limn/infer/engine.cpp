#include "limn/infer/engine.h"

#include <algorithm>
#include <cstring>

#include "limn/base/error.h"

namespace limn {
namespace {

size_t count_of(const FeatureShape& shape) { return static_cast<size_t>(shape.channels) * shape.height * shape.width; }

const float* floats(const AlignedBytes& bytes) { return reinterpret_cast<const float*>(bytes.data()); }

/// First element in memory, border included.
float* beginning(const FeatureMap& map) { return static_cast<float*>(map.data) - map.border * (map.row() + map.pitch); }

}  // namespace

Engine::Engine(std::shared_ptr<const PackedNetwork> network)
    : network_(std::move(network)), arena_(network_->arena_bytes() / sizeof(CacheLine) + 1) {
  calls_.reserve(network_->steps().size());
  for (const PackedStep& step : network_->steps()) prepare(step);
  pieces_ = std::make_unique<Pieces[]>(calls_.size());
  for (const int output : network_->outputs())
    output_values_.emplace_back(count_of(network_->products()[output].shape));
  for (const std::vector<float>& values : output_values_) outputs_.emplace_back(values);
}

Engine::Engine(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights, const std::string& prefix,
               const KernelSet& kernels, const ActivationRanges& ranges)
    : Engine(std::make_shared<const PackedNetwork>(spec, weights, prefix, kernels, ranges)) {}

void Engine::prepare(const PackedStep& step) {
  Call call;
  call.step = &step;
  const FeatureMap out = map(step.output), residual = step.residual < 0 ? FeatureMap{} : map(step.residual);
  for (const int input : step.inputs) call.merge.in.push_back(map(input));
  call.merge.out = out, call.merge.residual = residual, call.merge.activation = step.activation;
  const FeatureMap& in = call.merge.in[0];
  if (step.kind == PackedStep::Kind::conv)
    call.conv = {.in = in,
                 .out = out,
                 .residual = residual,
                 .weights = step.weights.data(),
                 .bias = floats(step.bias),
                 .scales = step.scales.empty() ? nullptr : floats(step.scales),
                 .kernel = step.kernel,
                 .stride = step.stride,
                 .activation = step.activation};
  if (step.kind == PackedStep::Kind::linear)
    call.linear = {.in = beginning(in),
                   .inputs = static_cast<int>(in.blocks() * in.block()),
                   .weights = step.weights.data(),
                   .half = step.half,
                   .bias = floats(step.bias),
                   .residual = static_cast<const float*>(residual.data),
                   .out = static_cast<float*>(out.data),
                   .outputs = static_cast<int>(out.blocks() * out.block()),
                   .activation = step.activation};
  calls_.push_back(std::move(call));
}

void Engine::check(std::initializer_list<std::span<const float>> inputs) const {
  const NetworkSpec& spec = network_->spec();
  if (inputs.size() != spec.inputs.size())  // no require(): its texts would be made on every run
    throw Error(ErrorKind::model, "wrong number of network inputs", spec.name, "pass one range of values an input");
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs.begin()[i].size() != count_of(spec.inputs[i].shape))
      throw Error(ErrorKind::model, "network input of the wrong size", spec.name + ", " + spec.inputs[i].name,
                  "pass channels x height x width values");
}

const std::vector<std::span<const float>>& Engine::run(std::initializer_list<std::span<const float>> inputs,
                                                       ThreadTeam* team) {
  check(inputs);
  int i = 0;
  for (const std::span<const float> input : inputs) {
    const FeatureMap to = map(i++);
    clear_border(to);
    import_planes(input.data(), to);
  }
  for (size_t c = 0; c < calls_.size(); ++c) pieces_[c].reset();
  const bool shared = team && team->run([this, team] {
    const int parts = 4 * team->size();  // small enough that nobody waits long for the last
    for (size_t c = 0; c < calls_.size(); ++c)
      pieces_[c].work(parts, [&](int part) { run_step(calls_[c], part, parts); });
  });
  if (!shared)
    for (const Call& call : calls_) run_step(call, 0, 1);
  for (size_t o = 0; o < outputs_.size(); ++o) export_planes(map(network_->outputs()[o]), output_values_[o].data());
  return outputs_;
}

void Engine::run_step(const Call& call, int part, int parts) const {
  const KernelSet& kernels = network_->kernels();
  const FeatureMap& out = call.merge.out;
  if (part == 0) clear_border(out);
  switch (call.step->kind) {
    case PackedStep::Kind::conv:
      return kernels.conv(call.conv, part, parts);
    case PackedStep::Kind::linear:
      return kernels.linear(call.linear, part, parts);
    case PackedStep::Kind::upsample:
      return kernels.upsample(call.merge, part, parts);
    case PackedStep::Kind::add:
      return kernels.add(call.merge, part, parts);
    case PackedStep::Kind::average_pool:
      if (part == 0) kernels.average_pool(call.merge.in[0], out);
      return;
    case PackedStep::Kind::concat:
      break;
  }
  if (part != 0) return;
  std::memset(beginning(out), 0, out.bytes());  // what fills up the last block must be finite
  int first = 0;
  for (const FeatureMap& in : call.merge.in) {
    copy_channels(in, out, first);
    first += in.channels;
  }
}

}  // namespace limn
