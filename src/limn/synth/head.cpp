// The head: skull with a painted face, nose, ears, hair and headwear.
#include <cmath>

#include "limn/synth/body.h"

namespace limn {
namespace {

struct Section {
  float y, wide, front, back, z;
};

// Metres about the `head` joint at scale 1; the crown lies at head_top.
constexpr Section skull[] = {{-0.048f, 0.003f, 0.004f, 0.004f, 0.062f},
                             {-0.044f, 0.026f, 0.026f, 0.03f, 0.058f},
                             {-0.025f, 0.046f, 0.05f, 0.055f, 0.04f},
                             {0.005f, 0.06f, 0.071f, 0.085f, 0.02f},
                             {0.04f, 0.068f, 0.08f, 0.1f, 0.012f},
                             {0.08f, 0.073f, 0.081f, 0.105f, 0.01f},
                             {0.115f, 0.069f, 0.074f, 0.1f, 0.01f},
                             {0.142f, 0.055f, 0.056f, 0.08f, 0.008f},
                             {0.161f, 0.034f, 0.034f, 0.05f, 0.005f},
                             {0.169f, 0.012f, 0.012f, 0.016f, 0.002f},
                             {0.17f, 0.0f, 0.0f, 0.0f, 0.0f}};

class HeadBuilder {
 public:
  HeadBuilder(const Skeleton& skeleton, const Person& person)
      : person_(person), head_(skeleton.joint("head")), chest_(skeleton.joint("chest")), neck_(skeleton.joint("neck")) {
    origin_ = person.rest.positions[head_];
    top_ = person.rest.positions[skeleton.joint("head_top")] - origin_;
    ear_ = person.rest.positions[skeleton.joint("left_ear")] - origin_;
    nose_ = person.rest.positions[skeleton.joint("nose")] - origin_;
    scale_ = top_.y() / 0.17f;
  }

  SkinnedMesh build() {
    add_skull();
    add_nose();
    for (float side : {-1.0f, 1.0f})
      blob(Vec3(side * ear_.x(), ear_.y(), ear_.z()), {0.011f, 0.031f, 0.019f}, slot_skin, 6, 8);
    add_hair();
    add_headwear();
    return mesh_;
  }

 private:
  SkinWeight rigid() const { return {head_, head_, 0}; }

  void blob(const Vec3& centre, const Vec3& radii, uint16_t material, int rings, int segments) {
    const Vec3 r = radii * scale_;
    mesh_.add_ellipsoid(origin_ + centre, Vec3(r.x(), 0, 0), Vec3(0, r.y(), 0), Vec3(0, 0, r.z()), rings, segments,
                        material, rigid());
  }

  // A ridge that widens and stands out downwards.
  void add_nose() {
    static constexpr Section ridge[] = {
        {0.04f, 0.004f, 0.002f, 0.01f, -0.03f},     {0.025f, 0.006f, 0.008f, 0.01f, -0.028f},
        {0.006f, 0.01f, 0.02f, 0.012f, -0.024f},    {-0.004f, 0.015f, 0.022f, 0.012f, -0.025f},
        {-0.011f, 0.012f, 0.014f, 0.012f, -0.026f}, {-0.014f, 0.004f, 0.003f, 0.008f, -0.027f}};
    std::vector<Ring> rings;
    for (const Section& c : ridge)
      rings.push_back({origin_ + nose_ + scale_ * Vec3(0, c.y, c.z), Vec3(scale_ * c.wide, 0, 0),
                       Vec3(0, 0, scale_ * c.front), Vec3(0, 0, -scale_ * c.back), 1, c.y, slot_skin, rigid()});
    mesh_.add_tube(rings, 8);
  }

  // A shell over the skull that leaves the face free: below the hairline it ends beside the ears.
  void add_scalp(float thick) {
    const float hairline = person_.materials[slot_face].face.hairline;
    std::vector<Ring> rings;
    const auto ring = [&](const Section& c, float shrink) {
      const float open = std::clamp((hairline + 0.004f - c.y) / 0.012f, 0.0f, 1.0f);
      const float front = (c.front + thick) * (1 - open) + 0.012f * open;
      rings.push_back({origin_ + scale_ * Vec3(0, c.y + (c.y > 0.13f ? thick : 0), c.z),
                       Vec3(scale_ * shrink * (c.wide + thick), 0, 0), Vec3(0, 0, scale_ * shrink * front),
                       Vec3(0, 0, -scale_ * shrink * (c.back + thick)), 1, c.y, slot_hair, rigid()});
    };
    ring({-0.022f, 0.046f, 0.05f, 0.062f, 0.0f}, 0.8f);
    ring({-0.01f, 0.056f, 0.06f, 0.075f, 0.006f}, 1);
    ring({0.03f, 0.066f, 0.08f, 0.097f, 0.008f}, 1);
    ring({0.075f, 0.0725f, 0.081f, 0.105f, 0.01f}, 1);
    ring({0.1f, 0.071f, 0.078f, 0.103f, 0.01f}, 1);
    ring({0.117f, 0.0685f, 0.073f, 0.099f, 0.01f}, 1);
    ring({0.132f, 0.061f, 0.064f, 0.089f, 0.009f}, 1);
    ring({0.148f, 0.049f, 0.05f, 0.07f, 0.007f}, 1);
    ring({0.163f, 0.03f, 0.03f, 0.045f, 0.004f}, 1);
    ring({0.172f, 0.008f, 0.008f, 0.012f, 0.0f}, 0.3f);
    mesh_.add_tube(rings, 18);
  }

  void add_skull() {
    std::vector<Ring> rings;
    for (const Section& c : skull) {
      Ring ring;
      ring.centre = origin_ + scale_ * Vec3(0, c.y, c.z);
      ring.side = Vec3(scale_ * c.wide, 0, 0);
      ring.front = Vec3(0, 0, scale_ * c.front), ring.back = Vec3(0, 0, -scale_ * c.back);
      ring.material = slot_face;
      ring.skin = rigid();
      rings.push_back(ring);
    }
    mesh_.add_tube(rings, 24);
    for (size_t i = 0; i < mesh_.rest.positions.size(); ++i)
      mesh_.rest.uv[i] = (mesh_.rest.positions[i] - origin_).head<2>() / scale_;
    const bool bald = person_.outfit.hair == HairStyle::none;
    for (size_t t = 0; t < mesh_.rest.triangles.size(); ++t) {
      Vec3 middle = Vec3::Zero();
      for (int corner : mesh_.rest.triangles[t]) middle += (mesh_.rest.positions[corner] - origin_) / (3 * scale_);
      if (middle.z() > 0.022f) continue;
      const bool scalp = !bald && middle.y() > (middle.z() < -0.03f ? -0.005f : 0.045f);
      mesh_.rest.triangle_material[t] = scalp ? slot_hair : slot_skin;
    }
  }

  void add_hair() {
    const Outfit& o = person_.outfit;
    if (o.hair == HairStyle::none) return;
    if (o.hair == HairStyle::cropped) {
      add_scalp(0.005f);
      return;
    }
    const float v = o.hair_volume;
    if (o.hair == HairStyle::afro) {
      blob(Vec3(0, 0.1f, -0.03f) * scale_, Vec3(0.105f, 0.11f, 0.11f) * v, slot_hair, 9, 16);
      return;
    }
    add_scalp(0.01f + 0.08f * std::max(0.0f, v - 1));
    if (o.hair == HairStyle::bun)
      blob(Vec3(0, 0.13f, -0.115f) * scale_, Vec3(0.045f, 0.042f, 0.04f) * v, slot_hair, 7, 10);
    if (o.hair == HairStyle::long_down) hang(0.084f * v, 0.03f, 0.055f, -0.045f, 0.1f, -0.2f - 0.2f * (v - 0.9f));
    if (o.hair == HairStyle::ponytail) hang(0.026f * v, 0.024f, 0.028f, -0.12f, 0.12f, -0.2f - 0.3f * (v - 0.9f));
  }

  // Hair from height `top` to `bottom` behind the head; its lower part lies on the back.
  void hang(float wide, float front, float back, float z, float top, float bottom) {
    std::vector<Ring> rings;
    for (int i = 0; i <= 8; ++i) {
      const float t = i / 8.0f, taper = i == 8 ? 0.1f : (i == 0 ? 0.6f : 1 - 0.3f * t);
      Ring ring;
      ring.centre = origin_ + scale_ * Vec3(0, top + t * (bottom - top), z - 0.04f * t);
      ring.side = Vec3(scale_ * wide * taper, 0, 0);
      ring.front = Vec3(0, 0, scale_ * front * taper), ring.back = Vec3(0, 0, -scale_ * back * taper);
      ring.v = t * 0.3f;
      ring.material = slot_hair;
      ring.skin = {head_, chest_, 0.85f * std::max(0.0f, t - 0.45f) / 0.55f};
      rings.push_back(ring);
    }
    mesh_.add_tube(rings, 14);
  }

  void add_headwear() {
    const float v = person_.outfit.hair == HairStyle::full ? 1.03f : 1;
    switch (person_.outfit.headwear) {
      case Headwear::none:
        return;
      case Headwear::cap:
        blob(Vec3(0, 0.112f, -0.008f) * scale_, Vec3(0.083f, 0.075f, 0.105f) * v, slot_hat, 8, 16);
        blob(Vec3(0, 0.112f, 0.105f) * scale_, {0.066f, 0.008f, 0.068f}, slot_hat, 5, 14);
        return;
      case Headwear::beanie:
        blob(Vec3(0, 0.11f, -0.012f) * scale_, Vec3(0.084f, 0.095f, 0.108f) * v, slot_hat, 8, 16);
        return;
      case Headwear::brimmed:
        blob(Vec3(0, 0.122f, -0.008f) * scale_, Vec3(0.084f, 0.078f, 0.108f) * v, slot_hat, 7, 14);
        blob(Vec3(0, 0.115f, -0.004f) * scale_, {0.15f, 0.009f, 0.175f}, slot_hat, 4, 18);
        return;
      case Headwear::helmet:
        blob(Vec3(0, 0.125f, -0.008f) * scale_, Vec3(0.105f, 0.085f, 0.13f) * v, slot_hat, 8, 16);
        return;
    }
  }

  const Person& person_;
  int head_, chest_, neck_;
  Vec3 origin_, top_, ear_, nose_;
  float scale_ = 1;
  SkinnedMesh mesh_;
};

}  // namespace

SkinnedMesh build_head(const Skeleton& skeleton, const Person& person) { return HeadBuilder(skeleton, person).build(); }

}  // namespace limn
