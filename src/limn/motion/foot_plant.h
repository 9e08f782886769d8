// Feet held where they rest, legs bent to suit, the body moved as little as that takes.
#pragma once

#include "limn/motion/foot_contact.h"

namespace limn {

/// One end of a foot resting at a place of the ground.
struct PlantedEnd {
  Interval frames;
  Vec3 place = Vec3::Zero();  ///< metres, world (y up, ground y = 0)
};
using PlantedFoot = std::array<std::vector<PlantedEnd>, 2>;  ///< by FootEnd, each in the order of time
using PlantedFeet = std::array<PlantedFoot, 2>;              ///< left, right

/// Where heel and toes of a foot rest at once, the heel's place is moved so that both lie as far apart as the foot is
/// long and at the heights of a flat foot, toes staying.
void fit_to_feet(const Skeleton& skeleton, const std::vector<float>& bone_scales, PlantedFeet& feet);

/// Places each planted end exactly there, frame by frame, with legs of two bones (motion/two_bone_ik.h); over 0.12 s
/// before and after a contact the foot comes from and returns to its own motion. No end of a foot is left below the
/// ground. Where a leg is too short the root comes nearer, smoothly. poses [T] of one body, world.
void plant_feet(const Skeleton& skeleton, double frame_rate, const PlantedFeet& feet, std::vector<Pose>& poses);

}  // namespace limn
