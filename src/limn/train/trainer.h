// The training run: the two-stage protocol of METHOD 2 on batches made ahead.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "limn/train/batch.h"
#include "limn/train/objectives.h"
#include "limn/train/options.h"
#include "limn/train/process_group.h"
#include "limn/train/records.h"
#include "limn/train/state.h"
#include "limn/train/validation.h"

namespace limn {

class Trainer {
 public:
  /// `real` may be null when options.mixed_steps is 0. `run_folder` exists; files are written into it. Each rank of `group`
  /// makes its share of every batch, and their step is that of one process with the joined batch; rank 0 alone writes, and
  /// the folder of the others is not looked at. Null: one process.
  Trainer(TrainOptions options, const Skeleton& skeleton, const TrainingPeople& people, const RealPairs* real,
          std::filesystem::path run_folder, ProcessGroup* group = nullptr);

  /// Begins with the weights of a model file: Error(model) when it is for other networks or another skeleton.
  void start_from(const std::filesystem::path& model);
  void resume(const std::filesystem::path& checkpoint);

  /// Trains to the end. When `stop` becomes true: a checkpoint, then Error(interrupted). A loss that is not finite: the
  /// state before the step is saved, and Error(model) names step, seed and the command that replays the batch. With several
  /// ranks all stop at the same step when `stop` is true on one. A lost rank: rank 0 saves the state before the step, and
  /// Error(model) on all that are left.
  void run(const std::atomic<bool>& stop);

  const TrainState& state() const { return state_; }

 private:
  /// All ranks with the same configuration and weights; the files that rank 0 writes.
  void begin();
  void train_to_the_end(const std::atomic<bool>& stop);
  bool leads() const { return group_ == nullptr || group_->rank() == 0; }
  BatchShare share() const;
  BatchSizes sizes_at(int64_t step) const;
  double rate_at(int64_t step) const;
  /// Real pictures of the batch as the moving average teaches them.
  void give_lesson(Batch& batch);
  void train_step(Batch batch);
  void train_lifter(const Batch& batch);
  ObjectiveContext context();
  /// The objectives' gradient, of the networks that take part, over all ranks; and that of the discriminator. Nothing that
  /// moves weights waits for another rank: one that is lost in a step leaves them as they were before it.
  void find_gradient(const Objectives& objectives, const Batch& batch);
  void find_discriminator_gradient(const CycleProducts& products, const Batch& batch);
  /// One step down the gradient.
  void descend(int64_t step);
  void descend_discriminator(int64_t step);
  void record(int64_t step, const BatchQueue& queue);
  void validate();
  void write_sheet();
  void checkpoint();
  /// The moving average as a released model, weights/<name>.
  void save_weights(const std::string& name);
  std::string configuration() const;
  [[noreturn]] void fail_not_finite(const std::map<std::string, double>& values, const Batch& batch);
  [[noreturn]] void leave_lost_rank(const std::string& reason);

  TrainOptions options_;
  torch::Device device_;
  Skeleton skeleton_;
  TrainingPeople people_;
  const RealPairs* real_;
  std::filesystem::path folder_;
  ProcessGroup* group_;
  TrainState state_;
  RunningStatistics before_step_;  ///< with several ranks
  HeldOutPeople held_out_;
  RunningMeans means_;
  std::unique_ptr<RunRecords> records_;  ///< of the rank that leads
};

}  // namespace limn
