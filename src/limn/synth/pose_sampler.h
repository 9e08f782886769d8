// Poses of all sources: families written by hand, statistics fitted to recorded people, frames of recorded motions.
// The last two are mixed (upper body of one, lower of another), kept within joint limits, mirrored half of the time,
// set on the ground, and drawn again where the body runs through itself.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "limn/synth/body_contact.h"
#include "limn/synth/motion.h"
#include "limn/synth/pose_statistics.h"
#include "limn/synth/poses.h"

namespace limn {

struct PoseSources {
  double motion_probability = 0;    ///< of a frame of `motions`
  double fitted_probability = 0.5;  ///< of the fitted statistics where no frame was chosen; else a hand-written family
  /// Of the same skeleton; may be null where its probability is 0.
  std::shared_ptr<const MotionLibrary> motions = nullptr;
};

/// A function of the random streams it is given; safe to call from several threads.
class PoseSampler {
 public:
  /// Error(usage) for probabilities outside [0, 1], or motions that are asked for but missing or of another skeleton.
  PoseSampler(const Skeleton& skeleton, PoseSources sources);

  PosedBody sample(const Proportions& proportions, Random& random) const;
  /// The body is carried as asked.
  PosedBody sample(const Proportions& proportions, Support support, Random& random) const;
  /// Another pose of the same person: of recorded poses the same motion within two seconds, else one with the same
  /// support.
  PosedBody sample_again(const PosedBody& first, const Proportions& proportions, Random& random) const;

 private:
  struct Draft {
    FreePose free;
    std::optional<MotionMoment> moment;
  };

  PosedBody sample_from_sources(const Proportions& proportions, std::optional<Support> support, Random& random) const;
  std::optional<Draft> draw(bool recorded, std::optional<Support> support, Random& random) const;
  Draft frame_at(const MotionMoment& moment) const;
  void exchange_upper_body(bool recorded, Random& random, Draft& draft) const;
  void perturb(Random& random, Pose& pose) const;
  PosedBody placed(Draft draft, const Proportions& proportions, bool mirror, Random& random) const;

  Skeleton skeleton_;
  PoseSources sources_;
  BodyParts parts_;
  const PoseStatistics& statistics_;
  std::vector<int> components_[7];  ///< per Support: those whose mean is carried so
};

}  // namespace limn
