// A clothed body around a skeleton: smooth tubes in the rest pose, skinned to the joints.
#pragma once

#include <memory>

#include "limn/synth/mesh.h"
#include "limn/synth/poses.h"
#include "limn/synth/textures.h"

namespace limn {

/// Girths of one person relative to an average adult of the same size.
struct Build {
  float girth = 1;   ///< of everything soft
  float muscle = 1;  ///< of the limbs
  float shoulders = 1, waist = 1, hips = 1;
  float belly = 0, bust = 0;  ///< metres added in front
  float age = 35;             ///< years: looks and softness; children are made by Proportions
  float finger_curl = 0.2f;   ///< radians a knuckle
};

enum class HairStyle : uint8_t { none, cropped, full, long_down, bun, ponytail, afro };
enum class Headwear : uint8_t { none, cap, beanie, helmet, brimmed };

/// The cut of the clothes; lengths in shares of the limb (1 = to wrist or ankle).
struct Outfit {
  float sleeve = 0.3f;
  float leg = 1;
  float sleeve_ease = 0.008f, leg_ease = 0.01f, body_ease = 0.01f;  ///< metres between skin and cloth
  float hem = 0.02f;  ///< height of the top's lower edge above the pelvis, metres; < 0 hangs lower
  float skirt = 0;    ///< length in shares of the leg; 0 for none
  float skirt_flare = 0.1f;
  float coat = 0;      ///< how far the top hangs over the legs, in shares of the leg; 0: ends at its hem
  float neckline = 0;  ///< 0 closed ... 1 wide, skin shows
  float fringe = 0;    ///< 0 free forehead ... 1 hair down to the brows
  bool high_collar = false, hood = false, scarf = false, belt = false;
  HairStyle hair = HairStyle::cropped;
  float hair_volume = 1;
  Headwear headwear = Headwear::none;
  bool backpack = false;
};

/// The materials of one person, in this order.
enum Slot : uint16_t {
  slot_skin,
  slot_face,
  slot_hair,
  slot_top,
  slot_sleeve,
  slot_bottom,
  slot_skirt,
  slot_shoe,
  slot_sole,
  slot_hat,
  slot_pack,
  slot_count
};

/// Everything constant about a person between two poses.
struct Person {
  Proportions proportions;
  Build build;
  Outfit outfit;
  std::vector<Material> materials;  ///< [slot_count]
  Kinematics rest;                  ///< T-pose with these proportions
  SkinnedMesh mesh;                 ///< triangle_material holds slots
};

/// Clothes and looks; both sides always wear the same.
Person sample_person(const Skeleton& skeleton, const Proportions& proportions, Random& random);

/// Body and clothes without the head.
SkinnedMesh build_body(const Skeleton& skeleton, const Person& person);
/// Head, face, hair and headwear.
SkinnedMesh build_head(const Skeleton& skeleton, const Person& person);

}  // namespace limn
