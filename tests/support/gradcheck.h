// Central differences in float64 against autograd.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>
#include <vector>

namespace limn {

/// Checks d f(inputs) / d inputs at rtol 1e-5 (atol 1e-7, what central differences with step 1e-5 resolve). f gives any
/// tensor; it is reduced with fixed weights so that every entry counts differently.
inline void expect_gradients(const std::function<torch::Tensor(const std::vector<torch::Tensor>&)>& f,
                             std::vector<torch::Tensor> inputs, double rtol = 1e-5, double atol = 1e-7) {
  constexpr double step = 1e-5;
  const auto reduced = [&](const std::vector<torch::Tensor>& at) {
    const torch::Tensor value = f(at).flatten();
    return (value * torch::linspace(0.5, 1.5, value.numel(), value.options())).sum();
  };
  for (torch::Tensor& input : inputs) input = input.detach().to(torch::kFloat64).clone().set_requires_grad(true);
  reduced(inputs).backward();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const torch::Tensor analytic = inputs[i].grad().defined() ? inputs[i].grad().clone().flatten().contiguous()
                                                               : torch::zeros({inputs[i].numel()}, torch::kFloat64);
    torch::NoGradGuard no_grad;
    torch::Tensor flat = inputs[i].detach().view({-1});
    for (int64_t k = 0; k < flat.numel(); ++k) {
      double* value = flat.data_ptr<double>() + k;
      const double kept = *value;
      *value = kept + step;
      const double above = reduced(inputs).item<double>();
      *value = kept - step;
      const double below = reduced(inputs).item<double>();
      *value = kept;
      const double numeric = (above - below) / (2 * step), given = analytic[k].item<double>();
      ASSERT_NEAR(given, numeric, atol + rtol * std::max(std::abs(given), std::abs(numeric)))
          << "input " << i << ", entry " << k;
    }
  }
}

/// Uniform in [low, high), float64, from a fixed seed.
inline torch::Tensor sample_tensor(std::vector<int64_t> shape, int64_t seed, double low = -1, double high = 1) {
  torch::manual_seed(seed);
  return torch::rand(shape, torch::kFloat64) * (high - low) + low;
}

}  // namespace limn
