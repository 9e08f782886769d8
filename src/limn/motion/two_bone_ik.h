// A leg of two bones that puts its ankle where it is asked to.
#pragma once

#include "limn/motion/foot_contact.h"

namespace limn {

/// Bends the knee and turns the leg at the hip, the shortest way, until the ankle is at `ankle`, and gives the foot
/// the global rotation `foot`; both in the frame of the pose. Analytic (law of cosines): bone lengths stay exact, the
/// knee stays on the side it is on, a straight leg's knee bends forwards. A place that the leg cannot reach is
/// approached as far as it can. Returns how far the ankle remains from it, metres.
float place_ankle(const Skeleton& skeleton, const Leg& leg, const Vec3& ankle, const Mat3& foot, Pose& pose);

}  // namespace limn
