#include "limn/synth/body_contact.h"

#include <algorithm>
#include <string>

namespace limn {
namespace {

bool below(const Skeleton& skeleton, int joint, int ancestor) {
  while (joint >= 0 && joint != ancestor) joint = skeleton.joints()[joint].parent;
  return joint == ancestor;
}

struct Capsule {
  int from, to;  ///< joints
  float radius;  ///< metres of an adult
};

bool apart(const Kinematics& k, const Capsule& a, const Capsule& b, float size) {
  constexpr float yielding = 0.6f;
  return segment_distance(k.positions[a.from], k.positions[a.to], k.positions[b.from], k.positions[b.to]) >
         yielding * size * (a.radius + b.radius);
}

}  // namespace

BodyParts::BodyParts(const Skeleton& skeleton)
    : pelvis(skeleton.joint("pelvis")),
      spine(skeleton.joint("spine")),
      chest(skeleton.joint("chest")),
      neck(skeleton.joint("neck")),
      head(skeleton.joint("head")),
      head_top(skeleton.joint("head_top")) {
  const auto pair = [&](const char* name) -> Pair {
    return {skeleton.joint(std::string("left_") + name), skeleton.joint(std::string("right_") + name)};
  };
  shoulder = pair("shoulder"), elbow = pair("elbow"), wrist = pair("wrist"), hand_tip = pair("hand_tip");
  hip = pair("hip"), knee = pair("knee"), ankle = pair("ankle"), toe_tip = pair("toe_tip");
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    if (below(skeleton, j, spine)) upper.push_back(j);
    flesh.push_back(flesh_radius(skeleton, j));
  }
}

float lowest_height(const BodyParts& parts, const Kinematics& k, float size) {
  float lowest = 1e9f;
  for (size_t j = 0; j < k.positions.size(); ++j) lowest = std::min(lowest, k.positions[j].y() - size * parts.flesh[j]);
  return lowest;
}

float recorded_clearance(const BodyParts& parts, const Kinematics& k, std::string_view action) {
  const float height = lowest_height(parts, k, 1);
  const bool climbs = action.find("climb") != std::string_view::npos;
  return climbs || height < 0.06f || height > 0.7f ? 0 : height;
}

Support told_support(const BodyParts& parts, const Kinematics& k, float size, float clearance) {
  if (clearance > 0.05f) return Support::airborne;
  const float ground = lowest_height(parts, k, size);
  const auto height = [&](int joint) { return (k.positions[joint].y() - ground) / size; };
  const auto lower = [&](const BodyParts::Pair& pair) { return std::min(height(pair[0]), height(pair[1])); };
  const float leg = ((k.positions[parts.hip[0]] - k.positions[parts.knee[0]]).norm() +
                     (k.positions[parts.knee[0]] - k.positions[parts.ankle[0]]).norm()) /
                    size;
  const float seat = height(parts.pelvis) / leg;
  const float upright = (k.positions[parts.neck] - k.positions[parts.pelvis]).normalized().y();
  const float chest_up = k.global_rotations[parts.chest].col(2).y();  // the front: +1 faces the sky
  const bool on_feet = std::min(lower(parts.ankle), lower(parts.toe_tip) + 0.05f) < 0.16f;
  const bool on_hands = std::min(lower(parts.hand_tip), lower(parts.wrist)) < 0.14f;
  const bool on_knees = lower(parts.knee) < 0.18f;  // the toes may be tucked under

  if (upright < -0.4f) return on_feet && seat > 0.6f ? Support::standing : Support::inverted;
  if (upright < 0.5f) {
    if (seat < 0.35f) return Support::lying;
    if (on_hands && chest_up < -0.3f && seat < 0.9f) return Support::all_fours;
    return on_feet ? Support::standing : Support::lying;
  }
  if (seat < 0.24f) return Support::sitting;
  if (on_knees) return Support::kneeling;
  // On a seat the mass lies behind the feet and the thighs lie flat; in a squat it is above them.
  const Vec3 feet = 0.25f * (k.positions[parts.ankle[0]] + k.positions[parts.ankle[1]] + k.positions[parts.toe_tip[0]] +
                             k.positions[parts.toe_tip[1]]);
  const Vec3 mass = 0.5f * (k.positions[parts.pelvis] + k.positions[parts.chest]);
  const Vec3 thighs =
      k.positions[parts.knee[0]] + k.positions[parts.knee[1]] - k.positions[parts.hip[0]] - k.positions[parts.hip[1]];
  const Vec3 away = (mass - feet).cwiseProduct(Vec3(1, 0, 1));
  const bool flat_thighs = thighs.normalized().y() > -0.55f;
  return flat_thighs && away.norm() > 0.27f * size ? Support::sitting : Support::standing;
}

bool intersects_itself(const BodyParts& p, const Kinematics& k, float size) {
  const Capsule belly{p.pelvis, p.chest, 0.125f}, chest{p.chest, p.neck, 0.115f}, head{p.head, p.head_top, 0.095f};
  for (int side = 0; side < 2; ++side) {
    const Capsule forearm{p.elbow[side], p.wrist[side], 0.045f}, hand{p.wrist[side], p.hand_tip[side], 0.035f};
    const Capsule shin{p.knee[side], p.ankle[side], 0.055f}, foot{p.ankle[side], p.toe_tip[side], 0.04f};
    for (const Capsule& limb : {forearm, hand, shin, foot}) {
      if (!apart(k, limb, belly, size) || !apart(k, limb, chest, size) || !apart(k, limb, head, size)) return true;
    }
    for (int other = 0; other < 2; ++other) {
      const Capsule thigh{p.hip[other], p.knee[other], 0.075f};
      const Capsule their_shin{p.knee[other], p.ankle[other], 0.055f};
      if (!apart(k, forearm, thigh, size) || !apart(k, hand, thigh, size)) return true;
      if (!apart(k, forearm, their_shin, size)) return true;
    }
  }
  const Capsule arms[2][2] = {{{p.elbow[0], p.wrist[0], 0.045f}, {p.wrist[0], p.hand_tip[0], 0.03f}},
                              {{p.elbow[1], p.wrist[1], 0.045f}, {p.wrist[1], p.hand_tip[1], 0.03f}}};
  const Capsule legs[2][3] = {
      {{p.hip[0], p.knee[0], 0.06f}, {p.knee[0], p.ankle[0], 0.055f}, {p.ankle[0], p.toe_tip[0], 0.04f}},
      {{p.hip[1], p.knee[1], 0.06f}, {p.knee[1], p.ankle[1], 0.055f}, {p.ankle[1], p.toe_tip[1], 0.04f}}};
  for (const Capsule& left : arms[0])
    for (const Capsule& right : arms[1])
      if (!apart(k, left, right, size)) return true;
  for (const Capsule& left : legs[0])
    for (const Capsule& right : legs[1])
      if (!apart(k, left, right, size)) return true;
  return false;
}

float segment_distance(const Vec3& a0, const Vec3& a1, const Vec3& b0, const Vec3& b1) {
  const Vec3 u = a1 - a0, v = b1 - b0, w = a0 - b0;
  const float a = std::max(u.squaredNorm(), 1e-12f), e = std::max(v.squaredNorm(), 1e-12f);
  const float b = u.dot(v), c = u.dot(w), f = v.dot(w), parallel = a * e - b * b;
  float s = parallel > 1e-9f ? std::clamp((b * f - c * e) / parallel, 0.0f, 1.0f) : 0.0f;
  float t = (b * s + f) / e;
  if (t < 0 || t > 1) {
    t = std::clamp(t, 0.0f, 1.0f);
    s = std::clamp((b * t - c) / a, 0.0f, 1.0f);
  }
  return (w + s * u - t * v).norm();
}

}  // namespace limn
