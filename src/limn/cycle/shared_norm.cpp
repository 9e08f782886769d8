#include "limn/cycle/shared_norm.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/torch.h>

namespace limn {
namespace {

/// What the backward pass needs beside tensors.
struct Sharing : torch::CustomClassHolder {
  Ranks& ranks;
  double epsilon;
  Sharing(Ranks& ranks, double epsilon) : ranks(ranks), epsilon(epsilon) {}
};

struct Moments {
  torch::Tensor mean, variance;  ///< [C] float32; the variance is the biased one
};

/// Of the joined batch. Means of squares lose no digits in double precision.
Moments joined_moments(const torch::Tensor& x, Ranks& ranks) {
  const torch::Tensor zero = torch::zeros({x.size(1)}, x.options().dtype(torch::kFloat32));
  const auto [mean, variance] = at::batch_norm_update_stats(x, zero, zero.clone(), 0.0);
  const torch::Tensor m = mean.to(torch::kFloat64);
  const torch::Tensor both = mean_over_ranks(torch::stack({m, variance.to(torch::kFloat64) + m * m}), &ranks);
  return {both[0].to(torch::kFloat32), (both[1] - both[0] * both[0]).clamp_min(0).to(torch::kFloat32)};
}

/// [C] as it is added to [B C ...].
torch::Tensor channelwise(const torch::Tensor& values, const torch::Tensor& x) {
  std::vector<int64_t> shape(x.dim(), 1);
  shape[1] = -1;
  return values.view(shape);
}

/// With y = w (x - mean) / d + b, d = sqrt(variance + epsilon), and g the gradient of y: that of x is
/// w / d (g - mean(g) - (x - mean) / d^2 mean(g (x - mean))), means over the joined batch (Ioffe & Szegedy 2015).
struct SharedNorm : torch::autograd::Function<SharedNorm> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& weight, const torch::Tensor& bias, const torch::Tensor& mean,
                               const torch::Tensor& variance, const c10::intrusive_ptr<Sharing>& sharing) {
    context->save_for_backward({x, weight, mean, variance});
    context->saved_data["sharing"] = c10::IValue::make_capsule(sharing);
    return torch::batch_norm(x, weight, bias, mean, variance, false, 0.0, sharing->epsilon, true);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &weight = saved[1], &mean = saved[2], &variance = saved[3];
    const auto holder = context->saved_data["sharing"].toCapsule();
    const Sharing& sharing = static_cast<const Sharing&>(*holder);
    // As if the statistics were constants: gives w g / d, and the sums of g (x - mean) / d and of g.
    auto [gradient, of_weight, of_bias] =
        at::native_batch_norm_backward(gradients[0].contiguous(x.suggest_memory_format()), x, weight, mean, variance,
                                       {}, {}, false, sharing.epsilon, {true, true, true});
    const double count = static_cast<double>(x.numel() / x.size(1));
    const torch::Tensor means = mean_over_ranks(torch::stack({of_bias, of_weight}).to(torch::kFloat64), &sharing.ranks)
                                    .div_(count)
                                    .to(torch::kFloat32);
    const torch::Tensor inverse = (variance + sharing.epsilon).rsqrt(), scale = weight * inverse;
    const torch::Tensor slope = scale * inverse * means[1], offset = scale * means[0] - slope * mean;
    gradient.sub_((x * channelwise(slope, x)).add_(channelwise(offset, x)));
    return {gradient, of_weight, of_bias, torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor shared_batch_norm(const torch::Tensor& x, const NormTensors& norm, double momentum, double epsilon,
                                Ranks& ranks) {
  Moments joined;
  {
    torch::NoGradGuard no_grad;
    joined = joined_moments(x, ranks);
    const double count = static_cast<double>(x.numel() / x.size(1)) * ranks.size();
    // As in torch's own, autograd does not see the change: a network's tensors share one count of changes
    // (Network::make_views).
    norm.running_mean.variable_data().lerp_(joined.mean, momentum);
    norm.running_variance.variable_data().lerp_(joined.variance * (count / (count - 1)), momentum);
  }
  return SharedNorm::apply(x, norm.weight, norm.bias, joined.mean, joined.variance,
                           c10::make_intrusive<Sharing>(ranks, epsilon));
}

}  // namespace limn
