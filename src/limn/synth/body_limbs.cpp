// The limbs of a body: arms, hands, legs and feet of the left side.
#include <algorithm>
#include <cmath>

#include "limn/synth/body_parts.h"

namespace limn {
namespace {

/// A place along a limb: distance from its start, radii across and to the front and back.
struct LimbPoint {
  float s, across, front, back;
};

// Radii between the given points, by smooth interpolation.
LimbPoint limb_at(const std::vector<LimbPoint>& profile, float s) {
  size_t i = 1;
  while (i + 1 < profile.size() && profile[i].s < s) ++i;
  const LimbPoint &a = profile[i - 1], &b = profile[i];
  const float t = 0.5f * (smoothstep(a.s, b.s, s) + std::clamp((s - a.s) / (b.s - a.s), 0.0f, 1.0f));
  return {s, a.across + t * (b.across - a.across), a.front + t * (b.front - a.front), a.back + t * (b.back - a.back)};
}

/// A limb of two straight bones along `along` in the rest pose, partly dressed.
struct Limb {
  Vec3 start, along, across, front;
  float upper = 0, lower = 0;  ///< lengths
  std::vector<LimbPoint> profile;
  int first = 0, second = 0;  ///< joints that move the upper and the lower part
  float dressed = 0;          ///< length covered by cloth
  float ease = 0, flare = 0;  ///< cloth radius beyond the skin, at the start and more at the end
  uint16_t cloth = 0, bare = 0;
  int segments = 12;
  float bend = 0.05f;  ///< half length of the bending zone
  float cap = 1;       ///< height of the rounded start, in radii
};

Ring limb_ring(const Limb& limb, float s, float shrink, float extra, uint16_t material) {
  const float total = limb.upper + limb.lower;
  const LimbPoint p = limb_at(limb.profile, std::clamp(s, 0.0f, total));
  Ring ring;
  ring.centre = limb.start + s * limb.along;
  ring.side = (p.across + extra) * shrink * limb.across;
  ring.front = (p.front + extra) * shrink * limb.front;
  ring.back = -(p.back + extra) * shrink * limb.front;
  ring.v = s;
  ring.material = material;
  ring.skin = {limb.first, limb.second, smoothstep(limb.upper - limb.bend, limb.upper + limb.bend, s)};
  return ring;
}

void add_limb(const Limb& limb, SkinnedMesh& mesh) {
  const float total = limb.upper + limb.lower;
  std::vector<Ring> rings;
  const auto cloth_ease = [&](float s) {
    return limb.ease * (0.35f + 0.65f * smoothstep(0, 0.25f * total, s)) + limb.flare * std::max(0.0f, s) / total;
  };
  const bool dressed_start = limb.dressed > 0.02f;
  const float start_ease = dressed_start ? cloth_ease(0) : 0;
  const uint16_t start_material = dressed_start ? limb.cloth : limb.bare;
  for (float turn : {0.0f, 0.35f, 0.7f, 1.1f}) {  // rounded start
    const float radius = limb_at(limb.profile, 0).across + start_ease;
    rings.push_back(limb_ring(limb, -limb.cap * radius * std::cos(turn), std::sin(turn), start_ease, start_material));
  }
  constexpr int steps = 16;
  bool bare = !dressed_start;
  for (int i = 0; i <= steps; ++i) {
    // More rings near the bend: half of them within its zone.
    const float t = static_cast<float>(i) / steps;
    const float s = t < 0.3f   ? t / 0.3f * (limb.upper - 1.4f * limb.bend)
                    : t < 0.7f ? limb.upper + (t - 0.5f) / 0.2f * 1.4f * limb.bend
                               : limb.upper + 1.4f * limb.bend + (t - 0.7f) / 0.3f * (limb.lower - 1.4f * limb.bend);
    if (!bare && s > limb.dressed) {  // the cuff
      rings.push_back(limb_ring(limb, limb.dressed, 1, cloth_ease(limb.dressed), limb.bare));
      rings.push_back(limb_ring(limb, limb.dressed, 1, 0, limb.bare));
      bare = true;
    }
    rings.push_back(limb_ring(limb, s, 1, bare ? 0 : cloth_ease(s), bare ? limb.bare : limb.cloth));
  }
  const float end_ease = bare ? 0 : cloth_ease(total);
  const float end_radius = limb_at(limb.profile, total).across;
  for (float turn : {0.6f, 0.0f})
    rings.push_back(limb_ring(limb, total + 0.6f * end_radius * std::cos(turn), std::sin(turn), end_ease, limb.bare));
  mesh.add_tube(rings, limb.segments);
}

class LimbBuilder : BodyPlan {
 public:
  explicit LimbBuilder(const BodyPlan& plan) : BodyPlan(plan) {}

  void add_arm(SkinnedMesh& mesh) const {
    Limb arm;
    arm.start = at("left_shoulder");
    arm.along = Vec3::UnitX(), arm.across = Vec3::UnitY(), arm.front = Vec3::UnitZ();
    arm.upper = at("left_elbow").x() - arm.start.x();
    arm.lower = at("left_wrist").x() - at("left_elbow").x();
    const float k = size_ * b_.muscle * (0.5f + 0.5f * b_.girth), u = arm.upper, l = arm.lower;
    const auto point = [&](float s, float y, float z) { return LimbPoint{s, y * k, z * k, z * k}; };
    arm.profile = {point(0, 0.05f, 0.058f),
                   point(0.2f * u, 0.054f, 0.059f),
                   point(0.5f * u, 0.044f, 0.051f),
                   point(0.86f * u, 0.037f, 0.04f),
                   point(u, 0.038f, 0.039f),
                   point(u + 0.22f * l, 0.042f, 0.043f),
                   point(u + 0.6f * l, 0.033f, 0.036f),
                   point(u + l, 0.022f, 0.029f)};
    arm.first = joint("left_shoulder"), arm.second = joint("left_elbow");
    arm.dressed = o_.sleeve * (u + l) * 0.99f;
    arm.ease = o_.sleeve_ease * size_, arm.flare = 0.5f * arm.ease;
    arm.cloth = slot_sleeve, arm.bare = slot_skin;
    arm.bend = 0.05f * size_, arm.cap = 0.75f;
    add_limb(arm, mesh);
  }

  void add_hand(SkinnedMesh& mesh) const {
    const Vec3 wrist = at("left_wrist");
    const float length = at("left_hand_tip").x() - wrist.x();
    const int hand = joint("left_wrist");
    std::vector<Ring> rings;
    const auto ring = [&](float s, float flat, float wide) {
      const float y = flat * size_, z = wide * size_;
      rings.push_back({wrist + Vec3(s * length, 0, 0),
                       Vec3(0, y, 0),
                       Vec3(0, 0, z),
                       Vec3(0, 0, -z),
                       0.9f,
                       s * length,
                       slot_skin,
                       {hand, hand, 0}});
    };
    ring(-0.1f, 0.018f, 0.022f), ring(0.1f, 0.019f, 0.03f), ring(0.35f, 0.017f, 0.042f), ring(0.52f, 0.013f, 0.041f);
    ring(0.55f, 0.004f, 0.036f);
    mesh.add_tube(rings, 10);
    for (int finger = 0; finger < 4; ++finger) add_finger(finger, length, mesh);
    const Vec3 thumb = Vec3(0.85f, -0.15f, 0.5f).normalized() * 0.043f * size_;
    const Vec3 side = thumb.unitOrthogonal() * 0.0125f * size_;
    mesh.add_ellipsoid(wrist + Vec3(0.36f * length, -0.004f * size_, 0.05f * size_), side, thumb,
                       thumb.normalized().cross(side), 5, 7, slot_skin, {hand, hand, 0});
  }

  // From the knuckle, curled towards the palm (which faces down in the rest pose); 0 is the index finger.
  void add_finger(int finger, float hand_length, SkinnedMesh& mesh) const {
    static constexpr float reach[] = {0.45f, 0.5f, 0.46f, 0.36f};
    const int hand = joint("left_wrist");
    const float length = reach[finger] * hand_length, spread = 0.09f * (1.5f - static_cast<float>(finger));
    Vec3 place = at("left_wrist") + Vec3(0.5f * hand_length, 0, 0.02f * (1.5f - static_cast<float>(finger)) * size_);
    std::vector<Ring> rings;
    for (int i = 0; i < 4; ++i) {
      const float bend = b_.finger_curl * static_cast<float>(i), r = (i == 3 ? 0.003f : 0.0105f - 0.0012f * i) * size_;
      const Vec3 along = Vec3(std::cos(bend), -std::sin(bend), spread).normalized();
      const Vec3 up = Vec3(std::sin(bend), std::cos(bend), 0);
      const float v = length * static_cast<float>(i) / 3;
      rings.push_back({place, r * up, Vec3(0, 0, r), Vec3(0, 0, -r), 1, v, slot_skin, {hand, hand, 0}});
      place += length / 3 * along;
    }
    mesh.add_tube(rings, 5);
  }

  void add_leg(SkinnedMesh& mesh) const {
    Limb leg;
    leg.start = at("left_hip");
    leg.along = -Vec3::UnitY(), leg.across = Vec3::UnitX(), leg.front = Vec3::UnitZ();
    leg.upper = leg.start.y() - at("left_knee").y();
    leg.lower = at("left_knee").y() - at("left_ankle").y();
    const float k = size_ * b_.muscle * b_.girth, thick = k * (0.5f + 0.5f * b_.hips), u = leg.upper, l = leg.lower;
    leg.profile = {
        {0, 0.083f * thick, 0.096f * thick, 0.1f * thick},   {0.3f * u, 0.081f * k, 0.088f * k, 0.086f * k},
        {0.7f * u, 0.063f * k, 0.071f * k, 0.063f * k},      {u, 0.053f * k, 0.059f * k, 0.05f * k},
        {u + 0.12f * l, 0.05f * k, 0.05f * k, 0.056f * k},   {u + 0.32f * l, 0.055f * k, 0.045f * k, 0.072f * k},
        {u + 0.65f * l, 0.041f * k, 0.038f * k, 0.051f * k}, {u + l, 0.034f * k, 0.036f * k, 0.04f * k}};
    leg.first = joint("left_hip"), leg.second = joint("left_knee");
    leg.dressed = o_.leg * (u + l);
    leg.ease = 0.4f * o_.leg_ease * size_, leg.flare = o_.leg_ease * size_;
    leg.cloth = slot_bottom, leg.bare = slot_skin;
    leg.segments = 14, leg.bend = 0.068f * size_;
    add_limb(leg, mesh);
  }

  void add_foot(SkinnedMesh& mesh) const {
    const Vec3 ankle = at("left_ankle"), toe = at("left_toe_tip");
    const int joint_index = joint("left_ankle");
    const float sole = toe.y() - 0.022f * size_, length = toe.z() - ankle.z();
    std::vector<Ring> rings, soles;
    const auto ring = [&](float z, float top, float wide) {
      const float height = 0.5f * (top * size_ + 0.003f);
      const Vec3 centre(ankle.x(), sole + height, ankle.z() + z * length);
      rings.push_back({centre,
                       Vec3(wide * size_, 0, 0),
                       Vec3(0, height, 0),
                       Vec3(0, -height, 0),
                       0.8f,
                       z * length,
                       slot_shoe,
                       {joint_index, joint_index, 0}});
      soles.push_back({Vec3(centre.x(), sole + 0.004f * size_, centre.z()),
                       Vec3(1.08f * wide * size_, 0, 0),
                       Vec3(0, 0.011f * size_, 0),
                       Vec3(0, -0.011f * size_, 0),
                       0.7f,
                       z * length,
                       slot_sole,
                       {joint_index, joint_index, 0}});
    };
    ring(-0.42f, 0.02f, 0.01f), ring(-0.38f, 0.07f, 0.028f), ring(-0.2f, 0.105f, 0.035f), ring(0.15f, 0.1f, 0.037f);
    ring(0.45f, 0.07f, 0.042f), ring(0.75f, 0.05f, 0.046f), ring(0.98f, 0.035f, 0.036f), ring(1.06f, 0.015f, 0.012f);
    mesh.add_tube(rings, 12);
    mesh.add_tube(soles, 10);
  }
};

}  // namespace

SkinnedMesh build_left_limbs(const BodyPlan& plan) {
  SkinnedMesh mesh;
  const LimbBuilder builder(plan);
  builder.add_arm(mesh);
  builder.add_hand(mesh);
  builder.add_leg(mesh);
  builder.add_foot(mesh);
  return mesh;
}

}  // namespace limn
