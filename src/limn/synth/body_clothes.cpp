// What hangs on a body or is tied around it: skirts, coats, belts, scarves, hoods, backpacks.
#include <algorithm>
#include <cmath>

#include "limn/synth/body_parts.h"

namespace limn {
namespace {

class ClothesBuilder : BodyPlan {
 public:
  explicit ClothesBuilder(const BodyPlan& plan) : BodyPlan(plan) {}

  void build(SkinnedMesh& mesh) const {
    if (o_.skirt > 0) add_skirt(mesh, o_.skirt, o_.skirt_flare, 0, slot_skirt);
    if (o_.coat > 0) add_skirt(mesh, o_.coat, 0.35f * o_.skirt_flare, 0.012f, slot_top);
    if (o_.belt) add_belt(mesh);
    if (o_.scarf) add_scarf(mesh);
    if (o_.hood) add_hood(mesh);
    if (o_.backpack) add_backpack(mesh);
  }

 private:
  // Each half hangs on its leg, the cloth spans the gap between them.
  void add_skirt(SkinnedMesh& mesh, float share, float flare, float ease, uint16_t material) const {
    const Vec3 hip = at("left_hip");
    const float length = share * (hip.y() - at("left_ankle").y()), top = at("pelvis").y() + 0.11f * size_;
    const float g = b_.girth * size_, wide = hip.x() + 0.075f * g * b_.hips;
    const size_t begin = mesh.rest.positions.size();
    std::vector<Ring> rings;
    for (int i = 0; i <= 8; ++i) {
      const float t = i / 8.0f, y = top - t * (length + top - hip.y());
      const float open = (flare * t + ease) * size_ + 0.012f * size_, narrow = t < 0.2f ? 0.86f + 0.7f * t : 1;
      rings.push_back({Vec3(0, y, 0),
                       Vec3(wide * narrow + open, 0, 0),
                       Vec3(0, 0, 0.11f * g + open + 0.3f * b_.belly),
                       Vec3(0, 0, -0.125f * g - open),
                       0.95f,
                       y - at("chest").y(),
                       material,
                       {joint("pelvis"), joint("pelvis"), 0}});
    }
    mesh.add_tube(rings, 22);
    for (size_t i = begin; i < mesh.rest.positions.size(); ++i) {
      const Vec3& p = mesh.rest.positions[i];
      mesh.skin[i].b = joint(p.x() >= 0 ? "left_hip" : "right_hip");
      mesh.skin[i].weight_b = 0.9f * smoothstep(0.02f * size_, -0.25f * size_, p.y() - hip.y());
    }
  }

  // A band of half height `half` around the waist, over the trousers.
  void add_belt(SkinnedMesh& mesh) const {
    const float g = b_.girth * size_, y = at("pelvis").y() + 0.075f * size_, half = 0.016f * size_;
    const float hip = at("left_hip").x() + 0.068f * g * b_.hips, ease = (o_.body_ease + 0.012f) * size_;
    const float wide = 0.5f * (hip + 0.118f * g * b_.waist) + ease, z = at("pelvis").z() - 0.004f * size_;
    std::vector<Ring> rings;
    for (float turn : {-1.0f, -0.98f, 0.98f, 1.0f}) {
      const float shrink = std::abs(turn) > 0.99f ? 0.9f : 1.0f;
      rings.push_back({Vec3(0, y + turn * half, z),
                       Vec3(shrink * wide, 0, 0),
                       Vec3(0, 0, shrink * (0.1f * g + 0.85f * b_.belly + ease)),
                       Vec3(0, 0, -shrink * (0.095f * g + ease)),
                       0.88f,
                       turn * half,
                       slot_shoe,
                       {joint("pelvis"), joint("spine"), 0.2f}});
    }
    mesh.add_tube(rings, 18);
  }

  void add_scarf(SkinnedMesh& mesh) const {
    const Vec3 neck = at("neck");
    const SkinWeight skin{joint("chest"), joint("neck"), 0.5f};
    mesh.add_ellipsoid(neck + Vec3(0, 0.036f, 0.004f) * size_, Vec3(0.092f * size_, 0, 0),
                       Vec3(0, 0.036f, -0.01f) * size_, Vec3(0, -0.01f, 0.088f) * size_, 6, 14, slot_hat, skin);
  }

  // A hood that lies on the back.
  void add_hood(SkinnedMesh& mesh) const {
    const Vec3 neck = at("neck");
    mesh.add_ellipsoid(neck + Vec3(0, 0.0f, -0.075f) * size_, Vec3(0.11f * size_, 0, 0), Vec3(0, 0.062f, 0.02f) * size_,
                       Vec3(0, -0.016f, 0.05f) * size_, 7, 12, slot_sleeve, {joint("chest"), joint("neck"), 0.2f});
  }

  void add_backpack(SkinnedMesh& mesh) const {
    const Vec3 chest = at("chest");
    const float s = size_;
    mesh.add_ellipsoid(chest + Vec3(0, 0, -0.17f * s), Vec3(0.14f * s, 0, 0), Vec3(0, 0.21f * s, 0),
                       Vec3(0, 0, 0.1f * s), 8, 14, slot_pack, {joint("chest"), joint("chest"), 0});
  }
};

}  // namespace

void add_clothes(const BodyPlan& plan, SkinnedMesh& mesh) { ClothesBuilder(plan).build(mesh); }

}  // namespace limn
