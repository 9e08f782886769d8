// How clean a motion is, without any truth to compare it with: what an animator would have to repair.
#pragma once

#include <string>
#include <vector>

#include "limn/motion/grounding.h"

namespace limn {

struct MotionQuality {
  double seconds = 0;
  double contact_share = 0;     ///< of the frames: at least one foot rests
  double foot_slide = 0;        ///< m/s: mean horizontal speed of a foot's ends from frame to frame while they rest
  double deepest_m = 0;         ///< largest depth of a joint below the ground, metres
  double mean_depth_m = 0;      ///< mean over the frames of the deepest joint's
  double acceleration = 0;      ///< m/s^2: mean over joints and frames of the second difference of positions
  double flips_per_minute = 0;  ///< frames that look more like the frame before when left and right are exchanged
};

/// Contacts are the clip's own. Fewer than three frames have no acceleration (0), and a clip without contacts no slide.
MotionQuality motion_quality(const Skeleton& skeleton, const MotionClip& clip);

/// Joints [T][J], metres -> mean over joints and frames of the second difference, m/s^2; 0 for fewer than three frames.
double mean_acceleration(const std::vector<std::vector<Vec3>>& joints, double frame_rate);

/// One line for people: "feet on the ground in 80 % of the frames, sliding 0.01 m/s; ...".
std::string describe(const MotionQuality& quality);

}  // namespace limn
