// Clips of people in motion, as they are and as they are read: what the temporal lifter learns from. No pictures.
#pragma once

#include "limn/cycle/temporal_lift.h"
#include "limn/data/reading_noise.h"
#include "limn/synth/procedural_people.h"
#include "limn/train/batch.h"
#include "limn/train/temporal_options.h"

namespace limn {

struct TemporalBatch {
  int64_t step = 0;
  PoseTruth truth;     ///< of [S L] frames, end to end
  KeypointClips read;  ///< [S L ...]
};

/// Batch number `step` of the run options.seed: a pure function.
TemporalBatch make_temporal_batch(const ProceduralPeople& people, const ReadingNoise& noise,
                                  const TemporalTrainOptions& options, int64_t step);

/// Read clips with every frame that is about `step_s` after the one before.
struct ReadTensors {
  KeypointClips read;       ///< [N L ...]
  torch::Tensor joints;     ///< [N*L J 3] metres, as PoseTruth
  torch::Tensor rotations;  ///< [N*L J 3 3]
  ReadTensors to(torch::Device device) const;
};
ReadTensors stack_read_clips(const ReadClips& clips, double step_s);

}  // namespace limn
