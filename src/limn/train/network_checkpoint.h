// Checkpoints of trainings of one network: the one that finds people, the temporal lifter.
#pragma once

#include <filesystem>
#include <string>

#include "limn/cycle/network.h"
#include "limn/network/safetensors.h"
#include "limn/train/muon.h"

namespace torch::optim {
class Adam;
}

namespace limn {

/// What such a training carries from step to step.
struct NetworkTraining {
  int64_t& step;  ///< steps done
  Network &network, &average;
  torch::optim::Adam& adam;
  Muon& muon;  ///< of that network alone
};

/// `kind` tells one training's checkpoints from another's, "person-1". Atomic.
void save_network_checkpoint(const std::filesystem::path& path, const std::string& kind,
                             const std::string& configuration, const NetworkTraining& training);

/// Error(model), `what` it should have been and `remedy`, for a file that is none of that kind.
TensorFile read_network_checkpoint(const std::filesystem::path& path, const std::string& kind, const std::string& what,
                                   const std::string& remedy);

/// Error(model) for a checkpoint of another network.
void resume_network(const TensorFile& file, const std::string& origin, NetworkTraining training);

}  // namespace limn
