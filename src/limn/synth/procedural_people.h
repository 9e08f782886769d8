// Synthetic people made by formulas alone: no files, no data. Enough to train a pose network with the repository.
#pragma once

#include <memory>
#include <vector>

#include "limn/synth/options.h"
#include "limn/synth/pose_path.h"
#include "limn/synth/sample.h"

namespace limn {

class PoseSampler;
struct Staged;

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
  /// Error(usage) where check(options) fails, or motions or characters are of another skeleton.
  ProceduralPeople(const Skeleton& skeleton, SynthOptions options);

  using SampleSource::sample;
  SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const override;
  PersonView pose_only(uint64_t seed, uint64_t index) const override;

  /// The person of sample(seed, index) in motion: through poses of its kind, about one a second. The camera frames all
  /// of them. Error(usage) unless `seconds` lies in (0, 3600].
  SynthClip clip(uint64_t seed, uint64_t index, double seconds) const;
  /// The same with a motion of the caller's.
  SynthClip clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const;
  /// A motion for clip(): in a share `recorded` of the cases, where there are motions, a stretch of one (recorded_path.h);
  /// else through poses of the person's kind, as the first clip() has it.
  PosePath path(uint64_t seed, uint64_t index, double seconds, double recorded) const;
  /// Only the poses and the camera of clip(seed, index, seconds, motion), at `times`: cheap.
  std::vector<PersonView> clip_poses(uint64_t seed, uint64_t index, double seconds, const PosePath& motion,
                                     const std::vector<double>& times) const;

 private:
  Staged staged_clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const;

  Skeleton skeleton_;
  SynthOptions options_;
  std::shared_ptr<const PoseSampler> poses_;
};

}  // namespace limn
