// A human pose as anatomical angles with limits, and its translation to joint rotations.
//
// Angles are degrees away from the ANATOMICAL position (standing, arms hanging), one description for both
// sides: the right limb is the left one mirrored, so no family of poses can favour a side.
#pragma once

#include "limn/skeleton/pose.h"

namespace limn {

/// An interval of a joint angle, degrees.
struct AngleRange {
  float low = 0, high = 0;
  float clamp(float value) const { return value < low ? low : (value > high ? high : value); }
};

struct ArmAngles {
  float raise = 12;      ///< upper arm from hanging (0) over horizontal (90) to overhead (180)
  float azimuth = 10;    ///< plane of the raise: 0 sideways, 90 forward, beyond it across the chest, < 0 backward
  float twist = 0;       ///< of the upper arm: < 0 turns the elbow's bend outward and up (external rotation)
  float elbow = 15;      ///< flexion, 0 straight; never negative
  float pronation = 0;   ///< of the forearm
  float wrist = 0;       ///< palmar flexion
  float wrist_side = 0;  ///< deviation in the plane of the palm
};

struct LegAngles {
  float flexion = 0;    ///< thigh forward
  float abduction = 4;  ///< thigh outward
  float twist = 5;      ///< toes outward
  float knee = 3;       ///< flexion: the shank goes backward; never negative
  float ankle = 0;      ///< dorsiflexion: toes up
};

/// Bend of the trunk and head, shared out over their joints.
struct TrunkAngles {
  float bend = 0, side = 0, twist = 0;                 ///< forward, to the left, chest turned to the left
  float head_bend = 0, head_side = 0, head_twist = 0;  ///< the same, neck and head relative to the chest
};

struct BodyAngles {
  ArmAngles arm[2];  ///< left, right
  LegAngles leg[2];
  TrunkAngles trunk;
};

/// The limits every sampled pose keeps.
struct AngleLimits {
  AngleRange raise{0, 178}, azimuth{-50, 130}, arm_twist{-115, 80}, elbow{0, 148}, pronation{-85, 75}, wrist{-60, 65},
      wrist_side{-20, 30};
  AngleRange hip_flexion{-25, 125}, hip_abduction{-18, 55}, hip_twist{-25, 45}, knee{0, 148}, ankle{-48, 25};
  AngleRange bend{-30, 80}, side{-32, 32}, trunk_twist{-45, 45}, head_bend{-45, 45}, head_side{-35, 35},
      head_twist{-75, 75};
};

/// Every angle inside its limits; arms behind the body are kept low, where shoulders allow them.
void clamp_to_limits(const AngleLimits& limits, BodyAngles& angles);

/// Local rotations of all joints but the root (identity), bone scales 1. Needs the joint names of the human skeleton.
Pose pose_from_angles(const Skeleton& skeleton, const BodyAngles& angles);

}  // namespace limn
