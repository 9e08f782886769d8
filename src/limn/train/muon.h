// Muon: steps of equal length in every direction of a weight matrix (Jordan et al. 2024, "Muon: an optimizer for hidden
// layers"), scaled to the size of Adam's steps (Liu et al. 2025, "Muon is scalable for LLM training").
#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "limn/cycle/network.h"

namespace limn {

/// matrix [R C] -> the nearest matrix with orthonormal rows (columns where R > C), up to singular values of 0.7 to 1.2:
/// five Newton-Schulz steps, in bfloat16 where the matrix is large.
torch::Tensor orthogonalised(const torch::Tensor& matrix);

/// Moves the weight matrices of hidden layers (convolutions as [outputs, inputs x kernel]) and leaves all else, norms,
/// biases, first and last layers, to another optimiser (Network::others).
class Muon {
 public:
  explicit Muon(const std::map<std::string, Network*>& networks);
  /// One step by `rate` times an orthogonal matrix of Adam's usual size; networks without gradient are skipped.
  void step(double rate);
  /// One vector a network, as long as its hidden weights: the gradients' moving sums.
  std::map<std::string, torch::Tensor>& momenta() { return momenta_; }
  /// The sums of `network` from tensor `name` of a checkpoint. Error(model) where it is missing or of another network.
  void read(const TensorFile& file, const std::string& name, const std::string& network, const std::string& origin);

 private:
  struct Hidden {
    torch::Tensor weight, momentum;  ///< [R C] views
  };
  std::map<std::string, torch::Tensor> parameters_, momenta_;
  std::map<std::string, std::vector<Hidden>> hidden_;
};

}  // namespace limn
