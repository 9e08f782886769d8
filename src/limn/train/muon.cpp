#include "limn/train/muon.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr double momentum = 0.95;
constexpr double adams_size = 0.2;  ///< root mean square of Adam's steps, in learning rates
constexpr int newton_schulz_steps = 5;
constexpr int64_t smallest_for_bfloat16 = 64;  ///< below, float32 takes less time

/// [O I k k], lying channels-last, or [O I] -> [O k*k*I], a view.
torch::Tensor as_matrix(const torch::Tensor& weight) {
  return weight.dim() == 4 ? weight.permute({0, 2, 3, 1}).flatten(1) : weight;
}

/// The part of a network's vector where `weight` lies, laid out alike.
torch::Tensor counterpart(const torch::Tensor& flat, const torch::Tensor& weight) {
  return as_matrix(flat.as_strided(weight.sizes(), weight.strides(), weight.storage_offset()));
}

}  // namespace

torch::Tensor orthogonalised(const torch::Tensor& matrix) {
  // The odd polynomial of Jordan et al. drives every singular value to about 1.
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
  const bool tall = matrix.size(0) > matrix.size(1);
  torch::Tensor x = matrix / (matrix.norm() + 1e-20);
  if (std::min(matrix.size(0), matrix.size(1)) >= smallest_for_bfloat16) x = x.to(torch::kBFloat16);
  if (tall) x = x.t().contiguous();
  for (int i = 0; i < newton_schulz_steps; ++i) {
    const torch::Tensor gram = x.mm(x.t());
    x = torch::addmm(x, torch::addmm(gram, gram, gram, b, c), x, a);
  }
  return (tall ? x.t() : x).to(matrix.scalar_type());
}

Muon::Muon(const std::map<std::string, Network*>& networks) {
  for (const auto& [name, network] : networks) {
    parameters_[name] = network->parameters();
    momenta_[name] = torch::zeros_like(network->hidden());
    for (const std::string& hidden : network->spec().hidden_weights()) {
      const torch::Tensor& weight = network->tensors().at(hidden);
      hidden_[name].push_back({as_matrix(weight.detach()), counterpart(momenta_[name], weight)});
    }
  }
}

void Muon::step(double rate) {
  torch::NoGradGuard no_grad;
  for (const auto& [name, hidden] : hidden_) {
    const torch::Tensor& flat = parameters_[name].grad();
    if (!flat.defined()) continue;
    for (const Hidden& h : hidden) {
      const torch::Tensor gradient =
          flat.as_strided(h.momentum.sizes(), h.momentum.strides(), h.momentum.storage_offset());
      torch::Tensor sum = h.momentum, weight = h.weight;
      sum.mul_(momentum).add_(gradient);
      const torch::Tensor direction = orthogonalised(gradient + momentum * sum);
      const double size = adams_size * std::sqrt(static_cast<double>(std::max(weight.size(0), weight.size(1))));
      weight.sub_(direction, rate * size);
    }
  }
}

void Muon::read(const TensorFile& file, const std::string& name, const std::string& network,
                const std::string& origin) {
  torch::Tensor& momentum = momenta_.at(network);
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end() && found->second.shape == momentum.sizes().vec(), ErrorKind::model,
          "the checkpoint lacks the optimiser's sums", origin + ": " + name, "resume from another checkpoint");
  momentum.copy_(tensor_from_blob(found->second));
}

}  // namespace limn
