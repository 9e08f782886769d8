#include "limn/synth/body.h"

#include <algorithm>
#include <cmath>

#include "limn/synth/body_parts.h"

namespace limn {
namespace {

class BodyBuilder : BodyPlan {
 public:
  explicit BodyBuilder(const BodyPlan& plan) : BodyPlan(plan) {}

  SkinnedMesh build() const {
    const SkinnedMesh left = build_left_limbs(*this);
    SkinnedMesh mesh = left;
    mesh.append(left.mirrored(skeleton_));
    add_trunk(mesh);
    add_neck(mesh);
    add_clothes(*this, mesh);
    return mesh;
  }

 private:
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
        {pelvis - 0.095f * s, 0.55f * hip, 0.05f * g, 0.085f * g},
        {pelvis - 0.04f * s, 0.96f * hip, 0.088f * g + 0.1f * b_.belly, 0.132f * g},
        {pelvis + 0.02f * s, hip, 0.1f * g + 0.4f * b_.belly, 0.122f * g},
        {pelvis + 0.08f * s, 0.5f * (hip + waist), 0.1f * g + 0.85f * b_.belly, 0.09f * g},
        {0.5f * (pelvis + chest) + 0.01f * s, waist, 0.092f * g + b_.belly, 0.079f * g},
        {chest - 0.04f * s, 0.52f * waist + 0.38f * shoulder, 0.1f * g + 0.6f * b_.belly, 0.09f * g},
        {chest + 0.03f * s, 0.84f * shoulder, 0.112f * g + b_.bust, 0.104f * g},
        {chest + 0.09f * s, 0.93f * shoulder, 0.108f * g + 0.6f * b_.bust, 0.108f * g},
        {0.25f * chest + 0.75f * neck - 0.012f * s, 0.97f * shoulder, 0.084f * g, 0.095f * g},
        // The slope of the trapezius, from the shoulder to the neck.
        {0.07f * chest + 0.93f * neck, 0.87f * shoulder, 0.068f * s, 0.082f * s},
        {neck + 0.008f * s, 0.66f * shoulder, 0.06f * s, 0.074f * s},
        {neck + 0.026f * s, 0.45f * shoulder, 0.054f * s, 0.066f * s},
        {neck + 0.042f * s, 0.32f * shoulder, 0.05f * s, 0.058f * s},
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
      const bool in_neckline = c.y > neck + 0.016f * s - o_.neckline * 0.03f * s;
      const float ease = !above_hem ? low : (in_neckline ? 0.3f * top : top);
      rings.push_back(trunk_ring(c.y, z, c.wide, c.front, c.back, ease, above_hem ? slot_top : slot_bottom));
      if (in_neckline && o_.neckline > 0 && !o_.high_collar) rings.back().material = slot_skin;
      // The collarbones lie lower than the nape.
      const float slope = smoothstep(neck - 0.03f * s, neck + 0.03f * s, c.y) * s;
      rings.back().front.y() -= (0.016f + 0.04f * o_.neckline) * slope;
      rings.back().back.y() += 0.012f * slope;
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
      const float r = 0.053f * k * (1 + 0.2f * smoothstep(0.3f, -0.25f, t));
      ring.side = Vec3(r, 0, 0), ring.front = Vec3(0, 0, 0.95f * r), ring.back = Vec3(0, 0, -1.05f * r);
      ring.v = t * 0.1f;
      ring.material = o_.high_collar && t < 0.4f ? slot_top : slot_skin;
      if (ring.material == slot_top) ring.side *= 1.12f, ring.front *= 1.12f, ring.back *= 1.12f;
      ring.skin = t < 0.5f ? SkinWeight{joint("chest"), joint("neck"), smoothstep(-0.3f, 0.4f, t)}
                           : SkinWeight{joint("neck"), joint("head"), smoothstep(0.6f, 1.3f, t)};
      rings.push_back(ring);
    }
    mesh.add_tube(rings, 14);
  }
};

}  // namespace

SkinnedMesh build_body(const Skeleton& skeleton, const Person& person) {
  return BodyBuilder(BodyPlan(skeleton, person)).build();
}

}  // namespace limn
