#include "limn/infer/engine.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/base/random.h"

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
