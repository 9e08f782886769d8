// The torch builder of network descriptions: parameters, forward pass, and the way to and from weight files.
#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

class Network {
 public:
  Network() = default;
  /// He-normal weights, zero biases, unit norms, drawn from the stream ("init." + spec.name) of `seed`.
  Network(NetworkSpec spec, uint64_t seed, torch::Device device);

  /// Inputs and outputs in the order of the description, each [B C H W] (vectors [B C]).
  /// `training` uses the batch's statistics and updates the running ones.
  std::vector<torch::Tensor> forward(const std::vector<torch::Tensor>& inputs, bool training) const;
  /// The products of the named layers, in the order asked for, with the running statistics.
  std::vector<torch::Tensor> taps(const std::vector<torch::Tensor>& inputs, const std::vector<std::string>& names) const;

  const NetworkSpec& spec() const { return spec_; }
  /// What the optimiser moves.
  std::vector<torch::Tensor> parameters() const;
  /// Every tensor by its name in weight files, running statistics included.
  const std::map<std::string, torch::Tensor>& tensors() const { return tensors_; }

  /// An independent copy without gradients.
  Network frozen_copy() const;
  /// this = decay * this + (1 - decay) * other, running statistics included.
  void move_towards(const Network& other, double decay);

  void write_to(TensorFile& file, const std::string& prefix) const;
  /// Error(model) naming the tensor that is missing or has another shape.
  void read_from(const TensorFile& file, const std::string& prefix, const std::string& origin);

 private:
  std::map<std::string, torch::Tensor> run(const std::vector<torch::Tensor>& inputs, bool training) const;
  NetworkSpec spec_;
  std::map<std::string, torch::Tensor> tensors_;
};

/// A contiguous float32 (or int64, uint8) copy on the CPU, and back.
TensorBlob blob_from_tensor(const torch::Tensor& tensor);
torch::Tensor tensor_from_blob(const TensorBlob& blob);

}  // namespace limn
