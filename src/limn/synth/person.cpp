// Random people: build, cut of the clothes, materials.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>

#include "limn/synth/body.h"

namespace limn {
namespace {

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

Build sample_build(Random& random) {
  Build b;
  b.girth = std::clamp(std::exp(static_cast<float>(random.normal(0.02, 0.12))), 0.8f, 1.45f);
  b.muscle = std::clamp(std::exp(static_cast<float>(random.normal(0, 0.09))), 0.8f, 1.3f);
  const float feminine = between(random, 0, 1);
  b.shoulders = 1.05f - 0.1f * feminine;
  b.waist = 1.1f - 0.12f * feminine;
  b.hips = 0.92f + 0.2f * feminine;
  b.bust = feminine > 0.5f ? between(random, 0, 0.045) : 0;
  b.belly = std::max(0.0f, 0.35f * (b.girth - 1) + static_cast<float>(random.normal(0, 0.015)));
  return b;
}

Outfit sample_outfit(Random& random) {
  Outfit o;
  const double sleeve = random.uniform();
  o.sleeve = sleeve < 0.14
                 ? 0.0f
                 : (sleeve < 0.5 ? between(random, 0.2, 0.5) : (sleeve < 0.6 ? between(random, 0.5, 0.9) : 1.0f));
  o.sleeve_ease = between(random, 0.003, 0.024);
  o.body_ease = between(random, 0.003, 0.03);
  o.hem = between(random, -0.09, 0.09);
  const double leg = random.uniform();
  o.leg = leg < 0.12 ? between(random, 0.08, 0.2)
                     : (leg < 0.36 ? between(random, 0.2, 0.55) : (leg < 0.44 ? between(random, 0.55, 0.9) : 1.0f));
  o.leg_ease = random.chance(0.35) ? between(random, 0.001, 0.006) : between(random, 0.008, 0.045);
  if (random.chance(0.13)) {
    o.skirt = between(random, 0.25, 0.95);
    o.skirt_flare = between(random, 0.02, 0.2);
    o.leg = random.chance(0.7) ? 0.1f : 1.0f;
    o.leg_ease = 0.002f;
  }
  o.high_collar = random.chance(0.25);
  const double hair = random.uniform();
  o.hair = hair < 0.09   ? HairStyle::none
           : hair < 0.36 ? HairStyle::cropped
           : hair < 0.60 ? HairStyle::full
           : hair < 0.80 ? HairStyle::long_down
           : hair < 0.88 ? HairStyle::bun
           : hair < 0.95 ? HairStyle::ponytail
                         : HairStyle::afro;
  o.hair_volume = between(random, 0.96, 1.15);
  const double hat = random.uniform();
  o.headwear =
      hat < 0.12 ? Headwear::cap : (hat < 0.17 ? Headwear::beanie : (hat < 0.21 ? Headwear::helmet : Headwear::none));
  o.backpack = random.chance(0.05);
  return o;
}

FaceLook sample_face(const Vec3& skin, const Vec3& hair, Random& random) {
  FaceLook f;
  f.eye = Vec2(0.032f, 0.08f);
  f.mouth = Vec2(between(random, 0.018, 0.026), between(random, -0.004, 0.006));
  f.nose_y = 0.045f;
  f.hairline = between(random, 0.115, 0.14);
  f.half_width = 0.073f;
  f.hair = hair;
  f.iris = random.chance(0.7) ? Vec3(0.02f, 0.012f, 0.008f) : linear_from_hsv(between(random, 0.3, 0.6), 0.5f, 0.4f);
  f.lips = skin.cwiseProduct(Vec3(between(random, 0.75, 1.05), between(random, 0.35, 0.6), between(random, 0.4, 0.65)));
  f.beard = random.chance(0.2) ? between(random, 0.3, 1) : 0;
  f.glasses = random.chance(0.15);
  f.mouth_open = random.chance(0.2) ? between(random, 0.2, 1) : 0;
  f.brow = between(random, 0.002, 0.005);
  return f;
}

std::vector<Material> sample_materials(const Outfit& outfit, Random& random) {
  std::vector<Material> m(slot_count);
  Material& skin = m[slot_skin];
  skin.colour = sample_skin(random);
  skin.grain = 0.06f;
  skin.gloss = between(random, 0, 0.2);
  Material& hair = m[slot_hair];
  hair.colour = sample_hair(random);
  hair.grain = 0.6f, hair.grain_scale = 0.012f, hair.gloss = between(random, 0, 0.3);
  Material& face = m[slot_face];
  face = skin;
  face.pattern = Pattern::face;
  face.third = Vec3::Constant(0.02f);
  face.face = sample_face(skin.colour, hair.colour, random);
  if (outfit.hair == HairStyle::none) face.face.hairline = 1;

  m[slot_top] = sample_cloth(random);
  m[slot_sleeve] = m[slot_top];
  if (random.chance(0.12)) m[slot_sleeve].colour = sample_cloth(random).colour;
  if (outfit.sleeve == 0 && random.chance(0.15)) m[slot_top] = skin;  // bare chest
  Material& top = m[slot_top];
  if (random.chance(0.28)) {
    top.front.half = between(random, 0.03, 0.11);
    top.front.at = Vec2(0, between(random, -0.02, 0.06));
    top.front.colour = sample_cloth(random).colour;
    top.front.kind = top.share > 0.6f ? Emblem::Kind::disc : Emblem::Kind::blot;
  }
  if (outfit.sleeve > 0.9f && random.chance(0.3)) {
    top.opening = between(random, 0.015, 0.09);
    top.opening_colour = sample_cloth(random).colour;
  }
  m[slot_bottom] = sample_cloth(random);
  if (random.chance(0.6)) m[slot_bottom].pattern = Pattern::solid;
  m[slot_skirt] = random.chance(0.5) ? m[slot_top] : sample_cloth(random);
  m[slot_skirt].front.half = m[slot_skirt].opening = 0;
  if (random.chance(0.07)) m[slot_bottom] = m[slot_sleeve];  // overalls, suits
  m[slot_shoe] = sample_cloth(random);
  m[slot_shoe].pattern = Pattern::solid;
  if (random.chance(0.12)) m[slot_shoe] = skin;  // barefoot
  m[slot_sole] = random.chance(0.5) ? m[slot_shoe] : sample_cloth(random);
  m[slot_hat] = sample_cloth(random);
  m[slot_pack] = sample_cloth(random);
  return m;
}

// Age and the smaller things; drawn last, so that the rest of a person does not depend on them.
void sample_details(Random& random, Person& person) {
  Build& b = person.build;
  Outfit& o = person.outfit;
  FaceLook& face = person.materials[slot_face].face;
  const float size = person.proportions.size;
  const float adult_age = 16 + 64 * std::pow(between(random, 0, 1), 1.5f);
  b.age = size < 0.85f ? 4 + 32 * (size - 0.64f) : adult_age;
  if (b.age < 13) {  // no waist yet, a round belly
    b.bust = face.beard = 0;
    b.belly = std::max(b.belly, 0.012f);
    b.waist = std::max(b.waist, 1.05f);
  }
  if (b.age > 50) b.belly += 0.0008f * (b.age - 50), b.muscle *= 1 - 0.003f * (b.age - 50);
  const float grey = between(random, 0, 1) * std::clamp((b.age - 45) / 25, 0.0f, 1.0f);
  Vec3& hair = person.materials[slot_hair].colour;
  hair = hair + grey * (Vec3::Constant(0.45f) - hair);
  face.hair = hair;
  b.finger_curl = between(random, 0.05, 0.38);
  if (o.skirt == 0 && o.sleeve > 0.9f && random.chance(0.16)) o.coat = between(random, 0.12, 0.75);
  if (o.coat > 0) o.body_ease = std::max(o.body_ease, 0.016f), o.hem = std::min(o.hem, 0.02f);
  o.neckline = random.chance(0.6) ? between(random, 0.1, 1) : 0;
  o.fringe = random.chance(0.35) && o.hair != HairStyle::none ? between(random, 0.3, 1) : 0;
  if (o.fringe > 0) face.hairline = std::min(face.hairline, 0.135f - 0.022f * o.fringe);
  o.hood = o.sleeve > 0.9f && !o.backpack && random.chance(0.16);
  o.scarf = o.sleeve > 0.9f && random.chance(0.07);
  o.belt = o.skirt == 0 && o.hem > 0.045f && random.chance(0.5);
  if (o.headwear == Headwear::none && random.chance(0.04)) o.headwear = Headwear::brimmed;
}

// Sports shirts have a number on the back, larger than what stands in front, and other clothes have things printed there: what is on a
// shirt does not tell which way somebody faces.
void sample_back(Material& top) {
  Random random(top.seed, "synth.back");  // of its own: the rest of the person does not depend on it
  if (!random.chance(0.35)) return;
  const bool number = random.chance(0.65);
  top.back.kind = number ? Emblem::Kind::number : random.chance(0.3) ? Emblem::Kind::disc : Emblem::Kind::blot;
  top.back.number = random.chance(0.35) ? random.integer(10) : 10 + random.integer(90);
  top.back.half = between(random, 0.06, 0.13);
  top.back.at = Vec2(0, between(random, -0.06, 0.04));
  top.back.colour = sample_cloth(random).colour;
  if (!number || !random.chance(0.5)) return;
  top.front = top.back;
  top.front.half *= between(random, 0.4, 0.9);
  top.front.at = Vec2(random.chance(0.5) ? 0 : between(random, -0.07, 0.07), between(random, -0.03, 0.06));
}

// Where the garment's girth ends behind, so that what is printed there lies in the middle of the back: a line through the rings of the
// trunk next to the print's middle. Collars and hoods, which are narrower, wear the same cloth.
void find_seam(const SkinnedMesh& mesh, Material& top) {
  constexpr float reach = 0.2f, narrow = 0.7f;
  std::map<float, float> half_girth;  // by height
  float widest = 0;
  for (size_t t = 0; t < mesh.rest.triangles.size(); ++t) {
    if (mesh.rest.triangle_material[t] != slot_top) continue;
    for (const int vertex : mesh.rest.triangles[t]) {
      const Vec2 uv = mesh.rest.uv[vertex];
      if (std::abs(uv.y() - top.back.at.y()) > reach) continue;
      float& half = half_girth[uv.y()];
      half = std::max(half, std::abs(uv.x()));
      widest = std::max(widest, half);
    }
  }
  std::erase_if(half_girth, [&](const auto& ring) { return ring.second < narrow * widest; });
  const auto above = half_girth.lower_bound(top.back.at.y());
  if (above == half_girth.end() || above == half_girth.begin()) {
    top.back.half = 0;
    return;
  }
  const auto below = std::prev(above);
  top.seam_slope = (above->second - below->second) / (above->first - below->first);
  top.seam = below->second - top.seam_slope * below->first;
}

// A ball, stick, bag or board in one hand, either one.
void add_held_thing(const Skeleton& skeleton, Random& random, Person& person) {
  const char* side = random.chance(0.5) ? "left_" : "right_";
  const int wrist = skeleton.joint(std::string(side) + "wrist");
  const Vec3 tip = person.rest.positions[skeleton.joint(std::string(side) + "hand_tip")];
  const Vec3 palm = 0.5f * (person.rest.positions[wrist] + tip) - Vec3(0, 0.03f, 0);
  const SkinWeight rigid{wrist, wrist, 0};
  const double pick = random.uniform();
  if (pick < 0.35) {
    const float r = between(random, 0.04, 0.14);
    person.mesh.add_ellipsoid(palm - Vec3(0, r, 0), Vec3(r, 0, 0), Vec3(0, r, 0), Vec3(0, 0, r), 7, 12, slot_pack,
                              rigid);
  } else if (pick < 0.75) {
    const float length = between(random, 0.15, 0.7), r = between(random, 0.008, 0.03);
    person.mesh.add_ellipsoid(palm + Vec3(0, 0, between(random, -0.5, 1) * length), Vec3(r, 0, 0), Vec3(0, 0, length),
                              Vec3(0, r, 0), 8, 8, slot_pack, rigid);
  } else {
    const Vec3 reach = (tip - person.rest.positions[wrist]).normalized() * between(random, 0.08, 0.3);
    person.mesh.add_ellipsoid(tip + 0.8f * reach, Vec3(0, 0.03f, 0), reach, Vec3(0, 0, between(random, 0.06, 0.22)), 8,
                              10, slot_pack, rigid);
  }
}

}  // namespace

Person sample_person(const Skeleton& skeleton, const Proportions& proportions, Random& random) {
  Person person;
  person.proportions = proportions;
  person.build = sample_build(random);
  person.outfit = sample_outfit(random);
  person.materials = sample_materials(person.outfit, random);
  sample_details(random, person);
  Pose rest = rest_pose(skeleton);
  rest.bone_scales = proportions.bone_scales;
  person.rest = forward_kinematics(skeleton, rest);
  person.mesh = build_body(skeleton, person);
  person.mesh.append(build_head(skeleton, person));
  if (random.chance(0.12)) add_held_thing(skeleton, random, person);
  sample_back(person.materials[slot_top]);
  if (person.materials[slot_top].back.half > 0) find_seam(person.mesh, person.materials[slot_top]);
  return person;
}

}  // namespace limn
