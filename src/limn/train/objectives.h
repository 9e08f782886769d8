// The objectives of METHOD 2, term by term, on one batch.
#pragma once

#include <map>
#include <string>

#include "limn/cycle/cycle.h"
#include "limn/losses/perceptual.h"
#include "limn/train/batch.h"
#include "limn/train/options.h"

namespace limn {

/// Weighted terms by name; `total` is their sum.
struct Objectives {
  std::map<std::string, torch::Tensor> terms;
  torch::Tensor total;
};

struct ObjectiveContext {
  const TrainOptions& options;
  const Cycle& cycle;
  const Cycle& average;          ///< moving average of the weights: the features of perceptual = "self"
  const Network& discriminator;
  PerceptualDistance& perceptual;
  Ranks* ranks = nullptr;        ///< of which the mean of each term is that of their joined batch; null: one process
};

/// Stage one when the batch holds no real pictures, stage two otherwise.
Objectives compute_objectives(const ObjectiveContext& context, const CycleProducts& products, const Batch& batch);

/// Of the lifter alone, on batch.poses.
Objectives lifter_objectives(const ObjectiveContext& context, const Batch& batch);

/// Keypoints as stage 2 would see them: true ones with noise, some hidden. Pose i is drawn from the stream
/// ("lifter.noise", first + i).
struct NoisyKeypoints {
  torch::Tensor xy;          ///< [N K 2]
  torch::Tensor confidence;  ///< [N K]
};
NoisyKeypoints noisy_keypoints(const PoseTruth& truth, uint64_t seed, int64_t first);

/// Likewise bone depths [N K] as stage 1 would tell them, of one person in ten nothing (zeros); stream ("lifter.depth_noise",
/// first + i).
torch::Tensor noisy_bone_depths(const Skeleton& skeleton, const PoseTruth& truth, uint64_t seed, int64_t first);

}  // namespace limn
