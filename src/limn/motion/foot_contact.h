// When a foot rests on the ground.
#pragma once

#include <array>
#include <vector>

#include "limn/skeleton/pose.h"

namespace limn {

/// The joints of one leg, by index.
struct Leg {
  int hip, knee, ankle, toe_tip;
};
using Legs = std::array<Leg, 2>;  ///< left, right
/// Error(usage) for a skeleton without legs of these names.
Legs legs_of(const Skeleton& skeleton);

/// How high joints of a foot are that rests on the ground, soles included; metres.
struct FootHeights {
  float toe_tip = 0;       ///< where the toes rest
  float flat_ankle = 0;    ///< where the whole sole rests
  float lowest_ankle = 0;  ///< the heel on the ground, the toes raised
};
FootHeights foot_heights(const Skeleton& skeleton, const Leg& leg, const std::vector<float>& bone_scales);

/// The two ends of a foot.
enum FootEnd { heel = 0, toes = 1 };
using FootContact = std::array<bool, 2>;          ///< by FootEnd
using FootContacts = std::array<FootContact, 2>;  ///< left, right

/// What one end of a foot does in one frame.
struct FootMotion {
  bool known = false;  ///< false: nobody seen, or a joint that cannot be on the ground
  float height = 0;    ///< metres above where it would rest
  float speed = 0;     ///< m/s
};

/// A contact begins below both of the lower limits and ends above either of the higher ones (hysteresis).
struct ContactSettings {
  float height_on = 0.07f, height_off = 0.13f;  ///< metres
  float speed_on = 0.35f, speed_off = 0.7f;     ///< m/s
  double shortest_s = 0.1;                      ///< shorter contacts are none
  double shortest_gap_s = 0.07;                 ///< shorter breaks, or such in which nothing is known, are none
};

/// [T] contact of one end of a foot. A contact reaches back, too, to where its higher limits are first kept.
std::vector<bool> find_contacts(const std::vector<FootMotion>& motion, double frame_rate,
                                const ContactSettings& settings = {});

/// Frames first ... last of contact without a break.
struct Interval {
  int first = 0, last = 0;
  int frames() const { return last - first + 1; }
};
std::vector<Interval> intervals_of(const std::vector<bool>& contact);

}  // namespace limn
