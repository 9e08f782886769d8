#include "limn/cycle/shared_norm.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/cycle/network.h"
#include "limn/network/architectures.h"
#include "support/thread_ranks.h"

namespace limn {
namespace {

struct Normed {
  torch::Tensor result, of_x, of_weight, of_bias, running_mean, running_variance;
};

/// Gradients of sum(result * probe).
Normed normed(torch::Tensor x, const torch::Tensor& probe, Ranks* ranks) {
  const int64_t channels = x.size(1);
  x = x.detach().clone(at::MemoryFormat::Preserve).set_requires_grad(true);
  const NormTensors norm{torch::linspace(0.5, 2, channels).set_requires_grad(true),
                         torch::linspace(-1, 1, channels).set_requires_grad(true), torch::full({channels}, 0.5),
                         torch::ones({channels})};
  const torch::Tensor y = ranks ? shared_batch_norm(x, norm, 0.1, 1e-5, *ranks)
                                : torch::batch_norm(x, norm.weight, norm.bias, norm.running_mean, norm.running_variance,
                                                    true, 0.1, 1e-5, true);
  (y * probe).sum().backward();
  return {y.detach(), x.grad(), norm.weight.grad(), norm.bias.grad(), norm.running_mean, norm.running_variance};
}

void expect_parts_of_one(const torch::Tensor& x, const torch::Tensor& probe, int ranks, double tolerance) {
  const Normed one = normed(x, probe, nullptr);
  const int64_t share = x.size(0) / ranks;
  std::vector<Normed> parts(ranks);
  test::on_ranks(ranks, [&](Ranks& self) {
    const int64_t first = self.rank() * share;
    parts[self.rank()] = normed(x.narrow(0, first, share), probe.narrow(0, first, share), &self);
  });
  const auto close = [&](const torch::Tensor& a, const torch::Tensor& b) {
    return torch::allclose(a.to(torch::kFloat32), b.to(torch::kFloat32), tolerance, tolerance);
  };
  torch::Tensor weight = torch::zeros_like(one.of_weight), bias = weight.clone();
  for (int r = 0; r < ranks; ++r) {
    EXPECT_TRUE(close(parts[r].result, one.result.narrow(0, r * share, share)));
    EXPECT_TRUE(close(parts[r].of_x, one.of_x.narrow(0, r * share, share)));
    EXPECT_TRUE(close(parts[r].running_mean, one.running_mean));
    EXPECT_TRUE(close(parts[r].running_variance, one.running_variance));
    EXPECT_TRUE(torch::equal(parts[r].running_variance, parts[0].running_variance));
    weight += parts[r].of_weight, bias += parts[r].of_bias;
  }
  EXPECT_TRUE(close(weight, one.of_weight));
  EXPECT_TRUE(close(bias, one.of_bias));
}

TEST(GoldenSharedNorm, RanksAreTheirPartsOfTheJoinedBatch) {
  torch::manual_seed(1);
  // The ranks' means differ as much as the values do.
  const torch::Tensor shift = torch::arange(6, torch::kFloat32).view({6, 1, 1, 1});
  const torch::Tensor x = 3 * torch::randn({6, 5, 4, 3}) + shift, probe = torch::randn_like(x);
  for (int ranks : {1, 2, 3}) expect_parts_of_one(x, probe, ranks, 1e-5);
  const auto last = torch::MemoryFormat::ChannelsLast;
  expect_parts_of_one(x.contiguous(last), probe.contiguous(last), 2, 1e-5);
  expect_parts_of_one(x.contiguous(last).to(torch::kBFloat16), probe.contiguous(last).to(torch::kBFloat16), 2, 4e-2);
}

TEST(GoldenSharedNorm, MeansFarFromZeroLoseNoDigits) {
  torch::manual_seed(2);
  const torch::Tensor x = torch::randn({4, 3, 8, 8}) + 300, probe = torch::randn_like(x);
  expect_parts_of_one(x, probe, 2, 1e-3);
}

TEST(GoldenSharedNorm, ANetworksGradientIsThatOfTheJoinedBatch) {
  ArchitectureOptions options;
  options.image_size = 32;
  options.width = 8;
  options.levels = 4;
  const auto make = [&] { return Network(image_to_skeleton_spec(options), 1, torch::kCPU); };
  torch::manual_seed(3);
  const torch::Tensor x = torch::rand({4, 3, 32, 32});
  const auto gradient = [](Network& network, const torch::Tensor& image) {
    network.reset_gradient(true);
    network.forward({image}, true)[0].pow(2).mean().backward();
    return network.parameters().grad().clone();
  };
  Network one = make();
  const torch::Tensor joined = gradient(one, x);
  std::vector<Network> networks = {make(), make()};
  std::vector<torch::Tensor> gradients(2), alone(2);
  for (int r = 0; r < 2; ++r) {
    Network network = make();
    alone[r] = gradient(network, x.narrow(0, 2 * r, 2));
  }
  test::on_ranks(2, [&](Ranks& self) {
    networks[self.rank()].share_statistics(&self);
    gradients[self.rank()] = gradient(networks[self.rank()], x.narrow(0, 2 * self.rank(), 2));
  });
  const double norm = joined.norm().item<double>();
  EXPECT_LT((0.5 * (gradients[0] + gradients[1]) - joined).norm().item<double>(), 1e-4 * norm);
  EXPECT_GT((0.5 * (alone[0] + alone[1]) - joined).norm().item<double>(), 1e-2 * norm);
  EXPECT_TRUE(torch::allclose(networks[1].statistics(), one.statistics(), 1e-4, 1e-5));
}

}  // namespace
}  // namespace limn
