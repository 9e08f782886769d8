// Synthetic people made by formulas alone: no files, no data. Enough to train a pose network with the repository.
#pragma once

#include <memory>
#include <vector>

#include "limn/base/config.h"
#include "limn/synth/pose_path.h"
#include "limn/synth/sample.h"

namespace limn {

struct Character;  // character.h
class MotionLibrary;
class PoseSampler;

struct SynthOptions {
  int image_size = 128;                  ///< px
  double truncation_probability = 0.22;  ///< some limb leaves the picture
  double occluder_probability = 0.3;     ///< something stands in front of the person
  double distractor_probability = 0.12;  ///< another person, not labelled
  double clutter_probability = 0.5;      ///< objects around the person
  double upright_probability = 0;        ///< beyond the mixture's own share: standing on the feet
  double tilt_probability = 0.15;        ///< the camera rolls far: a third of these anywhere, the rest within 40 degrees
  double steep_probability = 0.12;       ///< seen from -30 to +60 degrees of elevation instead of about the eyes' height
  double smallest_extent = 0.38;         ///< of the whole person's box, share of the picture's side; 80 % are above 0.64
  double facing_deg = 180;               ///< the person turns at most so far from the camera; 180: backs as often as fronts
  double fitted_probability = 0.5;       ///< of a pose from the embedded statistics; else from the hand-written families
  double motion_probability = 0.5;       ///< of a pose from `motions`, where there are any, before the choice above
  /// Recorded motions (load them with the same skeleton); the second picture then shows the same motion within 2 s.
  std::shared_ptr<const MotionLibrary> motions;
  double sensor_strength = 1;            ///< blur, noise, compression; 0 for clean pictures
  /// Photographs behind the person (random crop, maybe mirrored); may be empty.
  std::vector<std::shared_ptr<const Image>> backgrounds;
  double background_probability = 0.6;  ///< of a photograph, where there are any
  /// Imported people (character.h), each as likely as the other; may be empty. All else is as for procedural ones.
  std::vector<std::shared_ptr<const Character>> characters;
  double character_probability = 0.7;  ///< of an imported person, where there are any
};

/// The fields synth.upright, synth.facing_deg ... of a configuration: all numbers but the image size.
void describe(SynthOptions& options, FieldList& fields);

/// One person who moves in one scene; camera, light and clothes stay. Safe to call from several threads. The
/// ProceduralPeople that made it must outlive it.
class SynthClip {
 public:
  ~SynthClip();
  SynthClip(SynthClip&&) noexcept;
  /// The picture at a time with its labels; `parts.appearance` is not read.
  PersonView frame(double seconds, const SampleParts& parts = {}) const;

 private:
  friend class ProceduralPeople;
  struct State;
  explicit SynthClip(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A pure function of (seed, index) and the options; safe to call from several threads.
class ProceduralPeople : public SampleSource {
 public:
  /// Error(usage) where a probability is outside [0, 1], image_size outside 16 ... 2048, a background is empty, or
  /// motions are asked for but missing or of another skeleton.
  ProceduralPeople(const Skeleton& skeleton, SynthOptions options);

  using SampleSource::sample;
  SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const override;
  PersonView pose_only(uint64_t seed, uint64_t index) const override;

  /// The person of sample(seed, index) in motion: through poses of its kind, about one a second. The camera frames all
  /// of them. Error(usage) unless `seconds` lies in (0, 3600].
  SynthClip clip(uint64_t seed, uint64_t index, double seconds) const;
  /// The same with a motion of the caller's.
  SynthClip clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const;

 private:
  Skeleton skeleton_;
  SynthOptions options_;
  std::shared_ptr<const PoseSampler> poses_;
};

}  // namespace limn
