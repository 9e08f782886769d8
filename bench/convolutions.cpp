#include "convolutions.h"

#include <ATen/Parallel.h>

#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <set>

#include "limn/base/error.h"
#include "limn/infer/reader.h"
#include "onednn.h"

namespace limn::bench {
namespace {

constexpr int kRuns = 20;  // in turn, as a sample

/// The convolutions of a packed network, ready to be called; zeros are read.
class Convolutions {
 public:
  explicit Convolutions(std::shared_ptr<const PackedNetwork> network)
      : network_(std::move(network)), arena_(network_->arena_bytes() / sizeof(CacheLine) + 1) {
    for (const PackedStep& step : network_->steps())
      if (step.kind == PackedStep::Kind::conv) steps_.push_back(&step);
  }
  size_t count() const { return steps_.size(); }

  ConvShape shape(size_t i) const {
    const PackedStep& step = *steps_[i];
    const PackedProduct &in = network_->products()[step.inputs[0]], &out = network_->products()[step.output];
    return {in.shape, out.shape, step.kernel, step.stride, step.activation, step.residual >= 0, in.scale > 0, out.scale > 0};
  }
  void run(size_t i) {
    const PackedStep& step = *steps_[i];
    const auto map = [&](int product) { return network_->products()[product].map(arena_.front().bytes); };
    const auto floats = [](const AlignedBytes& bytes) {
      return bytes.empty() ? nullptr : reinterpret_cast<const float*>(bytes.data());
    };
    network_->kernels().conv({.in = map(step.inputs[0]),
                              .out = map(step.output),
                              .residual = step.residual < 0 ? FeatureMap{} : map(step.residual),
                              .weights = step.weights.data(),
                              .bias = floats(step.bias),
                              .scales = floats(step.scales),
                              .kernel = step.kernel,
                              .stride = step.stride,
                              .activation = step.activation},
                             0, 1);
  }

 private:
  std::shared_ptr<const PackedNetwork> network_;
  AlignedBytes arena_;
  std::vector<const PackedStep*> steps_;
};

/// One way to do one convolution, and its times.
struct Contestant {
  std::function<void()> run;  ///< empty: there is none
  std::vector<double> us;

  double time() const { return us.empty() ? 0 : median(us); }
};

/// A convolution with those who do it: ours and oneDNN's in float32, ours and oneDNN's in eight bits, oneDNN's in bfloat16.
struct Layer {
  ConvShape shape;
  int times = 0;  ///< in the model
  Contestant all[5];
};
constexpr const char* kColumns[] = {"float32", "oneDNN", "int8", "oneDNN", "bfloat16"};
constexpr const char* kFigures[] = {"ours_float32", "onednn_float32", "ours_int8", "onednn_int8", "onednn_bfloat16"};

double microseconds(const std::function<void()>& run) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < kRuns; ++i) run();
  return 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / kRuns;
}

bool same(const ConvShape& a, const ConvShape& b) {
  const auto key = [](const ConvShape& s) {
    return std::tuple(s.in.channels, s.in.height, s.in.width, s.out.channels, s.kernel, s.stride, s.activation,
                      s.residual, s.bytes_in, s.bytes_out);
  };
  return key(a) == key(b);
}

#ifdef LIMN_BENCH_ONEDNN
std::function<void()> by_onednn(const ConvShape& shape, OneDnnType type, std::set<std::string>& implementations) {
  const std::shared_ptr<OneDnnConv> convolution = OneDnnConv::make(shape, type);
  if (!convolution) return nullptr;
  implementations.insert(convolution->implementation());
  return [convolution] { convolution->run(); };
}
#else
std::function<void()> by_onednn(const ConvShape&, OneDnnType, std::set<std::string>&) { return nullptr; }
#endif

void add_layers(std::vector<Layer>& layers, const std::shared_ptr<Convolutions>& floats,
                const std::shared_ptr<Convolutions>& bytes, std::set<std::string>& implementations) {
  for (size_t i = 0; i < floats->count(); ++i) {
    const ConvShape shape = bytes ? bytes->shape(i) : floats->shape(i);
    const auto known =
        std::find_if(layers.begin(), layers.end(), [&](const Layer& layer) { return same(layer.shape, shape); });
    if (known != layers.end()) {
      ++known->times;
      continue;
    }
    Layer layer{shape, 1, {}};
    layer.all[0].run = [floats, i] { floats->run(i); };
    layer.all[1].run = by_onednn(shape, OneDnnType::float32, implementations);
    if (bytes && shape.bytes_in) {
      layer.all[2].run = [bytes, i] { bytes->run(i); };
      layer.all[3].run = by_onednn(shape, OneDnnType::int8, implementations);
    }
    layer.all[4].run = by_onednn(shape, OneDnnType::bfloat16, implementations);
    layers.push_back(std::move(layer));
  }
}

/// What stays in float32 in our eight-bit form counts as float32 in the sums of eight bits.
double counted(const Layer& layer, size_t way) {
  if (layer.all[way].run) return layer.all[way].time();
  return way == 2 || way == 3 ? layer.all[way - 2].time() : 0;
}

}  // namespace

Figures bench_convolutions(const std::string& path, int repetitions) {
  at::set_num_threads(1);
  const ModelFile model = ModelFile::load(path);
  const PackedModel floats(model, {.precision = Precision::float32}), bytes(model, {.precision = Precision::int8});
  const bool eight_bits = bytes.settings.precision == Precision::int8;
  std::vector<Layer> layers;
  std::set<std::string> implementations;
  for (const auto stage : {&PackedModel::image_to_skeleton, &PackedModel::skeleton_to_pose})
    add_layers(layers, std::make_shared<Convolutions>(floats.*stage),
               eight_bits ? std::make_shared<Convolutions>(bytes.*stage) : nullptr, implementations);
  for (int i = -1; i < repetitions; ++i)
    for (Layer& layer : layers)
      for (Contestant& c : layer.all) {
        if (!c.run) continue;
        const double us = microseconds(c.run);
        if (i >= 0) c.us.push_back(us);
      }

  std::printf("convolutions, one thread, microseconds of processor time, medians; ours: %s\n",
              floats.image_to_skeleton->kernels().name.c_str());
  std::printf("  %-38s %5s", "in -> out", "times");
  for (const char* column : kColumns) std::printf(" %9s", column);
  std::printf("\n");
  double sums[5] = {};
  for (const Layer& layer : layers) {
    const ConvShape& s = layer.shape;
    char name[80];
    std::snprintf(name, sizeof name, "%d x %d x %d -> %d x %d x %d, %d%s", s.in.channels, s.in.height, s.in.width,
                  s.out.channels, s.out.height, s.out.width, s.kernel, s.residual ? " + sum" : "");
    std::printf("  %-38s %5d", name, layer.times);
    for (size_t way = 0; way < 5; ++way) {
      layer.all[way].run ? std::printf(" %9.1f", layer.all[way].time()) : std::printf(" %9s", "-");
      sums[way] += layer.times * counted(layer, way);
    }
    std::printf("\n");
  }
  Figures figures;
  std::printf("  %-44s", "all; in eight bits with those that are not");
  for (size_t way = 0; way < 5; ++way) {
    std::printf(" %9.1f", sums[way]);
    if (sums[way] > 0) figures[std::string("convolutions_") + kFigures[way] + "_us"] = sums[way];
  }
  std::printf("\n");
  for (const std::string& name : implementations) std::printf("  oneDNN: %s\n", name.c_str());
  return figures;
}

}  // namespace limn::bench
