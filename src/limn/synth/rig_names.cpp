#include "limn/synth/rig_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string_view>

namespace limn {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool known_sided(const std::string& base) {
  for (const RigJoint& joint : rig_joints()) {
    if (!joint.sided) continue;
    std::istringstream aliases(joint.aliases);
    for (std::string alias; aliases >> alias;)
      if (alias == base) return true;
  }
  return false;
}

// A whole word that names a side.
const char* side_word(const std::string& word) {
  const std::string w = lower(word);
  return w == "l" || w == "left" ? "left" : w == "r" || w == "right" ? "right" : nullptr;
}

// Sides written into the word: LeftArm, ArmLeft, LThumb, lfemur. Cuts them off.
const char* cut_side(const std::string& original, std::string& base) {
  for (const char* side : {"left", "right"}) {
    const std::string_view s(side);
    if (base.size() > s.size() && base.starts_with(s)) return base.erase(0, s.size()), side;
    if (base.size() > s.size() && base.ends_with(s)) return base.erase(base.size() - s.size()), side;
  }
  if (base.size() < 3 || (base[0] != 'l' && base[0] != 'r')) return nullptr;
  const bool camel = std::isupper(static_cast<unsigned char>(original[0])) != 0 &&
                     std::isupper(static_cast<unsigned char>(original[1])) != 0;
  if (!camel && !known_sided(base.substr(1))) return nullptr;
  const char* side = base[0] == 'l' ? "left" : "right";
  return base.erase(0, 1), side;
}

}  // namespace

// The order of aliases is the order of preference: MakeHuman's "root" lies at the hips, Unreal's on the ground.
const std::vector<RigJoint>& rig_joints() {
  static const std::vector<RigJoint> joints = {
      {"hips", false, true, false, "hips hip pelvis cog root"},
      {"spine", false, true, false, "spine spine1 spine01 spine001 lowerback spine05 chest"},
      {"neck", false, false, false, "neck neck1 neck01 lowerneck spine006"},
      {"head", false, true, false, "head"},
      {"clavicle", true, false, false, "shoulder clavicle collar shoulder01 clavicle01 inshoulder"},
      {"upper_arm", true, true, false, "upperarm upperarm01 uparm humerus arm"},
      {"forearm", true, true, false, "forearm lowerarm lowerarm01 loarm radius elbow"},
      {"hand", true, true, false, "wrist hand"},
      {"thigh", true, true, false, "upleg upperleg upperleg01 thigh femur"},
      {"shin", true, true, false, "lowerleg lowerleg01 leg calf shin tibia knee"},
      {"foot", true, true, false, "foot ankle"},
      {"toes", true, false, false, "toebase toes toe ball toe11"},
      {"head_top", false, false, true, "headtop headtopend headend headnub headsite"},
      {"nose", false, false, true, "nose nosetip"},
      {"eye", true, false, true, "eye faceeye adjeye"},
      {"ear", true, false, true, "ear"},
      {"big_toe", true, false, true, "bigtoe"},
      {"small_toe", true, false, true, "smalltoe"},
      {"toe_end", true, false, true, "toeend toebaseend toenub toesend"},
      {"middle_tip", true, false, true, "middletip handmiddle4 middle04 handmiddle3end middle3end"},
      {"middle_end", true, false, true, "middledistal handmiddle3 middle03 middle3 finger33"},
  };
  return joints;
}

RigName parse_rig_name(const std::string& name) {
  std::string text = name;
  text.erase(0, text.find_last_of(":|") + 1);
  for (const char* prefix : {"ValveBiped.", "J_Bip_C_", "J_Bip_", "J_Adj_", "DEF-", "ORG-", "CC_Base_", "mixamorig_"})
    if (text.starts_with(prefix)) text.erase(0, std::string_view(prefix).size());
  std::vector<std::string> words(1);
  for (char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.size() > 1 && lower(words[0]).starts_with("bip")) words.erase(words.begin());  // 3ds Max: Bip001 L Thigh
  RigName result;
  std::string original;
  for (const std::string& word : words) {
    const char* side = side_word(word);
    if (side && result.side.empty() && words.size() > 1) {
      result.side = side;
      continue;
    }
    original += word;
  }
  result.base = lower(original);
  if (result.side.empty())
    if (const char* side = cut_side(original, result.base)) result.side = side;
  return result;
}

RigMap::RigMap(const RigFile& rig) {
  std::vector<RigName> names;
  for (const RigNode& node : rig.nodes) names.push_back(parse_rig_name(node.name));
  for (const auto& [bone, node] : rig.humanoid) names[node] = parse_rig_name(bone);
  std::vector<char> moves(rig.nodes.size(), 0);  // bones and what they hang on: a mesh called "Head" is no joint
  for (const RigBone& bone : rig.bones)
    for (int n = bone.node; n >= 0; n = rig.nodes[n].parent) moves[n] = 1;
  const auto find = [&](const RigJoint& joint, const std::string& side) {
    std::istringstream aliases(joint.aliases);
    for (std::string alias; aliases >> alias;)
      for (size_t n = 0; n < names.size(); ++n)
        if (names[n].base == alias && names[n].side == side && (joint.landmark || moves[n])) return static_cast<int>(n);
    return -1;
  };
  for (const RigJoint& joint : rig_joints()) {
    if (!joint.sided) nodes_.emplace_back(joint.name, find(joint, ""));
    if (joint.sided)
      for (const char* side : {"left", "right"})
        nodes_.emplace_back(std::string(side) + "_" + joint.name, find(joint, side));
  }
}

int RigMap::node(const std::string& joint) const {
  for (const auto& [name, node] : nodes_)
    if (name == joint) return node;
  return -1;
}

const std::string* RigMap::joint_of(int node) const {
  for (const auto& [name, n] : nodes_)
    if (n == node) return &name;
  return nullptr;
}

std::vector<std::string> RigMap::missing() const {
  std::vector<std::string> result;
  for (const RigJoint& joint : rig_joints()) {
    if (!joint.needed) continue;
    if (!joint.sided && !has(joint.name)) result.push_back(joint.name);
    if (joint.sided)
      for (const char* side : {"left_", "right_"})
        if (!has(std::string(side) + joint.name)) result.push_back(std::string(side) + joint.name);
  }
  return result;
}

}  // namespace limn
