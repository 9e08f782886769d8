// The torch builder of network descriptions: parameters, forward pass, and the way to and from weight files.
#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "limn/cycle/ranks.h"
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
  /// The same of the named layers, in the order asked for.
  std::vector<torch::Tensor> taps(const std::vector<torch::Tensor>& inputs, const std::vector<std::string>& names,
                                  bool training = false) const;

  /// In which numbers the convolutions and what lies between them are computed: float32, as made, or bfloat16, several
  /// times faster on processors and GPUs with matrix units. Weights, statistics, linear layers and output layers stay
  /// float32.
  void set_arithmetic(torch::ScalarType type) { arithmetic_ = type; }

  /// In training, norms take the statistics of the batches of all ranks, joined (cycle/shared_norm.h), so that several
  /// processes learn what one does from all their pictures. `ranks` outlives the network's training; null: of this process.
  void share_statistics(Ranks* ranks) { ranks_ = ranks; }

  const NetworkSpec& spec() const { return spec_; }
  /// What the optimiser moves: every weight, end to end in one vector that the layers' tensors are views of. An
  /// optimiser, a moving average or a norm is then a few operations a network instead of a few a tensor.
  const torch::Tensor& parameters() const { return parameters_; }
  /// The first part of it: the weights of hidden layers (NetworkSpec::hidden_weights); and all others.
  torch::Tensor hidden() const { return parameters_.narrow(0, 0, parameters_.numel() - others_.numel()); }
  const torch::Tensor& others() const { return others_; }
  /// The norms' running statistics, end to end, likewise.
  torch::Tensor statistics() const { return all_.narrow(0, parameters_.numel(), all_.numel() - parameters_.numel()); }
  /// Before a backward pass. `used`: whether the network takes part; otherwise it has no gradient, and optimisers skip
  /// it.
  void reset_gradient(bool used);
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
  /// Whether two number types meet; otherwise everything is computed as it comes.
  bool mixes() const { return arithmetic_ != torch::kFloat32; }
  std::map<std::string, torch::Tensor> run(const std::vector<torch::Tensor>& inputs, bool training) const;
  /// What a layer's norm and activation make of x.
  torch::Tensor normalised(const torch::Tensor& x, const LayerSpec& layer, bool training) const;
  /// Lays out the tensors over `all_`: hidden weights, all others, running statistics.
  void make_views();
  NetworkSpec spec_;
  torch::ScalarType arithmetic_ = torch::kFloat32;
  Ranks* ranks_ = nullptr;
  torch::Tensor all_;                             ///< [.] every tensor
  torch::Tensor parameters_;                      ///< [.] the weights' part of `all_`
  torch::Tensor others_;                          ///< [.] the end of `parameters_`
  std::map<std::string, torch::Tensor> tensors_;  ///< views of `all_`
};

/// A contiguous float32 (or int64, uint8) copy on the CPU, and back.
TensorBlob blob_from_tensor(const torch::Tensor& tensor);
torch::Tensor tensor_from_blob(const TensorBlob& blob);

}  // namespace limn
