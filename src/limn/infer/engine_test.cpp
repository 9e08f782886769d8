#include "limn/infer/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "support/tested_kernels.h"

namespace limn {
namespace {

std::vector<float> random_values(size_t count, const std::string& stream, double low = -1) {
  Random random(7, stream);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform(low, 1));
  return values;
}

std::map<std::string, TensorBlob> random_weights(const NetworkSpec& spec) {
  std::map<std::string, TensorBlob> weights;
  for (const auto& [name, shape] : spec.parameters()) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    const double low = name.ends_with("variance") ? 0.1 : -1;
    weights["net." + name] = TensorBlob::from_f32(shape, random_values(count, name, low).data());
  }
  return weights;
}

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return std::max(x, 0.0);
    case Activation::leaky_relu:
      return x > 0 ? x : 0.2 * x;
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  return x;
}

/// Bias or normalisation as the description states it, unfolded.
double finished(const LayerSpec& layer, const std::map<std::string, TensorBlob>& weights, int out, double x) {
  const auto value = [&](const std::string& part) { return weights.at("net." + layer.name + part).f32()[out]; };
  if (layer.norm)
    x = (x - value(".norm.mean")) / std::sqrt(value(".norm.variance") + 1e-5) * value(".norm.weight") +
        value(".norm.bias");
  else
    x += value(".bias");
  return activated(layer.activation, x);
}

std::vector<double> plain_conv(const LayerSpec& layer, const FeatureShape& in, const std::vector<float>& x,
                               const FeatureShape& out, const std::map<std::string, TensorBlob>& weights) {
  const float* w = weights.at("net." + layer.name + ".weight").f32();
  const int k = layer.kernel;
  std::vector<double> y;
  for (int o = 0; o < out.channels; ++o)
    for (int row = 0; row < out.height; ++row)
      for (int column = 0; column < out.width; ++column) {
        double sum = 0;
        for (int c = 0; c < in.channels; ++c)
          for (int i = 0; i < k; ++i)
            for (int j = 0; j < k; ++j) {
              const int v = row * layer.stride + i - k / 2, u = column * layer.stride + j - k / 2;
              if (v < 0 || u < 0 || v >= in.height || u >= in.width) continue;
              sum += double{w[((o * in.channels + c) * k + i) * k + j]} * x[(c * in.height + v) * in.width + u];
            }
        y.push_back(finished(layer, weights, o, sum));
      }
  return y;
}

void expect_near(std::span<const float> got, const std::vector<double>& wanted, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], 2e-4 * (1 + std::abs(wanted[i]))) << what << i;
}

NetworkSpec one_layer(const FeatureShape& input, LayerSpec layer) {
  layer.name = "layer";
  layer.inputs = {"x"};
  return {.name = "one", .inputs = {{"x", input}}, .layers = {layer}, .outputs = {"layer"}};
}

TEST(GoldenEngine, ConvolutionsEqualPlainLoopsOnEveryKernel) {
  for (const KernelSet& kernel : kernel_sets())
    for (const int size : {1, 3, 5})
      for (const int stride : {1, 2})
        for (const bool norm : {false, true})
          for (const FeatureShape in : {FeatureShape{3, 7, 50}, FeatureShape{5, 9, 4}, FeatureShape{16, 1, 1}}) {
            const NetworkSpec spec = one_layer(in, {.name = "",
                                                    .op = Op::conv,
                                                    .inputs = {},
                                                    .channels = 11,
                                                    .kernel = size,
                                                    .stride = stride,
                                                    .norm = norm,
                                                    .activation = norm ? Activation::leaky_relu : Activation::none});
            const auto weights = random_weights(spec);
            const auto x = random_values(in.channels * in.height * in.width, "x");
            Engine engine(spec, weights, "net.", kernel);
            expect_near(engine.run({x})[0], plain_conv(spec.layers[0], in, x, spec.shapes().at("layer"), weights),
                        kernel.name + " kernel " + std::to_string(size) + " stride " + std::to_string(stride) + " @");
          }
}

TEST(GoldenEngine, LinearFlattensItsInput) {
  const FeatureShape in{3, 2, 5};
  for (const bool norm : {false, true}) {
    const NetworkSpec spec = one_layer(
        in,
        {.name = "", .op = Op::linear, .inputs = {}, .channels = 7, .norm = norm, .activation = Activation::sigmoid});
    const auto weights = random_weights(spec);
    const auto x = random_values(30, "x");
    std::vector<double> wanted;
    for (int o = 0; o < 7; ++o) {
      double sum = 0;
      for (int i = 0; i < 30; ++i) sum += double{weights.at("net.layer.weight").f32()[o * 30 + i]} * x[i];
      wanted.push_back(finished(spec.layers[0], weights, o, sum));
    }
    Engine engine(spec, weights, "net.");
    expect_near(engine.run({x})[0], wanted, "linear @");
    EXPECT_EQ(engine.output_shape(0), (FeatureShape{7, 1, 1}));
  }
}

TEST(GoldenEngine, UpsamplingInterpolatesBetweenPixelCentres) {
  const FeatureShape in{2, 3, 5};
  const NetworkSpec spec = one_layer(in, {.name = "", .op = Op::upsample, .inputs = {}});
  const auto x = random_values(30, "x");
  std::vector<double> wanted;
  const auto sample = [&](int c, double v, double u) {  // clamped to the outermost centres
    v = std::clamp(v, 0.0, in.height - 1.0);
    u = std::clamp(u, 0.0, in.width - 1.0);
    const int v0 = static_cast<int>(v), u0 = static_cast<int>(u);
    const int v1 = std::min(v0 + 1, in.height - 1), u1 = std::min(u0 + 1, in.width - 1);
    const auto at = [&](int b, int a) { return double{x[(c * in.height + b) * in.width + a]}; };
    return (1 - v + v0) * ((1 - u + u0) * at(v0, u0) + (u - u0) * at(v0, u1)) +
           (v - v0) * ((1 - u + u0) * at(v1, u0) + (u - u0) * at(v1, u1));
  };
  for (int c = 0; c < 2; ++c)
    for (int v = 0; v < 6; ++v)
      for (int u = 0; u < 10; ++u) wanted.push_back(sample(c, (v + 0.5) / 2 - 0.5, (u + 0.5) / 2 - 0.5));
  Engine engine(spec, {}, "net.");
  expect_near(engine.run({x})[0], wanted, "upsample @");
}

TEST(GoldenEngine, PoolingLeavesOutAnOddLastRow) {
  const NetworkSpec spec = one_layer({1, 3, 4}, {.name = "", .op = Op::avg_pool, .inputs = {}});
  Engine engine(spec, {}, "net.");
  const std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 100, 100, 100, 100};
  expect_near(engine.run({x})[0], {3.5, 5.5}, "pool @");
}

TEST(GoldenEngine, MergesSeveralInputs) {
  const FeatureShape shape{1, 1, 2};
  const NetworkSpec spec = {
      .name = "merge",
      .inputs = {{"a", shape}, {"b", shape}},
      .layers = {{.name = "sum", .op = Op::add, .inputs = {"a", "b", "a"}, .activation = Activation::relu},
                 {.name = "both", .op = Op::concat, .inputs = {"b", "sum"}}},
      .outputs = {"both", "sum"}};
  Engine engine(spec, {}, "net.");
  const std::vector<float> a = {1, -2}, b = {10, 3};
  for (int repeat = 0; repeat < 2; ++repeat) {  // the second run must not see the first
    const auto& out = engine.run({a, b});
    expect_near(out[0], {10, 3, 12, 0}, "concat @");
    expect_near(out[1], {12, 0}, "add @");
  }
}

/// A level of a U-Net as the stages have it: a shortcut, a way down, and a way up that meets a skip.
/// `width`: channels of the finest maps, half of those of the others.
NetworkSpec small_u_net(int size, int width = 20) {
  const auto conv = [](const std::string& name, const std::string& from, int channels, int stride,
                       Activation activation, int kernel = 3) {
    return LayerSpec{.name = name,
                     .op = Op::conv,
                     .inputs = {from},
                     .channels = channels,
                     .kernel = kernel,
                     .stride = stride,
                     .norm = true,
                     .activation = activation};
  };
  return {.name = "u",
          .inputs = {{"x", {3, size, size}}},
          .layers = {conv("a", "x", width, 2, Activation::relu),
                     conv("b", "a", 2 * width, 2, Activation::relu),
                     conv("c", "b", 2 * width, 1, Activation::none),
                     {.name = "sum", .op = Op::add, .inputs = {"b", "c"}, .activation = Activation::relu},
                     conv("narrow", "sum", width, 1, Activation::none, 1),
                     {.name = "up", .op = Op::upsample, .inputs = {"narrow"}},
                     {.name = "skip", .op = Op::add, .inputs = {"up", "a"}, .activation = Activation::relu},
                     conv("last", "skip", 5, 1, Activation::sigmoid)},
          .outputs = {"last"}};
}

/// Every product handed out: nothing is then joined to what comes before.
NetworkSpec apart(NetworkSpec spec) {
  for (const LayerSpec& layer : spec.layers)
    if (layer.name != spec.outputs[0]) spec.outputs.push_back(layer.name);
  return spec;
}

TEST(GoldenEngine, SumsJoinedToConvolutionsChangeNothing) {
  for (const KernelSet& kernels : kernel_sets())
    for (const int size : {4, 12, 20, 36}) {
      const NetworkSpec spec = small_u_net(size);
      const auto weights = random_weights(spec);
      const auto x = random_values(3 * size * size, "x");
      Engine joined(spec, weights, "net.", kernels), separate(apart(spec), weights, "net.", kernels);
      const auto wanted = separate.run({x})[0];
      for (int repeat = 0; repeat < 2; ++repeat)
        expect_near(joined.run({x})[0], {wanted.begin(), wanted.end()}, kernels.name + " @");
    }
}

TEST(GoldenEngine, ByteConvolutionsEqualPlainIntegersOnEveryKernel) {
  const test::TestedKernels tested;
  for (const KernelSet& kernels : tested)
    for (const int size : {1, 3, 5})
      for (const int stride : {1, 2})
        for (const int channels : {19, 32})  // a block that is not full, and full ones
          for (const FeatureShape in : {FeatureShape{3, 7, 26}, FeatureShape{18, 5, 3}}) {
            const auto x = random_values(in.channels * in.height * in.width, "x", 0);
            const NetworkSpec spec = {.name = "bytes",
                                      .inputs = {{"x", in}},
                                      .layers = {{.name = "a",
                                                  .op = Op::conv,
                                                  .inputs = {"x"},
                                                  .channels = channels,
                                                  .kernel = 1,
                                                  .activation = Activation::relu},
                                                 {.name = "layer",
                                                  .op = Op::conv,
                                                  .inputs = {"a"},
                                                  .channels = 35,
                                                  .kernel = size,
                                                  .stride = stride}},
                                      .outputs = {"layer"}};
            auto weights = random_weights(spec);
            Engine floats(apart(spec), weights, "net.", kernels);
            const auto a = floats.run({x})[1];
            const float scale = 2.0f / 255;  // of values that reach a little further: the largest are clipped
            std::vector<float> rounded;
            for (const float value : a) rounded.push_back(scale * std::min(255.0f, std::floor(value / scale + 0.5f)));
            TensorBlob& w = weights.at("net.layer.weight");
            std::vector<float> coarse(w.f32(), w.f32() + w.count());
            const size_t depth = coarse.size() / 35;
            for (int o = 0; o < 35; ++o) {
              float largest = 0;
              for (size_t k = 0; k < depth; ++k) largest = std::max(largest, std::abs(coarse[o * depth + k]));
              for (size_t k = 0; k < depth; ++k) {
                float& value = coarse[o * depth + k];
                value = std::round(value / (largest / 127)) * (largest / 127);
              }
            }
            Engine bytes(spec, weights, "net.", kernels, {{"a", 2.0f}});
            auto coarse_weights = weights;
            coarse_weights["net.layer.weight"] = TensorBlob::from_f32(w.shape, coarse.data());
            expect_near(
                bytes.run({x})[0],
                plain_conv(spec.layers[1], floats.output_shape(1), rounded, spec.shapes().at("layer"), coarse_weights),
                kernels.name + " kernel " + std::to_string(size) + " stride " + std::to_string(stride) + " @");
          }
  tested.expect_used();
}

/// The largest value of each product but the input's.
ActivationRanges ranges_of(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights,
                           const std::vector<float>& x) {
  Engine engine(apart(spec), weights, "net.");
  const auto& products = engine.run({x});
  ActivationRanges ranges;
  for (size_t i = 0; i < products.size(); ++i)
    ranges[engine.spec().outputs[i]] = std::max(1e-3f, *std::max_element(products[i].begin(), products[i].end()));
  return ranges;
}

TEST(GoldenEngine, BytesThroughShortcutsAndTheWayUpStayNear) {
  const NetworkSpec spec = small_u_net(24);
  const auto weights = random_weights(spec);
  const auto x = random_values(3 * 24 * 24, "x");
  Engine floats(spec, weights, "net.");
  const auto wanted = floats.run({x})[0];
  for (const KernelSet& kernels : kernel_sets()) {
    Engine bytes(spec, weights, "net.", kernels, ranges_of(spec, weights, x));
    const auto got = bytes.run({x})[0];
    double squares = 0;
    for (size_t i = 0; i < got.size(); ++i) squares += std::pow(got[i] - wanted[i], 2);
    const double deviation = std::sqrt(squares / static_cast<double>(got.size()));
    EXPECT_LT(deviation, 0.03) << kernels.name;
    EXPECT_GT(deviation, 0) << kernels.name;  // they are bytes
  }
}

TEST(GoldenEngine, AmxGivesTheBitsOfVnniOnMapsOfEverySize) {
  const test::TestedKernels tested;
  const KernelSet *amx_set = tested.find("AMX"), *vnni_set = tested.find("AVX-512 VNNI");
  if (!amx_set || !vnni_set) GTEST_SKIP() << "a processor without AVX-512 VNNI";
  for (const int size : {4, 8, 12, 20, 24, 32, 36, 48, 64, 100}) {
    const NetworkSpec spec = small_u_net(size, 16);
    const auto weights = random_weights(spec);
    const auto x = random_values(3 * size * size, "x");
    const ActivationRanges ranges = ranges_of(spec, weights, x);
    Engine amx(spec, weights, "net.", *amx_set, ranges), vnni(spec, weights, "net.", *vnni_set, ranges);
    const auto got = amx.run({x})[0], wanted = vnni.run({x})[0];
    EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), got.begin(), got.end())) << size;
  }
  tested.expect_used();
}

TEST(Engine, GivesTheSameBitsOnAnyNumberOfThreads) {
  const NetworkSpec spec = small_u_net(28);
  const auto network = std::make_shared<const PackedNetwork>(spec, random_weights(spec), "net.", kernel_sets().front());
  const auto x = random_values(3 * 28 * 28, "x"), other = random_values(3 * 28 * 28, "other");
  Engine alone(network), shared(network);
  const auto wanted = alone.run({x})[0];
  for (const int threads : {2, 3, 7}) {
    ThreadTeam team(threads);
    shared.run({other}, &team);
    const auto got = shared.run({x}, &team)[0];
    EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), got.begin(), got.end())) << threads;
  }
  std::vector<std::thread> callers;
  std::atomic<int> same = 0;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      Engine own(network);
      for (int repeat = 0; repeat < 20; ++repeat) {
        own.run({other});
        const auto got = own.run({x})[0];
        same += std::equal(wanted.begin(), wanted.end(), got.begin(), got.end());
      }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(same, 80);
}

TEST(PackedNetwork, ProductsThatLiveTogetherLieApart) {
  const NetworkSpec spec = small_u_net(32);
  const PackedNetwork network(spec, random_weights(spec), "net.", kernel_sets().front());
  size_t all = 0;
  for (const PackedProduct& a : network.products()) {
    all += a.map(nullptr).bytes();
    EXPECT_LE(a.offset + a.map(nullptr).bytes(), network.arena_bytes());
    for (const PackedProduct& b : network.products()) {
      if (&a == &b || a.first > b.last || b.first > a.last) continue;
      EXPECT_TRUE(a.offset + a.map(nullptr).bytes() <= b.offset || b.offset + b.map(nullptr).bytes() <= a.offset);
    }
  }
  EXPECT_LT(network.arena_bytes(), all);  // memory is used again
}

TEST(Engine, RefusesWeightsAndInputsThatDoNotFit) {
  const NetworkSpec spec = one_layer({2, 4, 4}, {.name = "", .op = Op::conv, .inputs = {}, .channels = 3});
  auto weights = random_weights(spec);
  EXPECT_THROW(Engine(spec, {}, "net."), Error);
  Engine engine(spec, weights, "net.");
  const std::vector<float> small(31);
  EXPECT_THROW(engine.run({small}), Error);
  EXPECT_THROW(engine.run({}), Error);
  weights["net.layer.bias"].shape = {1, 3};
  EXPECT_THROW(Engine(spec, weights, "net."), Error);
}

}  // namespace
}  // namespace limn
