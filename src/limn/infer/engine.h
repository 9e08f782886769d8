// Runs a network description on the CPU without torch: the reference runtime. An Engine is the memory of one run; the
// network itself, packed once, never changes and is shared.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "limn/infer/packed_network.h"
#include "limn/infer/thread_team.h"

namespace limn {

class Engine {
 public:
  /// Another runner of the same network. All memory is taken here, none by run().
  explicit Engine(std::shared_ptr<const PackedNetwork> network);
  /// Packs a network of its own; errors as PackedNetwork.
  Engine(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights, const std::string& prefix,
         const KernelSet& kernels = kernel_sets().front(), const ActivationRanges& ranges = {});
  Engine(Engine&&) noexcept = default;

  /// One value range [C H W] an input, in the order of the description -> one an output, valid until the next run.
  /// Error(model) for ranges of another size. One thread at a time; other Engines of the network may run meanwhile.
  /// With a team, its threads share the work of each layer.
  const std::vector<std::span<const float>>& run(std::initializer_list<std::span<const float>> inputs,
                                                 ThreadTeam* team = nullptr);

  const NetworkSpec& spec() const { return network_->spec(); }
  FeatureShape output_shape(size_t index) const { return network_->products()[network_->outputs().at(index)].shape; }

 private:
  /// A step with the places of this engine's memory filled in.
  struct Call {
    const PackedStep* step = nullptr;
    ConvCall conv;
    LinearCall linear;
    MergeCall merge;
  };
  FeatureMap map(int product) { return network_->products()[product].map(arena_.front().bytes); }
  void check(std::initializer_list<std::span<const float>> inputs) const;
  void prepare(const PackedStep& step);
  void run_step(const Call& call, int part, int parts) const;

  std::shared_ptr<const PackedNetwork> network_;
  AlignedBytes arena_;
  std::vector<Call> calls_;
  std::unique_ptr<Pieces[]> pieces_;  ///< one a call, for teams
  std::vector<std::vector<float>> output_values_;
  std::vector<std::span<const float>> outputs_;
};

}  // namespace limn
