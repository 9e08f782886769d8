// Imported people: rigged glTF, VRM or FBX characters, turned once into meshes in the rest pose of our skeleton.
//
// A rig's joints are matched by name (rig_names.h). Its bones are then turned and stretched, with the flesh on them,
// until its joints lie where forward kinematics puts those of our T-pose. From there on a character is an ordinary
// SkinnedMesh: labels are as exact as those of the procedural people.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "limn/synth/body.h"
#include "limn/synth/split.h"

namespace limn {

enum class SlotKind : uint8_t { skin, eyes, hair, cloth, shoes, other };

/// One material of a character; `kind` is told by its name.
struct CharacterSlot {
  std::string name;  ///< of the file's material
  SlotKind kind = SlotKind::other;
  Vec3 colour = Vec3::Constant(0.5f);    ///< linear light
  Vec3 tint = Vec3::Ones();              ///< of the file's vertex colours: lips, iris
  std::shared_ptr<const Image> texture;  ///< multiplied by `colour`; may be null
};

struct Character {
  std::string name;                ///< of the file, without extension
  std::vector<float> bone_scales;  ///< [J], symmetric; those of the file's own body
  float size = 1;                  ///< overall scale against our skeleton
  Kinematics rest;                 ///< T-pose with these scales, root at the origin
  SkinnedMesh mesh;                ///< in that pose; triangle_material holds slots; uv: texture coordinates
  std::vector<Vec2> cloth_uv;      ///< per vertex, metres: around the body part (0 in front) and along it; symmetric
  std::vector<CharacterSlot> slots;
  /// Joints of our skeleton that the file itself names or marks, carried along with its flesh into the rest pose.
  /// They differ from rest.positions by what our skeleton's fixed directions cannot follow (the face: millimetres).
  std::map<std::string, Vec3> marks;
};

/// Error(input) where read_rig_file fails, a needed joint is missing (all are listed), joints coincide, or the feet
/// point backwards (left and right exchanged). Needs the joint names of the human skeleton.
Character load_character(const std::filesystem::path& path, const Skeleton& skeleton);

/// The .glb, .vrm, .gltf and .fbx files of a folder that belong to `split`, in the order of their names. Error(input) for a
/// missing folder, one without such a file, and for each file that cannot be used.
std::vector<std::shared_ptr<const Character>> load_characters(const std::filesystem::path& folder,
                                                              const Skeleton& skeleton,
                                                              Split split = Split::training);

/// The character's own proportions, varied: height, bones (symmetric), head less than the body. A share `children` of grown-up ones become
/// children.
Proportions sample_proportions(const Skeleton& skeleton, const Character& character, Random& random,
                               double children = child_share);

/// One person: the character with other bone lengths, girths (0.85 to 1.25, symmetric), skin, hair and clothes.
Person sample_person(const Skeleton& skeleton, const Character& character, const Proportions& proportions,
                     Random& random);

}  // namespace limn
