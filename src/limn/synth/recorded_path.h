// A stretch of a recorded motion as the path of one person.
#pragma once

#include <memory>
#include <vector>

#include "limn/synth/motion.h"
#include "limn/synth/pose_path.h"

namespace limn {

struct RecordedStretch {
  int motion = 0;         ///< index within the library
  double start_s = 0;     ///< of the recording
  double speed = 1;       ///< of the recording's own
  float turn = 0;         ///< radians about the vertical
  float travel = 1;       ///< share of the way over the ground: below 1 for a camera that follows
  float size = 1;         ///< of the person, as Proportions::size
  bool mirrored = false;
  std::vector<Mat3> offsets = {};  ///< [J] turns added to the joints all along; empty: none
};

/// A stretch for a clip of `seconds`: any motion, any start, 0.7 to 1.4 times as fast, turned anyhow, mirrored in half, in
/// half with less of the way over the ground, with joints turned by some degrees.
RecordedStretch draw_stretch(const Skeleton& skeleton, const MotionLibrary& motions, double seconds, Random& random);

/// The stretch from its start on; held at the recording's ends. Recordings' floors differ by centimetres: who is less than
/// 6 cm above is on it, and whoever jumps rises from there.
PosePath recorded_path(const Skeleton& skeleton, std::shared_ptr<const MotionLibrary> motions,
                       const RecordedStretch& stretch);

}  // namespace limn
