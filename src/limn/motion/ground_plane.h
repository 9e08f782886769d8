// The ground under a person, seen by a camera that stands still.
#pragma once

#include <optional>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

/// A point of a body that rested: a foot's joint, its mean over the time of the contact.
struct RestingPoint {
  Vec3 place = Vec3::Zero();  ///< metres, camera frame (x right, y down, z forward)
  float clearance = 0;        ///< metres: how far such a joint stays above the ground
  float weight = 1;
};

struct GroundPlane {
  Vec3 up = Vec3(0, -1, 0);    ///< unit, camera frame: against gravity
  float height = 0;            ///< metres: the camera's above the ground; negative where the ground is above it
  bool from_contacts = false;  ///< false: nobody stood; a level camera, the height by the caller

  /// y up, the camera above the origin at (0, height, 0), looking along -z but for its pitch.
  Mat3 world_from_camera() const;
  float pitch_deg() const;  ///< how far the camera looks down
  float roll_deg() const;
};

/// The most likely plane y = a x + b z + c: resting points are off by 4 cm, the camera rolls by 3 and pitches by 15
/// degrees, and `body_up`, the direction from the feet to the neck of who stands, is upright but for 6 degrees; points
/// that disagree lose weight (Cauchy). Pitch stays within 60 degrees, roll within 20. Without points: level (as
/// body_up says, where it is given), height 0, from_contacts false.
GroundPlane fit_ground(const std::vector<RestingPoint>& points, const std::optional<Vec3>& body_up);

}  // namespace limn
