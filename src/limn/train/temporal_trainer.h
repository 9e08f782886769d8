// Trains the temporal lifter (skeleton/temporal_code.h) on people in motion, read with the errors of read clips.
#pragma once

#include <torch/types.h>

#include <atomic>
#include <filesystem>
#include <memory>

#include "limn/cycle/network.h"
#include "limn/network/model_file.h"
#include "limn/train/muon.h"
#include "limn/train/records.h"
#include "limn/train/temporal_batch.h"

namespace torch::optim {
class Adam;
}

namespace limn {

/// Of the seen frames of read clips, by the lifter of single frames and by that of windows.
struct TemporalScore {
  double mpjpe_mm = 0, joint_angle_deg = 0;
  double jitter_mm = 0;  ///< mean second difference of joints, root-relative, over frames network.step_s apart
};

class TemporalTrainer {
 public:
  /// `run_folder` exists; files are written into it. `readings` are those of training people, `held_out` only measure.
  TemporalTrainer(TemporalTrainOptions options, ModelFile model, const ProceduralPeople& people,
                  const ReadClips& readings, const ReadClips& held_out, std::filesystem::path run_folder);
  ~TemporalTrainer();

  /// Goes on from the temporal lifter of a weight file. Error(model) where it has none, or one of another size or with
  /// frames otherwise apart.
  void start_from(const ModelFile& other, const std::string& origin);
  void resume(const std::filesystem::path& checkpoint);
  /// Trains to the end. When `stop` becomes true: a checkpoint, then Error(interrupted). Error(model) for a loss that
  /// is not finite.
  void run(const std::atomic<bool>& stop);
  /// The model with the moving average of the temporal lifter, as released.
  ModelFile model() const;
  /// Of the moving average.
  TemporalScore measure() const;
  TemporalScore measure_single() const;

 private:
  LiftedClips lifted_held_out() const;
  void train_step(const TemporalBatch& batch);
  void validate();
  void checkpoint();
  std::string configuration() const;

  TemporalTrainOptions options_;
  torch::Device device_;
  ModelFile model_;
  const ProceduralPeople& people_;
  ReadingNoise noise_;
  ReadTensors held_out_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> start_info_;  ///< what the weights gone on from say of themselves
  int64_t step_ = 0;  ///< steps done
  Network lifter_, network_, average_;
  Muon muon_;
  std::unique_ptr<torch::optim::Adam> adam_;
  RunningMeans means_;
  std::unique_ptr<RunRecords> records_;
};

/// The configuration a checkpoint was written with. Error(model) for a file that is none.
std::string temporal_checkpoint_configuration(const std::filesystem::path& path);

}  // namespace limn
