// One person from a character: other bone lengths, girths, colours and clothes.
#include <algorithm>
#include <cmath>

#include "limn/synth/character.h"

namespace limn {
namespace {

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

/// Factors about the axes of the parts, both sides alike.
struct Girths {
  float trunk_wide = 1, trunk_deep = 1, arm = 1, leg = 1, neck = 1;
};

Girths sample_girths(Random& random) {
  const auto around = [&](float mean, double spread) {
    return std::clamp(mean * std::exp(static_cast<float>(random.normal(0, spread))), 0.85f, 1.25f);
  };
  Girths g;
  const float all = around(1.02f, 0.07);
  g.trunk_wide = around(all, 0.03), g.trunk_deep = around(all, 0.06);
  g.arm = around(all, 0.05), g.leg = around(all, 0.05);
  g.neck = std::sqrt(all);
  return g;
}

/// How the flesh about each joint stretches from the character's own shape to the person's.
class Reshaper {
 public:
  Reshaper(const Skeleton& skeleton, const Character& character, const Proportions& proportions, const Girths& girths)
      : skeleton_(skeleton), ratio_(skeleton.joint_count(), 1), girths_(girths) {
    for (size_t j = 0; j < ratio_.size(); ++j) ratio_[j] = proportions.bone_scales[j] / character.bone_scales[j];
  }

  Mat3 stretch(int joint) const {
    const std::string& name = skeleton_.joints()[joint].name;
    const auto of = [&](const char* child) { return ratio_[skeleton_.joint(child)]; };
    if (name == "pelvis") return diagonal(girths_.trunk_wide * of("left_hip"), of("spine"), girths_.trunk_deep);
    if (name == "spine") return diagonal(girths_.trunk_wide, of("chest"), girths_.trunk_deep);
    if (name == "chest")
      return diagonal(std::sqrt(girths_.trunk_wide) * of("left_shoulder"), of("neck"), girths_.trunk_deep);
    if (name == "neck") return diagonal(girths_.neck, of("head"), girths_.neck);
    if (name == "head") return Mat3::Identity() * of("head_top");
    const auto is = [&](const char* end) { return name.ends_with(end); };
    if (is("shoulder")) return along_x(of("left_elbow"), girths_.arm);
    if (is("elbow")) return along_x(of("left_wrist"), 0.5f * (1 + girths_.arm));
    if (is("wrist")) return Mat3::Identity() * of("left_hand_tip");
    if (is("hip")) return diagonal(girths_.leg, of("left_knee"), girths_.leg);
    if (is("knee")) return diagonal(0.5f * (1 + girths_.leg), of("left_ankle"), 0.5f * (1 + girths_.leg));
    if (is("ankle")) return Mat3::Identity() * of("left_toe_tip");
    return Mat3::Identity();
  }

 private:
  static Mat3 diagonal(float x, float y, float z) { return Vec3(x, y, z).asDiagonal(); }
  static Mat3 along_x(float along, float across) { return diagonal(along, across, across); }

  const Skeleton& skeleton_;
  std::vector<float> ratio_;
  Girths girths_;
};

void reshape(const Skeleton& skeleton, const Character& character, const Reshaper& reshaper, const Kinematics& rest,
             SkinnedMesh& mesh) {
  std::vector<Mat3> stretch, normal_stretch;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    stretch.push_back(reshaper.stretch(j));
    normal_stretch.push_back(Vec3(stretch.back().diagonal().cwiseInverse()).asDiagonal());
  }
  for (size_t i = 0; i < mesh.rest.positions.size(); ++i) {
    const SkinWeight& w = mesh.skin[i];
    const Vec3 p = mesh.rest.positions[i], n = mesh.rest.normals[i];
    Vec3 place = Vec3::Zero(), normal = Vec3::Zero();
    const auto add = [&](int j, float weight) {
      if (weight <= 0) return;
      place += weight * (rest.positions[j] + stretch[j] * (p - character.rest.positions[j]));
      normal += weight * (normal_stretch[j] * n);
    };
    add(w.a, 1 - w.weight_b - w.weight_c - w.weight_d);
    add(w.b, w.weight_b), add(w.c, w.weight_c), add(w.d, w.weight_d);
    mesh.rest.positions[i] = place;
    mesh.rest.normals[i] = normal.normalized();
  }
}

// The file's own look of a slot.
Material own_material(const CharacterSlot& slot) {
  Material m;
  m.colour = slot.colour.cwiseProduct(slot.tint);
  m.grain = slot.kind == SlotKind::cloth ? 0.12f : 0.05f;
  m.picture = slot.texture;
  if (slot.texture) m.pattern = Pattern::picture, m.grain = 0;
  return m;
}

/// What the slots of one person share: a material of the file that several slots use keeps one look.
class Wardrobe {
 public:
  explicit Wardrobe(Random& random) : random_(random) {
    skin_ = sample_skin(random), hair_ = sample_hair(random);
    skin_gloss_ = between(random, 0, 0.2), hair_gloss_ = between(random, 0, 0.3);
    own_skin_ = random.chance(0.3), own_hair_ = random.chance(0.4);
  }

  Material material(const CharacterSlot& slot) {
    Material m = own_material(slot);
    switch (slot.kind) {
      case SlotKind::skin:
        if (!own_skin_ && !slot.texture) m.colour = skin_.cwiseProduct(slot.tint);
        m.gloss = skin_gloss_;
        break;
      case SlotKind::hair:
        if (!own_hair_ && !slot.texture) m.colour = hair_.cwiseProduct(slot.tint);
        if (!slot.texture) m.grain = 0.6f, m.grain_scale = 0.012f;
        m.gloss = hair_gloss_;
        break;
      case SlotKind::eyes:
        m.gloss = 0.3f;
        break;
      case SlotKind::cloth:
      case SlotKind::shoes:
        if (const Material* worn = garment(slot)) return *worn;
        break;
      case SlotKind::other:
        break;
    }
    return m;
  }

 private:
  // A garment of our own for a material of the file, or null to keep the file's.
  const Material* garment(const CharacterSlot& slot) {
    auto found = garments_.find(slot.name);
    if (found == garments_.end()) {
      Material cloth = sample_cloth(random_);
      if (slot.kind == SlotKind::shoes) cloth.pattern = Pattern::solid;
      const bool keep = random_.chance(slot.texture ? 0.5 : 0.15);
      found = garments_.emplace(slot.name, std::pair(keep, cloth)).first;
    }
    return found->second.first ? nullptr : &found->second.second;
  }

  Random& random_;
  Vec3 skin_, hair_;
  float skin_gloss_ = 0, hair_gloss_ = 0;
  bool own_skin_ = false, own_hair_ = false;
  std::map<std::string, std::pair<bool, Material>> garments_;
};

}  // namespace

Proportions sample_proportions(const Skeleton& skeleton, const Character& character, Random& random, double children) {
  constexpr float smallest = 0.62f, largest = 1.6f;  // what the lifter's code can say, see skeleton/pose_code.h
  Proportions result;
  // Some grown-up characters become children.
  const bool child = character.size > 0.9f && random.chance(children);
  const float height = child ? sample_child_size(random)
                             : std::clamp(static_cast<float>(random.normal(1, 0.05)), 0.88f, 1.12f);
  const float head_size = head_size_of(height, child) * between(random, 0.97, 1.03);
  result.size = character.size * height;
  result.bone_scales = character.bone_scales;
  const int head = skeleton.joint("head"), chest = skeleton.joint("chest");
  float upper_chest = 0;  // the neck and the shoulders move together, the flesh between them keeps its shape
  for (const std::vector<int>& group : skeleton.length_groups()) {
    const float shape = std::clamp(std::exp(static_cast<float>(random.normal(0, 0.04))), 0.92f, 1.09f);
    for (int joint : group) {
      const int parent = skeleton.joints()[joint].parent;
      if (parent == chest && upper_chest == 0) upper_chest = shape;
      const float factor = parent == head ? head_size : height * (parent == chest ? upper_chest : shape);
      result.bone_scales[joint] = std::clamp(character.bone_scales[joint] * factor, smallest, largest);
    }
  }
  return result;
}

Person sample_person(const Skeleton& skeleton, const Character& character, const Proportions& proportions,
                     Random& random) {
  Person person;
  person.proportions = proportions;
  Pose rest = rest_pose(skeleton);
  rest.bone_scales = proportions.bone_scales;
  person.rest = forward_kinematics(skeleton, rest);
  person.mesh = character.mesh;
  const Reshaper reshaper(skeleton, character, proportions, sample_girths(random));
  reshape(skeleton, character, reshaper, person.rest, person.mesh);
  Wardrobe wardrobe(random);
  for (const CharacterSlot& slot : character.slots) person.materials.push_back(wardrobe.material(slot));
  Mesh& mesh = person.mesh.rest;
  std::vector<char> pictured(mesh.positions.size(), 0);
  for (size_t t = 0; t < mesh.triangles.size(); ++t)
    if (person.materials[mesh.triangle_material[t]].pattern == Pattern::picture)
      for (int corner : mesh.triangles[t]) pictured[corner] = 1;
  for (size_t i = 0; i < pictured.size(); ++i)
    if (!pictured[i]) mesh.uv[i] = character.cloth_uv[i];
  return person;
}

}  // namespace limn
