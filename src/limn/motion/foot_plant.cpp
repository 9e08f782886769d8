#include "limn/motion/foot_plant.h"

#include <algorithm>
#include <cmath>

#include "limn/motion/time_filter.h"
#include "limn/motion/two_bone_ik.h"

namespace limn {
namespace {

constexpr double blend_s = 0.12;
constexpr double pull_deviation_s = 0.1;
constexpr int pull_rounds = 6;
constexpr float most_extended = 0.995f;  ///< of the length of both bones: beyond, a knee snaps

/// How much an end is held in a frame, 0 to 1, and where.
struct Hold {
  float weight = 0;
  Vec3 place = Vec3::Zero();
};

/// 1 during the contact, smoothly down to 0 over `blend` frames before and after.
float hold_weight(const Interval& frames, int frame, double blend) {
  const int away = std::max({0, frames.first - frame, frame - frames.last});
  const auto u = static_cast<float>(std::clamp(1 - away / (blend + 1), 0.0, 1.0));
  return u * u * (3 - 2 * u);
}

std::vector<Hold> holds_of(const std::vector<PlantedEnd>& ends, size_t frames, double blend) {
  std::vector<Hold> holds(frames);
  std::vector<float> total(frames, 0);
  for (const PlantedEnd& end : ends) {
    const int reach = static_cast<int>(std::ceil(blend));
    const int from = std::max(0, end.frames.first - reach),
              to = std::min(static_cast<int>(frames) - 1, end.frames.last + reach);
    for (int t = from; t <= to; ++t) {
      const float weight = hold_weight(end.frames, t, blend);
      holds[t].weight = std::max(holds[t].weight, weight);
      holds[t].place += weight * end.place;
      total[t] += weight;
    }
  }
  for (size_t t = 0; t < frames; ++t)
    if (total[t] > 0) holds[t].place /= total[t];
  return holds;
}

/// The foot turned the shortest way until its toes lie `rise` above its ankle, within what its length allows.
Mat3 with_rise(const Mat3& foot, const Vec3& toes_from_ankle, float rise) {
  const Vec3 now = foot * toes_from_ankle;
  const float length = now.norm(), most = 0.999f * length;
  rise = std::clamp(rise, -most, most);
  Vec3 flat(now.x(), 0, now.z());
  if (flat.norm() < 1e-5f) return foot;
  const Vec3 wish = flat.normalized() * std::sqrt(length * length - rise * rise) + Vec3(0, rise, 0);
  return Eigen::Quaternionf::FromTwoVectors(now, wish).toRotationMatrix() * foot;
}

/// Where an ankle goes and how its foot is turned, world.
struct FootGoal {
  Vec3 ankle;
  Mat3 foot;
};

class LegPlanter {
 public:
  LegPlanter(const Skeleton& skeleton, const Leg& leg, const PlantedFoot& planted, const std::vector<float>& scales,
             size_t frames, double blend)
      : leg_(leg),
        heights_(foot_heights(skeleton, leg, scales)),
        toes_from_ankle_(scales[leg.toe_tip] * skeleton.joints()[leg.toe_tip].rest_offset),
        reach_(most_extended * (scales[leg.knee] * skeleton.joints()[leg.knee].rest_offset.norm() +
                                scales[leg.ankle] * skeleton.joints()[leg.ankle].rest_offset.norm())),
        heel_(holds_of(planted[heel], frames, blend)),
        toes_(holds_of(planted[toes], frames, blend)) {}

  const Leg& leg() const { return leg_; }

  FootGoal goal(int frame, const Kinematics& k) const {
    const Hold &h = heel_[frame], &t = toes_[frame];
    FootGoal goal{k.positions[leg_.ankle], k.global_rotations[leg_.ankle]};
    if (h.weight > 0 && t.weight > 0) {  // flat: the foot lies along its two places
      const Vec3 now = goal.foot * toes_from_ankle_;
      const Eigen::Quaternionf turn = Eigen::Quaternionf::FromTwoVectors(now, t.place - h.place);
      goal.foot = Eigen::Quaternionf::Identity().slerp(h.weight * t.weight, turn).toRotationMatrix() * goal.foot;
    }
    if (t.weight > 0) {  // toes on the ground: the heel is not below it
      const float rise = (goal.foot * toes_from_ankle_).y(), most = heights_.toe_tip - heights_.flat_ankle;
      if (rise > most) goal.foot = with_rise(goal.foot, toes_from_ankle_, rise + t.weight * (most - rise));
    }
    // Who is held longer decides; while both are, they agree.
    const float h4 = std::pow(h.weight, 4.0f), t4 = std::pow(t.weight, 4.0f);
    if (h4 + t4 > 0) {
      const Vec3 place = (h4 * h.place + t4 * (t.place - goal.foot * toes_from_ankle_)) / (h4 + t4);
      goal.ankle += std::max(h.weight, t.weight) * (place - goal.ankle);
    }
    goal.ankle.y() = std::max(goal.ankle.y(), heights_.lowest_ankle);
    const float rise = heights_.toe_tip - goal.ankle.y();
    if ((goal.foot * toes_from_ankle_).y() < rise) goal.foot = with_rise(goal.foot, toes_from_ankle_, rise);
    return goal;
  }

  /// How the root has to move so that the leg reaches a planted place; 0 where it does or nothing is planted.
  Vec3 pull(int frame, const Kinematics& k) const {
    const float weight = std::max(heel_[frame].weight, toes_[frame].weight);
    if (weight <= 0) return Vec3::Zero();
    const Vec3 leg = goal(frame, k).ankle - k.positions[leg_.hip];
    return weight * std::max(0.0f, leg.norm() - reach_) * leg.normalized();
  }

 private:
  Leg leg_;
  FootHeights heights_;
  Vec3 toes_from_ankle_;
  float reach_;
  std::vector<Hold> heel_, toes_;
};

}  // namespace

void fit_to_feet(const Skeleton& skeleton, const std::vector<float>& bone_scales, PlantedFeet& feet) {
  const Legs legs = legs_of(skeleton);
  for (size_t side = 0; side < 2; ++side) {
    const FootHeights heights = foot_heights(skeleton, legs[side], bone_scales);
    const float length = bone_scales[legs[side].toe_tip] * skeleton.joints()[legs[side].toe_tip].rest_offset.norm();
    const float drop = heights.flat_ankle - heights.toe_tip;
    const float flat_length = std::sqrt(std::max(0.0f, length * length - drop * drop));
    for (PlantedEnd& end : feet[side][heel]) {
      const PlantedEnd* partner = nullptr;
      int longest = 0;
      for (const PlantedEnd& other : feet[side][toes]) {
        const int shared =
            std::min(end.frames.last, other.frames.last) - std::max(end.frames.first, other.frames.first) + 1;
        if (shared > longest) longest = shared, partner = &other;
      }
      end.place.y() = heights.flat_ankle;
      if (partner == nullptr) continue;
      Vec3 heading = partner->place - end.place;
      heading.y() = 0;
      if (heading.norm() < 0.01f) continue;
      const Vec3 place = partner->place - flat_length * heading.normalized();
      end.place = Vec3(place.x(), heights.flat_ankle, place.z());
    }
  }
}

void plant_feet(const Skeleton& skeleton, double frame_rate, const PlantedFeet& feet, std::vector<Pose>& poses) {
  if (poses.empty()) return;
  const Legs legs = legs_of(skeleton);
  std::vector<LegPlanter> planters;
  for (size_t side = 0; side < 2; ++side)
    planters.emplace_back(skeleton, legs[side], feet[side], poses[0].bone_scales, poses.size(), blend_s * frame_rate);
  std::vector<Vec3> moved(poses.size(), Vec3::Zero());
  for (int round = 0; round < pull_rounds; ++round) {
    for (size_t t = 0; t < poses.size(); ++t) {
      Pose pose = poses[t];
      pose.root_position += moved[t];
      const Kinematics k = forward_kinematics(skeleton, pose);
      for (const LegPlanter& planter : planters) moved[t] += planter.pull(static_cast<int>(t), k);
    }
    moved = smoothed_over_time(moved, pull_deviation_s * frame_rate);
  }
  for (size_t t = 0; t < poses.size(); ++t) {
    // What a leg asks for depends on where it is before either has moved.
    Pose& pose = poses[t];
    pose.root_position += moved[t];
    const Kinematics k = forward_kinematics(skeleton, pose);
    for (const LegPlanter& planter : planters) {
      const FootGoal goal = planter.goal(static_cast<int>(t), k);
      place_ankle(skeleton, planter.leg(), goal.ankle, goal.foot, pose);
    }
  }
}

}  // namespace limn
