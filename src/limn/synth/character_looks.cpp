// What a character wears: slots told by name, and pattern coordinates for clothes of our own.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <tuple>

#include "limn/synth/character_parts.h"

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

/// Where a vertex lies about its body part: metres around (0 in front, growing to the outside) and along.
struct Around {
  float angle = 0, radius = 0, along = 0;
};

class Unwrapper {
 public:
  Unwrapper(const Skeleton& skeleton, Character& character) : skeleton_(skeleton), c_(character) {}

  void unwrap() {
    Mesh& mesh = c_.mesh.rest;
    original_ = mesh.positions.size();
    c_.cloth_uv.assign(original_, Vec2::Zero());
    taken_.assign(original_, {-1, 0});
    for (std::array<int, 3>& t : mesh.triangles) {
      const int part = part_of(t);
      float first = 0;
      for (int k = 0; k < 3; ++k) {
        const Around a = around(mesh.positions[t[k]], part);
        int turns = 0;  // whole turns that bring this corner next to the first
        if (k == 0) first = a.angle;
        if (k > 0) turns = static_cast<int>(std::lround((first - a.angle) / (2 * pi)));
        t[k] = vertex(t[k], part, turns, Vec2((a.angle + 2 * pi * static_cast<float>(turns)) * a.radius, a.along));
      }
    }
  }

 private:
  // The trunk is one part; so is each leg and arm, so that stripes run on over knees and elbows.
  int part_of(const std::array<int, 3>& t) const {
    std::vector<float> share(skeleton_.joint_count(), 0);
    for (int corner : t) {
      const SkinWeight& w = c_.mesh.skin[corner];
      share[start_of(w.a)] += 1 - w.weight_b - w.weight_c - w.weight_d;
      share[start_of(w.b)] += w.weight_b, share[start_of(w.c)] += w.weight_c, share[start_of(w.d)] += w.weight_d;
    }
    return static_cast<int>(std::max_element(share.begin(), share.end()) - share.begin());
  }

  int start_of(int joint) const {
    int j = joint;
    while (skeleton_.joints()[j].parent >= 0) {
      const std::string& name = skeleton_.joints()[j].name;
      if (name.ends_with("shoulder") || name.ends_with("hip")) return j;
      j = skeleton_.joints()[j].parent;
    }
    return j;
  }

  // Arms lie along x, the rest along y. The right side is the left one mirrored.
  Around around(Vec3 p, int part) const {
    const bool right = skeleton_.joints()[part].mirror < part;
    Vec3 centre = c_.rest.positions[part];
    if (right) p.x() = -p.x(), centre.x() = -centre.x();
    const Vec3 d = p - centre;
    const bool arm = skeleton_.joints()[part].name.ends_with("shoulder");
    const float across = arm ? d.y() : d.x(), radius = (arm ? 0.05f : part == 0 ? 0.14f : 0.075f) * c_.size;
    return {std::atan2(across, d.z()), radius, arm ? d.x() : d.y()};
  }

  int vertex(int index, int part, int turns, const Vec2& uv) {
    const std::pair<int, int> use{part, turns};
    if (taken_[index].first < 0) {
      taken_[index] = use;
      c_.cloth_uv[index] = uv;
    }
    if (taken_[index] == use) return index;
    const auto [found, fresh] = copies_.emplace(std::tuple(index, part, turns), static_cast<int>(c_.cloth_uv.size()));
    if (fresh) {
      Mesh& mesh = c_.mesh.rest;
      mesh.positions.push_back(Vec3(mesh.positions[index]));
      mesh.normals.push_back(Vec3(mesh.normals[index]));
      mesh.uv.push_back(Vec2(mesh.uv[index]));
      c_.mesh.skin.push_back(SkinWeight(c_.mesh.skin[index]));
      c_.cloth_uv.push_back(uv);
    }
    return found->second;
  }

  const Skeleton& skeleton_;
  Character& c_;
  size_t original_ = 0;
  std::vector<std::pair<int, int>> taken_;           ///< the use that each vertex of the file was given first
  std::map<std::tuple<int, int, int>, int> copies_;  ///< (vertex, part, turns) -> its copy
};

}  // namespace

// The first row with a word that the name contains decides.
SlotKind slot_kind(std::string name) {
  static const std::vector<std::pair<SlotKind, std::vector<const char*>>> table = {
      {SlotKind::hair, {"hair", "brow", "lash", "beard", "mustache", "moustache", "ponytail"}},
      {SlotKind::eyes, {"eye", "cornea", "iris", "pupil", "sclera"}},
      {SlotKind::shoes, {"shoe", "boot", "sneaker", "sandal", "footwear", "heels"}},
      {SlotKind::cloth,
       {"cloth",  "top",   "bottom", "dress",   "shirt",   "tee",    "trouser", "pant",    "jean",   "short", "skirt",
        "jacket", "coat",  "suit",   "sweater", "hood",    "blouse", "vest",    "legging", "sock",   "hat",   "cap",
        "glove",  "scarf", "tie",    "belt",    "garment", "outfit", "wear",    "robe",    "uniform"}},
      {SlotKind::skin, {"skin", "face", "head", "body", "teeth", "tongue", "nail"}},
  };
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [kind, words] : table)
    for (const char* word : words)
      if (name.find(word) != std::string::npos) return kind;
  return SlotKind::other;
}

void add_slots(const RigFile& rig, Character& character) {
  constexpr float same_tint = 0.15f;
  constexpr size_t most_slots = 200;
  std::vector<int> material;  // of each slot
  for (size_t t = 0; t < rig.triangles.size(); ++t) {
    const int number = rig.triangle_material[t];
    Vec3 tint = Vec3::Zero();
    for (int corner : rig.triangles[t]) tint += rig.tint[corner] / 3;
    size_t slot = 0;
    while (slot < material.size() &&
           (material[slot] != number ||
            ((character.slots[slot].tint - tint).cwiseAbs().maxCoeff() > same_tint && material.size() < most_slots)))
      ++slot;
    if (slot == material.size()) {
      const RigMaterial& source = rig.materials[number];
      character.slots.push_back({source.name, slot_kind(source.name), source.colour, tint, source.texture});
      material.push_back(number);
    }
    character.mesh.rest.triangle_material.push_back(static_cast<uint16_t>(slot));
  }
}

void unwrap_cloth(const Skeleton& skeleton, Character& character) { Unwrapper(skeleton, character).unwrap(); }

}  // namespace limn
