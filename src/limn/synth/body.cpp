#include "limn/synth/body.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace limn {
namespace {

float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// A place along a limb: distance from its start, radii across and to the front and back.
struct LimbPoint {
  float s, across, front, back;
};

// Radii between the given points, by smooth interpolation.
LimbPoint limb_at(const std::vector<LimbPoint>& profile, float s) {
  size_t i = 1;
  while (i + 1 < profile.size() && profile[i].s < s) ++i;
  const LimbPoint &a = profile[i - 1], &b = profile[i];
  const float t = smoothstep(a.s, b.s, s);
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

class BodyBuilder {
 public:
  BodyBuilder(const Skeleton& skeleton, const Person& person)
      : skeleton_(skeleton), person_(person), size_(person.proportions.size), b_(person.build), o_(person.outfit) {}

  SkinnedMesh build() {
    SkinnedMesh left;
    add_arm(left);
    add_hand(left);
    add_leg(left);
    add_foot(left);
    SkinnedMesh mesh = left;
    mesh.append(left.mirrored(skeleton_));
    add_trunk(mesh);
    add_neck(mesh);
    if (o_.skirt > 0) add_skirt(mesh);
    if (o_.backpack) add_backpack(mesh);
    return mesh;
  }

 private:
  int joint(const char* name) const { return skeleton_.joint(name); }
  Vec3 at(const char* name) const { return person_.rest.positions[joint(name)]; }

  void add_arm(SkinnedMesh& mesh) const {
    Limb arm;
    arm.start = at("left_shoulder");
    arm.along = Vec3::UnitX(), arm.across = Vec3::UnitY(), arm.front = Vec3::UnitZ();
    arm.upper = at("left_elbow").x() - arm.start.x();
    arm.lower = at("left_wrist").x() - at("left_elbow").x();
    const float k = size_ * b_.muscle * (0.5f + 0.5f * b_.girth), u = arm.upper, l = arm.lower;
    const auto point = [&](float s, float y, float z) { return LimbPoint{s, y * k, z * k, z * k}; };
    arm.profile = {point(0, 0.05f, 0.06f), point(0.5f * u, 0.047f, 0.052f), point(u, 0.039f, 0.04f),
                   point(u + 0.25f * l, 0.041f, 0.042f), point(u + l, 0.023f, 0.028f)};
    arm.first = joint("left_shoulder"), arm.second = joint("left_elbow");
    arm.dressed = o_.sleeve * (u + l) * 0.99f;
    arm.ease = o_.sleeve_ease * size_, arm.flare = 0.5f * arm.ease;
    arm.cloth = slot_sleeve, arm.bare = slot_skin;
    arm.bend = 0.045f * size_, arm.cap = 0.75f;
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
    ring(-0.1f, 0.018f, 0.022f), ring(0.1f, 0.019f, 0.03f), ring(0.35f, 0.017f, 0.042f), ring(0.55f, 0.014f, 0.04f);
    ring(0.8f, 0.011f, 0.033f), ring(0.96f, 0.008f, 0.02f), ring(1.0f, 0.001f, 0.002f);
    mesh.add_tube(rings, 10);
    const Vec3 thumb = Vec3(0.8f, -0.1f, 0.6f).normalized() * 0.04f * size_;
    const Vec3 side = thumb.unitOrthogonal() * 0.012f * size_;
    mesh.add_ellipsoid(wrist + Vec3(0.33f * length, 0, 0.046f * size_), side, thumb, thumb.normalized().cross(side), 5,
                       8, slot_skin, {hand, hand, 0});
  }

  void add_leg(SkinnedMesh& mesh) const {
    Limb leg;
    leg.start = at("left_hip");
    leg.along = -Vec3::UnitY(), leg.across = Vec3::UnitX(), leg.front = Vec3::UnitZ();
    leg.upper = leg.start.y() - at("left_knee").y();
    leg.lower = at("left_knee").y() - at("left_ankle").y();
    const float k = size_ * b_.muscle * b_.girth, thick = k * (0.5f + 0.5f * b_.hips), u = leg.upper, l = leg.lower;
    leg.profile = {{0, 0.082f * thick, 0.088f * thick, 0.095f * thick},
                   {0.4f * u, 0.076f * k, 0.082f * k, 0.08f * k},
                   {u, 0.053f * k, 0.058f * k, 0.055f * k},
                   {u + 0.3f * l, 0.053f * k, 0.05f * k, 0.066f * k},
                   {u + l, 0.034f * k, 0.036f * k, 0.042f * k}};
    leg.first = joint("left_hip"), leg.second = joint("left_knee");
    leg.dressed = o_.leg * (u + l);
    leg.ease = 0.4f * o_.leg_ease * size_, leg.flare = o_.leg_ease * size_;
    leg.cloth = slot_bottom, leg.bare = slot_skin;
    leg.segments = 14, leg.bend = 0.06f * size_;
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

  SkinWeight trunk_weight(float y) const {
    const float spine = at("spine").y(), chest = at("chest").y(), zone = 0.08f * size_;
    if (y < 0.5f * (spine + chest)) return {joint("pelvis"), joint("spine"), smoothstep(spine - zone, spine + zone, y)};
    return {joint("spine"), joint("chest"), smoothstep(chest - zone, chest + zone, y)};
  }

  Ring trunk_ring(float y, float z, float wide, float front, float back, float ease, uint16_t material) const {
    Ring ring;
    ring.centre = Vec3(0, y, z);
    ring.side = Vec3(wide + ease, 0, 0);
    ring.front = Vec3(0, 0, front + ease);
    ring.back = Vec3(0, 0, -back - ease);
    ring.power = 0.88f;
    ring.v = y - at("chest").y();
    ring.material = material;
    ring.skin = trunk_weight(y);
    return ring;
  }

  void add_trunk(SkinnedMesh& mesh) const {
    const float s = size_, g = b_.girth * s, hem = o_.hem * s;
    const float hip = at("left_hip").x() + 0.068f * g * b_.hips, shoulder = at("left_shoulder").x() * b_.shoulders;
    const float waist = 0.118f * g * b_.waist, top = o_.body_ease * s, low = 0.005f * s;
    const float pelvis = at("pelvis").y(), chest = at("chest").y(), neck = at("neck").y();
    struct Section {
      float y, wide, front, back;
    };
    const Section sections[] = {
        {pelvis - 0.115f * s, 0.02f * s, 0.02f * s, 0.02f * s},
        {pelvis - 0.095f * s, 0.6f * hip, 0.07f * g, 0.09f * g},
        {pelvis - 0.04f * s, 0.96f * hip, 0.1f * g, 0.125f * g},
        {pelvis + 0.02f * s, hip, 0.105f * g + 0.3f * b_.belly, 0.118f * g},
        {pelvis + 0.08f * s, 0.5f * (hip + waist), 0.1f * g + 0.8f * b_.belly, 0.095f * g},
        {0.5f * (pelvis + chest) + 0.01f * s, waist, 0.092f * g + b_.belly, 0.085f * g},
        {chest - 0.04f * s, 0.55f * waist + 0.36f * shoulder, 0.1f * g + 0.6f * b_.belly, 0.09f * g},
        {chest + 0.03f * s, 0.84f * shoulder, 0.108f * g + b_.bust, 0.1f * g},
        {chest + 0.09f * s, 0.93f * shoulder, 0.106f * g + 0.6f * b_.bust, 0.102f * g},
        {0.25f * chest + 0.75f * neck - 0.012f * s, 0.97f * shoulder, 0.08f * g, 0.09f * g},
        {0.08f * chest + 0.92f * neck, 0.9f * shoulder, 0.07f * s, 0.08f * s},
        {neck + 0.004f * s, 0.6f * shoulder, 0.062f * s, 0.072f * s},
        {neck + 0.024f * s, 0.4f * shoulder, 0.056f * s, 0.064f * s},
        {neck + 0.036f * s, 0.06f * s, 0.05f * s, 0.057f * s},
    };
    const float z_pelvis = at("pelvis").z(), z_neck = at("neck").z();
    std::vector<Ring> rings;
    bool above_hem = false;
    for (const Section& c : sections) {
      const float z = z_pelvis + (z_neck - z_pelvis) * std::clamp((c.y - pelvis) / (neck - pelvis), 0.0f, 1.0f);
      if (!above_hem && c.y > pelvis + hem) {
        if (!rings.empty()) rings.push_back(trunk_ring(pelvis + hem, z, c.wide, c.front, c.back, low, slot_top));
        rings.push_back(trunk_ring(pelvis + hem, z, c.wide, c.front, c.back, top + 0.006f * s, slot_top));
        above_hem = true;
      }
      rings.push_back(
          trunk_ring(c.y, z, c.wide, c.front, c.back, above_hem ? top : low, above_hem ? slot_top : slot_bottom));
    }
    mesh.add_tube(rings, 22);
  }

  void add_neck(SkinnedMesh& mesh) const {
    const Vec3 neck = at("neck"), head = at("head");
    std::vector<Ring> rings;
    const float k = size_ * (0.6f + 0.4f * b_.muscle);
    for (float t : {-0.25f, 0.0f, 0.25f, 0.5f, 0.8f, 1.1f, 1.4f}) {
      Ring ring;
      ring.centre = neck + t * (head - neck);
      const float r = 0.055f * k * (t < 0 ? 1.15f : 1.0f);
      ring.side = Vec3(r, 0, 0), ring.front = Vec3(0, 0, r), ring.back = Vec3(0, 0, -r);
      ring.v = t * 0.1f;
      ring.material = o_.high_collar && t < 0.4f ? slot_top : slot_skin;
      if (ring.material == slot_top) ring.side *= 1.12f, ring.front *= 1.12f, ring.back *= 1.12f;
      ring.skin = t < 0.5f ? SkinWeight{joint("chest"), joint("neck"), smoothstep(-0.3f, 0.4f, t)}
                           : SkinWeight{joint("neck"), joint("head"), smoothstep(0.6f, 1.3f, t)};
      rings.push_back(ring);
    }
    mesh.add_tube(rings, 14);
  }

  // Each half hangs on its leg, the cloth spans the gap between them.
  void add_skirt(SkinnedMesh& mesh) const {
    const Vec3 hip = at("left_hip");
    const float length = o_.skirt * (hip.y() - at("left_ankle").y()), top = at("pelvis").y() + 0.11f * size_;
    const float g = b_.girth * size_, wide = hip.x() + 0.075f * g * b_.hips;
    const size_t begin = mesh.rest.positions.size();
    std::vector<Ring> rings;
    for (int i = 0; i <= 8; ++i) {
      const float t = i / 8.0f, y = top - t * (length + top - hip.y());
      const float open = o_.skirt_flare * size_ * t + 0.012f * size_, narrow = t < 0.2f ? 0.86f + 0.7f * t : 1;
      rings.push_back({Vec3(0, y, 0),
                       Vec3(wide * narrow + open, 0, 0),
                       Vec3(0, 0, 0.11f * g + open + 0.3f * b_.belly),
                       Vec3(0, 0, -0.125f * g - open),
                       0.95f,
                       y,
                       slot_skirt,
                       {joint("pelvis"), joint("pelvis"), 0}});
    }
    mesh.add_tube(rings, 22);
    for (size_t i = begin; i < mesh.rest.positions.size(); ++i) {
      const Vec3& p = mesh.rest.positions[i];
      mesh.skin[i].b = joint(p.x() >= 0 ? "left_hip" : "right_hip");
      mesh.skin[i].weight_b = 0.9f * smoothstep(0.02f * size_, -0.25f * size_, p.y() - hip.y());
    }
  }

  void add_backpack(SkinnedMesh& mesh) const {
    const Vec3 chest = at("chest");
    const float s = size_;
    mesh.add_ellipsoid(chest + Vec3(0, 0, -0.17f * s), Vec3(0.14f * s, 0, 0), Vec3(0, 0.21f * s, 0),
                       Vec3(0, 0, 0.1f * s), 8, 14, slot_pack, {joint("chest"), joint("chest"), 0});
  }

  const Skeleton& skeleton_;
  const Person& person_;
  float size_;
  Build b_;
  Outfit o_;
};

}  // namespace

SkinnedMesh build_body(const Skeleton& skeleton, const Person& person) { return BodyBuilder(skeleton, person).build(); }

}  // namespace limn
