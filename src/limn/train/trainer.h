// The training run: the two-stage protocol of METHOD 2 on batches made ahead.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "limn/train/batch.h"
#include "limn/train/objectives.h"
#include "limn/train/options.h"
#include "limn/train/records.h"
#include "limn/train/state.h"
#include "limn/train/validation.h"

namespace limn {

class Trainer {
 public:
  /// `real` may be null when options.mixed_steps is 0. `run_folder` exists; files are written into it.
  Trainer(TrainOptions options, const Skeleton& skeleton, const TrainingPeople& people, const RealPairs* real,
          std::filesystem::path run_folder);

  /// Begins with the weights of a model file: Error(model) when it is for other networks or another skeleton.
  void start_from(const std::filesystem::path& model);
  void resume(const std::filesystem::path& checkpoint);

  /// Trains to the end. When `stop` becomes true: a checkpoint, then Error(interrupted). A loss that is not finite: the
  /// state before the step is saved, and Error(model) names step, seed and the command that replays the batch.
  void run(const std::atomic<bool>& stop);

  const TrainState& state() const { return state_; }

 private:
  BatchSizes sizes_at(int64_t step) const;
  double rate_at(int64_t step) const;
  /// Real pictures of the batch as the moving average teaches them.
  void give_lesson(Batch& batch);
  void train_step(Batch batch);
  void train_lifter(const Batch& batch);
  ObjectiveContext context();
  /// One step down the objectives' gradient, of the networks that take part.
  void descend(const Objectives& objectives, const Batch& batch);
  void train_discriminator(const CycleProducts& products, const Batch& batch);
  void record(int64_t step, const BatchQueue& queue);
  void validate();
  void write_sheet();
  void checkpoint();
  /// The moving average as a released model, weights/<name>.
  void save_weights(const std::string& name);
  std::string configuration() const;
  [[noreturn]] void fail_not_finite(const Objectives& objectives, const Batch& batch);

  TrainOptions options_;
  torch::Device device_;
  Skeleton skeleton_;
  TrainingPeople people_;
  const RealPairs* real_;
  std::filesystem::path folder_;
  TrainState state_;
  HeldOutPeople held_out_;
  RunningMeans means_;
  std::unique_ptr<ResultsFile> results_;
  std::unique_ptr<EventFile> events_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace limn
