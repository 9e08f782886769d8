// What the person of `limn demo` does.
#pragma once

#include "limn/synth/pose_path.h"

namespace limn::app {

/// Walks on the spot, turns, and raises the arms now and then; faces +z on the whole. `skeleton` must outlive it.
PosePath demo_motion(const Skeleton& skeleton);

}  // namespace limn::app
