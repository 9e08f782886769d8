// The steps of load_character (character.h). Private to it.
#pragma once

#include "limn/synth/character.h"
#include "limn/synth/rig_names.h"

namespace limn {

/// A rig in metres in the body's frame: origin between the hips, y from there to the middle of the shoulders,
/// x to the person's left, z forward; standing as in its file.
struct MeasuredRig {
  Affine body_from_file = Affine::Identity();
  std::vector<Vec3> flesh;                  ///< per vertex of the file
  std::vector<Vec3> joints;                 ///< [J] of our skeleton
  std::map<std::string, Vec3> marks;        ///< those of them that the file names or marks; all others are derived
  Mat3 body_from_trunk = Mat3::Identity();  ///< turns our skeleton's trunk onto the rig's
  Mat3 body_from_head = Mat3::Identity();   ///< the same of the head
  std::vector<float> bone_scales;           ///< [J], symmetric
};

/// `where` names the file in errors.
MeasuredRig measure_rig(const RigFile& rig, const RigMap& map, const Skeleton& skeleton, const std::string& where);

/// A point of the head: which joint of ours, and where the rig has it.
struct HeadPoint {
  int joint = 0;
  Vec3 place = Vec3::Zero();
};
/// Where our `head` joint lies in a rig, so that our face meets the given points best.
struct HeadFit {
  Vec3 place = Vec3::Zero();
  float pitch = 0;            ///< radians about x: the rig's head is bent forward by this
  std::vector<float> scales;  ///< [J], of the head's children
};
HeadFit fit_head(const Skeleton& skeleton, const std::vector<HeadPoint>& points, const Vec3& guess, float size);

/// Which joints of ours a node of the rig moves with, and their shares (sum 1).
std::vector<std::vector<std::pair<int, float>>> joints_of_nodes(const RigFile& rig, const RigMap& map,
                                                                const Skeleton& skeleton, const MeasuredRig& measured);

/// The maps from the body's frame to our rest pose, per joint.
std::vector<Affine> rest_from_body(const Skeleton& skeleton, const MeasuredRig& measured, const Kinematics& rest);

/// What a material covers, told by its name.
SlotKind slot_kind(std::string material_name);

/// Slots by material and vertex colour; writes triangle_material of the character's mesh.
void add_slots(const RigFile& rig, Character& character);

/// Pattern coordinates around each body part; doubles the vertices along their seams.
void unwrap_cloth(const Skeleton& skeleton, Character& character);

}  // namespace limn
