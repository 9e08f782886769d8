// Trains the network that finds people (network/architectures.h) on synthetic frames (data/person_scenes.h).
#pragma once

#include <torch/types.h>

#include <atomic>
#include <filesystem>
#include <memory>

#include "limn/cycle/network.h"
#include "limn/network/person_file.h"
#include "limn/train/muon.h"
#include "limn/train/person_options.h"
#include "limn/train/records.h"

namespace torch::optim {
class Adam;
}

namespace limn {

/// Frames of one size and what the network should give for them.
struct PersonBatch {
  int64_t step = 0;
  torch::Tensor image;          ///< [B 3 H W] RGB bytes
  torch::Tensor centre;         ///< [B 1 H/8 W/8] in [0, 1]
  torch::Tensor centre_weight;  ///< [B 1 H/8 W/8]
  torch::Tensor box;            ///< [B 4 H/8 W/8], network/person_code.h
  torch::Tensor box_weight;     ///< [B 1 H/8 W/8]
};

struct FrameSize {
  int width = 0, height = 0;
};
/// Of the frames of a step: lying, standing, or square and of about the same area; multiples of 32.
FrameSize frame_size(int longer_side, uint64_t seed, int64_t step);

/// Batch number `step` of the run `seed`: a pure function.
PersonBatch make_person_batch(const PersonScenes& scenes, const PersonTrainOptions& options, int64_t step);

class PersonTrainer {
 public:
  /// `run_folder` exists; files are written into it. `held_out` frames are never trained on.
  PersonTrainer(PersonTrainOptions options, const PersonScenes& scenes, const PersonScenes& held_out,
                std::filesystem::path run_folder);
  ~PersonTrainer();

  /// Begins with the weights of `other` instead of random ones. Error(model) naming `origin` for another network.
  void start_from(const PersonFile& other, const std::string& origin);
  void resume(const std::filesystem::path& checkpoint);
  /// Trains to the end. When `stop` becomes true: a checkpoint, then Error(interrupted). Error(model) for a loss that
  /// is not finite.
  void run(const std::atomic<bool>& stop);
  /// The moving average, as released.
  PersonFile model() const;

 private:
  void train_step(const PersonBatch& batch);
  void validate();
  void checkpoint();
  std::string configuration() const;

  PersonTrainOptions options_;
  torch::Device device_;
  const PersonScenes &scenes_, &held_out_;
  std::filesystem::path folder_;
  int64_t step_ = 0;  ///< steps done
  Network network_, average_;
  Muon muon_;
  std::unique_ptr<torch::optim::Adam> adam_;
  RunningMeans means_;
  std::unique_ptr<RunRecords> records_;
};

/// The configuration a checkpoint was written with. Error(model) for a file that is none.
std::string person_checkpoint_configuration(const std::filesystem::path& path);

}  // namespace limn
