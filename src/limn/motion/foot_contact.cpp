#include "limn/motion/foot_contact.h"

#include <algorithm>
#include <string>

#include "limn/synth/poses.h"

namespace limn {
namespace {

/// Sets runs of `value` that are shorter than `shortest` frames to its opposite; those at either end of the clip only
/// where `ends` says so.
void drop_short_runs(std::vector<bool>& flags, bool value, double shortest, bool ends) {
  const size_t count = flags.size();
  for (size_t t = 0, end = 0; t < count; t = end) {
    for (end = t + 1; end < count && flags[end] == flags[t];) ++end;
    const bool at_end = t == 0 || end == count;
    if (flags[t] == value && static_cast<double>(end - t) < shortest && (ends || !at_end))
      std::fill(flags.begin() + static_cast<std::ptrdiff_t>(t), flags.begin() + static_cast<std::ptrdiff_t>(end),
                !value);
  }
}

}  // namespace

Legs legs_of(const Skeleton& skeleton) {
  const auto leg = [&](const std::string& side) {
    return Leg{skeleton.joint(side + "hip"), skeleton.joint(side + "knee"), skeleton.joint(side + "ankle"),
               skeleton.joint(side + "toe_tip")};
  };
  return {leg("left_"), leg("right_")};
}

FootHeights foot_heights(const Skeleton& skeleton, const Leg& leg, const std::vector<float>& bone_scales) {
  const float size = 0.5f * (bone_scales[leg.knee] + bone_scales[leg.ankle]);
  FootHeights heights;
  heights.toe_tip = flesh_radius(skeleton, leg.toe_tip) * size;
  heights.flat_ankle = heights.toe_tip - bone_scales[leg.toe_tip] * skeleton.joints()[leg.toe_tip].rest_offset.y();
  heights.lowest_ankle = std::min(flesh_radius(skeleton, leg.ankle) * size, heights.flat_ankle);
  return heights;
}

std::vector<bool> find_contacts(const std::vector<FootMotion>& motion, double frame_rate,
                                const ContactSettings& settings) {
  const auto stays = [&](const FootMotion& m) {
    return m.known && m.height < settings.height_off && m.speed < settings.speed_off;
  };
  const auto begins = [&](const FootMotion& m) {
    return m.known && m.height < settings.height_on && m.speed < settings.speed_on;
  };
  const size_t count = motion.size();
  std::vector<bool> contact(count, false);
  for (size_t t = 0, end = 0; t < count; t = end + 1) {
    bool begun = false;
    for (end = t; end < count && stays(motion[end]); ++end) begun = begun || begins(motion[end]);
    if (begun)
      std::fill(contact.begin() + static_cast<std::ptrdiff_t>(t), contact.begin() + static_cast<std::ptrdiff_t>(end),
                true);
  }
  drop_short_runs(contact, false, settings.shortest_gap_s * frame_rate, false);
  drop_short_runs(contact, true, settings.shortest_s * frame_rate, true);
  return contact;
}

std::vector<Interval> intervals_of(const std::vector<bool>& contact) {
  std::vector<Interval> result;
  const int count = static_cast<int>(contact.size());
  for (int t = 0; t < count; ++t) {
    if (!contact[t]) continue;
    if (t == 0 || !contact[t - 1]) result.push_back({t, t});
    result.back().last = t;
  }
  return result;
}

}  // namespace limn
