// Synthetic people in motion, read as a video is: what the reading of clips gets wrong, with the truth beside it.
#pragma once

#include "limn/data/read_clips.h"
#include "limn/infer/predictor.h"
#include "limn/synth/procedural_people.h"

namespace limn {

struct ClipReadingSettings {
  int clips = 100;
  int frames = 48;
  double frame_rate = 24;
  double recorded = 0.85;  ///< share of recorded motions, where the people have any
  uint64_t seed = 1;
};

/// Renders clip `index` of `people`, follows the person through it (PersonTracker) and corrects sides over time.
ReadClip read_clip(const Predictor& predictor, const ProceduralPeople& people, const ClipReadingSettings& settings,
                   uint64_t index);
/// All of them, one after the other.
ReadClips read_clips(const Predictor& predictor, const ProceduralPeople& people, const ClipReadingSettings& settings);

}  // namespace limn
