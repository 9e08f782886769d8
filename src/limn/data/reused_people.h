// Renders that are shown several times, each time changed anew: pictures cost less than their rendering.
#pragma once

#include <cstdint>
#include <memory>

#include "limn/data/augment.h"
#include "limn/data/view_change.h"

namespace limn {

struct ReuseSettings {
  int uses = 4;     ///< of each render; 1: the source as it is, nothing is changed
  int pool = 1024;  ///< renders kept at most; the uses of one lie about pool / (uses - 1) renders apart
  ViewChangeSettings view = {};
  AugmentSettings light = gentle();  ///< the renders have seen a camera already

  static AugmentSettings gentle();
};

/// Sample `index` is use `index % uses` of a render made `use * distance` renders ago, so each render is spread over the
/// training, no batch of fewer than pool pictures holds one twice, and the share of fresh renders is the same in every
/// batch. Which render, and its change, are functions of (seed, index) alone: the pool only saves time, and resumed
/// runs see the same pictures. Both pictures of a sample change alike; masks, depths and surfaces are not given.
class ReusedPeople : public SampleSource {
 public:
  /// `source` and `skeleton` must outlive it. Error(usage) unless uses >= 1 and pool >= uses.
  ReusedPeople(const SampleSource& source, const Skeleton& skeleton, ReuseSettings settings);
  ~ReusedPeople() override;

  using SampleSource::sample;
  SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const override;
  PersonView pose_only(uint64_t seed, uint64_t index) const override;

  int64_t renders() const;  ///< made so far
  int64_t pooled() const;   ///< kept now

 private:
  struct Pool;
  const SampleSource& source_;
  const Skeleton& skeleton_;
  ReuseSettings settings_;
  int64_t distance_;  ///< renders between two uses
  std::unique_ptr<Pool> pool_;
};

}  // namespace limn
