// PosePath of one person as poses at times, and what lies between them.
#pragma once

#include <functional>

#include "limn/synth/poses.h"

namespace limn {

/// A person's pose at a time, in seconds: root rotation world_from_body, root_position.x and .z the place on the
/// ground, root_position.y the height of the lowest part over the ground. Bone scales are not read: the person's own
/// count. Called from several threads at once.
using PosePath = std::function<Pose(double seconds)>;

/// One pose of a path.
struct KeyPose {
  double seconds = 0;
  Pose pose;  ///< root_position as in PosePath
};

/// The pose `share` of the way from a to b: every joint turns the shortest way (spherical interpolation), the root goes
/// straight, and bone scales are those of a.
Pose between(const Pose& a, const Pose& b, float share);

/// Every joint turns the shortest way from one key to the next (spherical interpolation); the speed rises and falls
/// smoothly and is 0 at the keys (3 t^2 - 2 t^3). Before the first and after the last key the pose rests.
/// Error(usage) without a key, or where times do not rise.
PosePath eased(std::vector<KeyPose> keys);

/// Puts the lowest part of the body, flesh included, root_position.y above the ground (y = 0).
/// `person_size` as Proportions::size.
Pose on_ground(const Skeleton& skeleton, Pose pose, float person_size);

}  // namespace limn
