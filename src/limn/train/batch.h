// Batches: synthetic people first, then unlabelled frames, made ahead by worker threads.
#pragma once

#include <torch/types.h>

#include <memory>
#include <vector>

#include "limn/base/ordered_queue.h"
#include "limn/cycle/reproject.h"
#include "limn/data/real_pairs.h"
#include "limn/synth/sample.h"

namespace limn {

/// The truth about N synthetic pictures (or poses without pictures).
struct PoseTruth {
  torch::Tensor uv;           ///< [N J 2] crop units
  torch::Tensor visibility;   ///< [N J] 0 outside, 1 occluded, 2 visible
  torch::Tensor joints;       ///< [N J 3] metres, root at the origin, camera-facing frame (geometry/camera.h)
  torch::Tensor rotations;    ///< [N J 3 3] local; the root's is facing_from_body
  CameraTensors camera;
  PoseTruth to(torch::Device device) const;
};

/// What a teacher read in M unlabelled pictures (train/self_training.h).
struct TaughtKeypoints {
  torch::Tensor uv;      ///< [M K 2] crop units
  torch::Tensor weight;  ///< [M K] in [0, 1]
};

/// image and appearance hold N synthetic pictures, then M real ones. In steps of the lifter alone there are poses and nothing
/// else; all other tensors are undefined.
struct Batch {
  int64_t step = 0;
  int64_t synthetic = 0;      ///< N
  int64_t first_real = 0;     ///< number, in the run, of the first of the M
  int64_t first_pose = 0;     ///< likewise of `poses`
  torch::Tensor image;        ///< [N+M 3 S S] RGB; bytes in the queue, floats in [0, 1] after to()
  torch::Tensor appearance;   ///< [N+M 3 S S], likewise; undefined when nothing is repainted
  CameraTensors camera;       ///< [N+M]; weak perspective for real pictures
  PoseTruth truth;            ///< of the N
  PoseTruth poses;            ///< further synthetic poses, without pictures
  torch::Tensor drawn_uv;     ///< [min(M, poses) J 2] poses for the discriminator
  TaughtKeypoints taught;     ///< of the M, where a teacher has read them; else undefined
  /// On the device, pictures as floats. Conversion waits until here: it is cheap on a GPU, and worker threads stay out
  /// of torch's thread pool.
  Batch to(torch::Device device) const;
};

struct BatchSizes {
  int synthetic = 16, real = 0, poses = 128;
  bool appearance = true;  ///< whether x' is needed
};

/// Which part of a step's pictures and poses a rank makes: those of rank 0 come first. Sizes are of one rank.
struct BatchShare {
  int rank = 0, ranks = 1;
};

/// Whom a run trains on. Which way a person faces, and so left from right, is learnt soon where people are easy to read,
/// and stays undecided for very long where they are not. So the first `easy_steps` steps show people of `easy` only,
/// and over as many again the share of `all` rises to one. Poses without pictures are always of `all`.
struct TrainingPeople {
  const SampleSource& all;
  const SampleSource& easy;
  const SampleSource& held_out;  ///< never trained on: measures
  int64_t easy_steps = 0;
  /// The source of picture `index` of step `step`: a pure function.
  const SampleSource& at(int64_t step, uint64_t seed, uint64_t index) const;
};

PoseTruth stack_truth(const std::vector<const PersonView*>& views);
/// Pictures of one size -> [B 3 S S] bytes.
torch::Tensor stack_images(const std::vector<const Image*>& images);

/// Batch number `step` of the run `seed`: a pure function. `real` may be null when sizes.real is 0. The batches of R ranks,
/// joined in order, are that of one process with R times the sizes.
Batch make_batch(const TrainingPeople& people, const RealPairs* real, const BatchSizes& sizes, uint64_t seed,
                 int64_t step, BatchShare share = {});

/// Makes the batches of a run ahead, in order.
using BatchQueue = OrderedQueue<Batch>;

}  // namespace limn
