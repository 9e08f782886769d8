#include "limn/losses/adversarial.h"

#include <torch/torch.h>

namespace limn {
namespace {

torch::Tensor distance_to(const Network& discriminator, const torch::Tensor& image, double target) {
  torch::Tensor sum;
  const auto scores = discriminator.forward({image.contiguous(torch::MemoryFormat::ChannelsLast)}, true);
  for (const torch::Tensor& score : scores) {
    const torch::Tensor term = (score - target).pow(2).mean();
    sum = sum.defined() ? sum + term : term;
  }
  return sum / static_cast<double>(scores.size());
}

}  // namespace

torch::Tensor discriminator_loss(const Network& discriminator, const torch::Tensor& drawn,
                                 const torch::Tensor& predicted) {
  return 0.5 * (distance_to(discriminator, drawn.detach(), 1.0) + distance_to(discriminator, predicted.detach(), 0.0));
}

torch::Tensor adversarial_loss(const Network& discriminator, const torch::Tensor& predicted) {
  return distance_to(discriminator, predicted, 1.0);
}

}  // namespace limn
