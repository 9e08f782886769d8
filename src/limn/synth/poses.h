// A distribution of human poses written by hand: families of everyday and athletic stances, mixed and perturbed.
#pragma once

#include <optional>

#include "limn/base/random.h"
#include "limn/synth/joint_angles.h"

namespace limn {

/// How the body meets the world.
enum class Support { standing, sitting, kneeling, all_fours, lying, inverted, airborne };

/// A moment of a MotionLibrary.
struct MotionMoment {
  int motion = 0;      ///< index within the library
  double seconds = 0;  ///< from its first frame
  bool mirrored = false;
};

struct PosedBody {
  BodyAngles angles;  ///< of the hand-written families only
  Support support = Support::standing;
  /// Local rotations; the root's is world_from_body (world y up, heading any of 360 degrees); the root stands above the
  /// world's origin, the lowest part at height `clearance` over the ground y = 0.
  Pose pose;
  float clearance = 0;  ///< metres; > 0 in the air
  std::optional<MotionMoment> moment;  ///< of recorded poses only
};

/// Proportions of one person: bone scales symmetric by length group, `size` the overall scale (children are small).
struct Proportions {
  std::vector<float> bone_scales;  ///< [J]
  float size = 1;
};
/// How often people are children where nobody says otherwise, the size of one, and how large a head is on a body of that size.
inline constexpr double child_share = 0.12;
float sample_child_size(Random& random);
float head_size_of(float size, bool child);
Proportions sample_proportions(const Skeleton& skeleton, Random& random, double children = child_share);

/// A pose of any hand-written family (pose_sampler.h has the other sources too), half of them mirrored. Angles keep
/// AngleLimits; hands stay out of the trunk.
PosedBody sample_pose(const Skeleton& skeleton, const Proportions& proportions, Random& random);
/// A pose of the given support, as sample_pose otherwise.
PosedBody sample_pose(const Skeleton& skeleton, const Proportions& proportions, Support support, Random& random);

/// Of gymnasts, divers and who falls: inverted, airborne (nearly half of those turned any way round), lying or on all fours.
Support sample_acrobatic_support(Random& random);

/// Rough radius of the flesh around a joint (metres, adult): ground contact and visibility use it.
float flesh_radius(const Skeleton& skeleton, int joint);

}  // namespace limn
