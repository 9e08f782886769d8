#include "limn/cycle/network.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/network/architectures.h"

namespace limn {
namespace {

Network small_network() {
  ArchitectureOptions options;
  options.image_size = 32;
  options.width = 8;
  options.levels = 4;
  return Network(image_to_skeleton_spec(options), 1, torch::kCPU);
}

torch::Tensor loss_of(const Network& network) {
  torch::manual_seed(2);
  return network.forward({torch::rand({2, 3, 32, 32})}, true)[0].pow(2).mean();
}

std::vector<std::string> trained_names(const Network& network) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : network.tensors())
    if (tensor.requires_grad()) names.push_back(name);
  return names;
}

TEST(Network, EveryWeightIsAPartOfTheOneVector) {
  Network network = small_network();
  double sum = 0;
  for (const std::string& name : trained_names(network)) sum += network.tensors().at(name).detach().sum().item<double>();
  EXPECT_NEAR(network.parameters().sum().item<double>(), sum, 1e-3);
  {
    torch::NoGradGuard no_grad;
    torch::Tensor all = network.parameters();
    all.fill_(3);
  }
  for (const auto& [name, tensor] : network.tensors()) {
    if (tensor.requires_grad()) EXPECT_TRUE(tensor.eq(3).all().item<bool>()) << name;
    else EXPECT_FALSE(tensor.eq(3).any().item<bool>()) << name;
  }
  EXPECT_TRUE(network.tensors().at("enc1_down.weight").is_contiguous(torch::MemoryFormat::ChannelsLast));
}

TEST(Network, AnUnusedNetworkHasNoGradient) {
  Network network = small_network();
  network.reset_gradient(true);
  loss_of(network).backward();
  EXPECT_GT(network.parameters().grad().abs().sum().item<double>(), 0);
  network.reset_gradient(true);
  EXPECT_EQ(network.parameters().grad().abs().sum().item<double>(), 0);
  network.reset_gradient(false);
  EXPECT_FALSE(network.parameters().grad().defined());
  for (const auto& [name, tensor] : network.tensors()) EXPECT_FALSE(tensor.grad().defined()) << name;
}

TEST(Network, Bfloat16StaysNearFloat32) {
  Network exact = small_network(), fast = small_network();
  fast.set_arithmetic(torch::kBFloat16);
  torch::manual_seed(2);
  const torch::Tensor image = torch::rand({4, 3, 32, 32});
  std::vector<torch::Tensor> outputs, gradients;
  for (Network* network : {&exact, &fast}) {
    network->reset_gradient(true);
    const std::vector<torch::Tensor> products = network->taps({image}, {"skeleton_image", "enc1"}, true);
    for (const torch::Tensor& product : products) EXPECT_EQ(product.scalar_type(), torch::kFloat32);
    products[0].pow(2).mean().backward();
    outputs.push_back(products[0].detach());
    gradients.push_back(network->parameters().grad().clone());
  }
  EXPECT_EQ(fast.parameters().scalar_type(), torch::kFloat32);
  const double off = (outputs[0] - outputs[1]).abs().max().item<double>();
  EXPECT_LT(off, 0.03);
  EXPECT_GT(off, 0);  // it did compute otherwise
  EXPECT_GT(torch::cosine_similarity(gradients[0], gradients[1], 0).item<double>(), 0.99);
  EXPECT_EQ(fast.frozen_copy().forward({image}, false)[0].scalar_type(), torch::kFloat32);
}

TEST(Network, ACopyIsIndependentAndTheAverageMoves) {
  Network network = small_network();
  Network copy = network.frozen_copy();
  const torch::Tensor before = copy.parameters().clone();
  {
    torch::NoGradGuard no_grad;
    torch::Tensor all = network.parameters();
    all.add_(1);
  }
  EXPECT_TRUE(torch::equal(copy.parameters(), before));
  copy.move_towards(network, 0.75);
  EXPECT_TRUE(torch::allclose(copy.parameters(), before + 0.25));
  EXPECT_FALSE(copy.tensors().at("enc0.weight").requires_grad());
}

TEST(GoldenNetwork, StepsOnTheOneVectorEqualStepsOnEveryTensor) {
  Network flat = small_network(), plain = small_network();
  const auto adam = [](const std::vector<torch::Tensor>& parameters) {
    return torch::optim::Adam(parameters, torch::optim::AdamOptions(1e-2));
  };
  std::vector<torch::Tensor> tensors;
  for (const std::string& name : trained_names(plain)) tensors.push_back(plain.tensors().at(name));
  torch::optim::Adam flat_adam = adam({flat.parameters()}), plain_adam = adam(tensors);
  for (int step = 0; step < 3; ++step) {
    flat.reset_gradient(true);
    loss_of(flat).backward();
    torch::nn::utils::clip_grad_norm_(flat.parameters(), 0.1);
    flat_adam.step();
    plain.reset_gradient(false);
    loss_of(plain).backward();
    torch::nn::utils::clip_grad_norm_(tensors, 0.1);
    plain_adam.step();
  }
  for (const std::string& name : trained_names(flat))
    EXPECT_TRUE(torch::allclose(flat.tensors().at(name), plain.tensors().at(name), 1e-4, 1e-5)) << name;
}

}  // namespace
}  // namespace limn
