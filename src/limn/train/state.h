// Everything that a training run carries from step to step, and its checkpoints.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <memory>

#include "limn/cycle/cycle.h"
#include "limn/losses/perceptual.h"
#include "limn/train/muon.h"
#include "limn/train/options.h"

namespace torch::optim {
class Adam;
}

namespace limn {

struct TrainState {
  TrainState(const Skeleton& skeleton, const TrainOptions& options, torch::Device device);
  ~TrainState();
  TrainState(TrainState&&) noexcept;

  int64_t step = 0;          ///< steps done
  double best_mpjpe = 1e30;  ///< mm, of the best validation so far
  Cycle cycle;
  Cycle average;             ///< exponential moving average of `cycle`: what is released
  Network discriminator;
  PerceptualDistance perceptual;
  std::unique_ptr<torch::optim::Adam> optimiser, discriminator_optimiser;
  std::unique_ptr<Muon> muon;  ///< null when Adam moves everything
};

/// What changes before a step's weights do: the norms' running statistics and the perceptual averages.
struct RunningStatistics {
  std::vector<torch::Tensor> norms;
  torch::Tensor perceptual;
};
RunningStatistics running_statistics(TrainState& state);
void restore(TrainState& state, const RunningStatistics& statistics);

/// One safetensors file: networks, averages, optimisers; metadata: step, resolved configuration, skeleton. Atomic.
void save_checkpoint(const std::filesystem::path& path, const TrainState& state, const std::string& configuration);

/// Error(model) for a file that is no checkpoint, or of other networks or another skeleton.
void load_checkpoint(const std::filesystem::path& path, TrainState& state);

/// The configuration a checkpoint was written with.
std::string checkpoint_configuration(const std::filesystem::path& path);

}  // namespace limn
