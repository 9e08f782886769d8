// The numbers that decide who is who in a video (people_tracker.h). Private to infer/.
#pragma once

#include <algorithm>

#include "limn/geometry/box.h"
#include "limn/geometry/camera.h"

namespace limn::tracking {

inline constexpr float score_momentum = 0.1f;
inline constexpr float window_momentum = 0.6f;   // of the new window: one that jumps makes the pose jitter
inline constexpr float motion_momentum = 0.25f;  // of the new velocity: a pose read of somebody else for a frame hardly counts
inline constexpr float slowing = 0.97f;          // of the velocity, a frame unseen
inline constexpr float farthest = 0.35f;         // of a pose from where the motion leads, in sides of the box;
inline constexpr float farther_a_frame = 0.04f;  // and so much more for each frame unseen
inline constexpr float known_presence = 0.75f;   // of that of new people: a track is taken up again on less
inline constexpr float least_overlap = 0.15f;    // of a found box and a track's
inline constexpr float near_share = 0.05f;       // of the smaller of two boxes that lies in the other one: they are near each other
inline constexpr float clothes_weight = 2;       // sides of a box that wholly different clothes are worth
inline constexpr float clear_difference = 0.1f;  // in unlikeness, to tell two people by their clothes
inline constexpr float side_momentum = 0.1f;
inline constexpr float smallest_change = 0.5f, largest_change = 1.8f;  // of a pose's size: beyond, it is no reading of the person
inline constexpr float others_clothes = 0.35f;   // unlikeness: nobody changes so much
inline constexpr float own_clothes = 0.15f;      // unlikeness of one person at two times, at most
inline constexpr float same_place = 0.6f;        // of the smaller of two boxes: in alike clothes, one person read twice
inline constexpr float farthest_in_own_clothes = 1.5f;  // from where the motion leads, in sides of the box
inline constexpr float look_momentum = 0.1f;
inline constexpr int fewest_looks = 3;
inline constexpr double look_behind_s = 0.4;     // unseen for so long, nobody is looked for behind others
inline constexpr double settle_s = 0.25;         // apart, until clothes say who is who
inline constexpr double unbacked_s = 2;          // a track that no search confirms for so long has caught something else

inline float side_of(const Box& box) { return std::max(1.0f, box.size().maxCoeff()); }

inline Box moved(const Box& box, const Vec2& by) { return {box.low + by, box.high + by}; }

inline bool near(const Box& a, const Box& b) {
  return intersection(a, b).area() > near_share * std::max(1.0f, std::min(a.area(), b.area()));
}

inline bool near_window(const Box& box, const Crop& window) {
  const Vec2 half = Vec2::Constant(0.5f * window.side_px);
  return intersection(box, {window.centre_px - half, window.centre_px + half}).area() > 0;
}

}  // namespace limn::tracking
