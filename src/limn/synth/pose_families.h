// The families behind sample_pose: each writes angles for its half of the body.
#pragma once

#include "limn/base/random.h"
#include "limn/synth/poses.h"

namespace limn {

/// Legs and trunk of a stance, before perturbation.
void sample_lower_body(Support support, Random& random, BodyAngles& angles);
/// Arms and head; `support` chooses which families make sense (hands on the ground on all fours).
void sample_upper_body(Support support, Random& random, BodyAngles& angles);
/// Adds correlated noise to every angle.
void perturb(double degrees, Random& random, BodyAngles& angles);

}  // namespace limn
