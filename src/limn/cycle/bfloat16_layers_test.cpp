#include "limn/cycle/bfloat16_layers.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace limn {
namespace {

/// A picture of random values that bfloat16 holds exactly, channels last.
torch::Tensor picture(int64_t seed, std::vector<int64_t> shape) {
  torch::manual_seed(seed);
  return torch::randn(shape).to(torch::kBFloat16).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor leaf(const torch::Tensor& values) { return values.detach().clone().set_requires_grad(true); }

/// Largest distance in units of bfloat16's last digit at the values' size.
double distance(const torch::Tensor& found, const torch::Tensor& expected) {
  const torch::Tensor off = (found.to(torch::kFloat64) - expected.to(torch::kFloat64)).abs();
  return (off / (expected.to(torch::kFloat64).abs() + 1) * 256).max().item<double>();
}

class Bfloat16Norm : public testing::TestWithParam<std::tuple<int64_t, bool>> {};

TEST_P(Bfloat16Norm, EqualsTheOneInFloat32WithItsGradients) {
  const auto [channels, relu] = GetParam();
  const torch::Tensor values = picture(1, {3, channels, 26, 14}) * 2 + 1;
  const torch::Tensor x = leaf(values.contiguous(torch::MemoryFormat::ChannelsLast));
  const torch::Tensor exact_x = leaf(x.to(torch::kFloat32));
  ASSERT_TRUE(runs_in_bfloat16(x));
  const torch::Tensor weight = torch::rand({channels}) + 0.5, bias = torch::randn({channels}) * 0.5;
  const NormTensors norm = {leaf(weight), leaf(bias), torch::zeros({channels}), torch::ones({channels})};
  const NormTensors exact = {leaf(weight), leaf(bias), torch::zeros({channels}), torch::ones({channels})};

  const torch::Tensor y = batch_norm_bfloat16(x, norm, 0.1, 1e-5, relu);
  torch::Tensor expected = torch::batch_norm(exact_x, exact.weight, exact.bias, exact.running_mean,
                                             exact.running_variance, true, 0.1, 1e-5, true);
  if (relu) expected = torch::relu(expected);
  EXPECT_LT(distance(y, expected), 1);
  EXPECT_TRUE(torch::allclose(norm.running_mean, exact.running_mean, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(norm.running_variance, exact.running_variance, 1e-5, 1e-6));

  const torch::Tensor g = picture(2, y.sizes().vec());
  y.backward(g);
  expected.backward(g.to(torch::kFloat32));
  EXPECT_LT(distance(x.grad(), exact_x.grad()), 1);
  EXPECT_TRUE(torch::allclose(norm.weight.grad(), exact.weight.grad(), 1e-3, 0.1));
  EXPECT_TRUE(torch::allclose(norm.bias.grad(), exact.bias.grad(), 1e-3, 0.1));
}

INSTANTIATE_TEST_SUITE_P(Channels, Bfloat16Norm, testing::Combine(testing::Values(16, 24, 128), testing::Bool()));

TEST(Bfloat16Layers, TheSumWithReluEqualsTheOneInFloat32) {
  const torch::Tensor a = leaf(picture(3, {2, 24, 9, 7})), b = leaf(picture(4, {2, 24, 9, 7}));
  const torch::Tensor y = sum_relu_bfloat16(a, b), g = picture(5, {2, 24, 9, 7});
  const torch::Tensor expected = torch::relu(a.detach().to(torch::kFloat32) + b.detach().to(torch::kFloat32));
  EXPECT_TRUE(torch::equal(y, expected.to(torch::kBFloat16)));
  y.backward(g);
  const torch::Tensor gradient = torch::where(expected > 0, g, torch::zeros_like(g));
  EXPECT_TRUE(torch::equal(a.grad(), gradient));
  EXPECT_TRUE(torch::equal(b.grad(), gradient));
}

TEST(Bfloat16Layers, UpsamplingEqualsTheOneInFloat32) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 32, 5, 7}, {1, 24, 1, 1}, {1, 16, 1, 4}}) {
    const torch::Tensor x = leaf(picture(6, shape)), exact_x = leaf(x.to(torch::kFloat32));
    const torch::Tensor y = upsample_bfloat16(x);
    const torch::Tensor expected = torch::upsample_bilinear2d(exact_x, {2 * shape[2], 2 * shape[3]}, false);
    EXPECT_LT(distance(y, expected), 1);
    const torch::Tensor g = picture(7, y.sizes().vec());
    y.backward(g);
    expected.backward(g.to(torch::kFloat32));
    EXPECT_LT(distance(x.grad(), exact_x.grad()), 1);
  }
}

TEST(Bfloat16Layers, ThreadsDoNotChangeABit) {
  const torch::Tensor x = picture(8, {4, 48, 40, 40}), ones = torch::ones({48});
  const int before = at::get_num_threads();
  std::vector<torch::Tensor> results;
  for (int threads : {1, 2}) {
    at::set_num_threads(threads);
    const torch::Tensor input = leaf(x);
    const torch::Tensor y =
        batch_norm_bfloat16(input, {ones.clone(), ones.clone(), ones.clone(), ones.clone()}, 0.1, 1e-5, true);
    y.backward(x);
    results.push_back(input.grad());
  }
  at::set_num_threads(before);
  EXPECT_TRUE(torch::equal(results[0], results[1]));
}

TEST(Bfloat16Layers, OtherTensorsAreRefused) {
  EXPECT_FALSE(runs_in_bfloat16(torch::zeros({1, 16, 4, 4})));
  EXPECT_FALSE(runs_in_bfloat16(torch::zeros({1, 16, 4, 4}, torch::kBFloat16)));  // channels first
  EXPECT_FALSE(runs_in_bfloat16(torch::zeros({1, 16}, torch::kBFloat16)));
}

}  // namespace
}  // namespace limn
