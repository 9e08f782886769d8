// Where a posed body touches the ground and itself: what carries it, and whether limbs run through one another.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "limn/synth/poses.h"

namespace limn {

/// The joints of the human skeleton by index, looked up once; pairs are left, right.
struct BodyParts {
  explicit BodyParts(const Skeleton& skeleton);

  using Pair = std::array<int, 2>;
  int pelvis, spine, chest, neck, head, head_top;
  Pair shoulder, elbow, wrist, hand_tip, hip, knee, ankle, toe_tip;
  std::vector<int> upper;    ///< joints of the spine and above: what changes when upper bodies are exchanged
  std::vector<float> flesh;  ///< [J] flesh_radius, metres of an adult
};

/// Height of the lowest flesh in the frame of `k` (y up, metres); `size` is Proportions::size.
float lowest_height(const BodyParts& parts, const Kinematics& k, float size);

/// Clearance of a recorded adult in the recording's world, metres: 0 below 6 cm, as floors differ by centimetres
/// between recordings, and 0 for who climbs (the word is in `action`) or is more than 0.7 m up: the climbing frame was
/// not recorded, so they shall stand on the ground.
float recorded_clearance(const BodyParts& parts, const Kinematics& k, std::string_view action);

/// What carries a body whose lowest flesh is `clearance` metres over the ground, from heights, the trunk's direction
/// and the place of the mass over the feet.
Support told_support(const BodyParts& parts, const Kinematics& k, float size, float clearance);

/// Whether limbs run through the trunk, the head or one another by more than flesh gives way: capsules around the
/// bones closer than 0.6 of their radii. Skin that touches (folded arms, hands on knees) passes.
bool intersects_itself(const BodyParts& parts, const Kinematics& k, float size);

/// Distance of the segments a0 a1 and b0 b1 (Ericson, "Real-Time Collision Detection" 2005, section 5.1.9).
float segment_distance(const Vec3& a0, const Vec3& a1, const Vec3& b0, const Vec3& b1);

}  // namespace limn
