#include "limn/skeleton/joint_map.h"

#include <algorithm>
#include <cmath>

#include "limn/base/assets.h"
#include "limn/base/error.h"
#include "limn/base/toml.h"

namespace limn {
namespace {

const std::string maps_folder = "skeleton/maps/";

class Reader {
 public:
  Reader(const Skeleton& skeleton, const std::string& text, const std::string& origin)
      : skeleton_(skeleton), origin_(origin), root_(parse_toml(text, origin)) {}

  JointMap read() {
    allow(root_, {"name", "joint", "bones"});
    JointMap map;
    map.name = member(root_, "name", TomlNode::Kind::string).text;
    const TomlNode& joints = member(root_, "joint", TomlNode::Kind::array);
    if (joints.items.empty()) fail(joints, "a joint map needs joints", "add [[joint]] entries");
    for (const TomlNode& node : joints.items) {
      MappedJoint joint = read_joint(node);
      for (const MappedJoint& other : map.joints)
        if (other.name == joint.name) fail(node, "two joints are named '" + joint.name + "'", "rename one");
      map.joints.push_back(std::move(joint));
    }
    for (size_t k = 0; k < map.joints.size(); ++k) {
      const TomlNode& node = member(joints.items[k], "mirror", TomlNode::Kind::string);
      map.joints[k].mirror = index(map, node.text, node);
    }
    for (size_t k = 0; k < map.joints.size(); ++k) check_mirror(map, k, joints.items[k]);
    if (root_.find("bones"))
      for (const TomlNode& bone : member(root_, "bones", TomlNode::Kind::array).items) {
        if (bone.items.size() != 2) fail(bone, "a bone joins two joints", "write [\"a\", \"b\"]");
        map.bones.emplace_back(index(map, bone.items[0].text, bone), index(map, bone.items[1].text, bone));
      }
    return map;
  }

 private:
  void allow(const TomlNode& table, const std::vector<std::string>& keys) const {
    for (const auto& [key, value] : table.members)
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        fail(value, "unknown key '" + key + "', nearest is '" + nearest_name(key, keys) + "'", "mend the key");
  }
  /// Mirrors name each other, and are made of mirrored joints: else a mirrored pose would not map to a mirrored pose.
  void check_mirror(const JointMap& map, size_t k, const TomlNode& node) const {
    const MappedJoint& joint = map.joints[k];
    const MappedJoint& other = map.joints[joint.mirror];
    if (other.mirror != static_cast<int>(k))
      fail(node, "mirrors are not mutual: '" + joint.name + "'", "name each other");
    std::vector<std::pair<int, float>> seen, expected = other.sources;
    for (const auto& [source, weight] : joint.sources) seen.emplace_back(skeleton_.joints()[source].mirror, weight);
    std::sort(seen.begin(), seen.end());
    std::sort(expected.begin(), expected.end());
    if (seen != expected)
      fail(node, "'" + joint.name + "' and '" + other.name + "' are not made of mirrored joints",
           "mirror their 'from'");
  }
  [[noreturn]] void fail(const TomlNode& at, const std::string& what, const char* remedy) const {
    throw Error(ErrorKind::input, what, origin_ + ":" + std::to_string(at.line), remedy);
  }
  const TomlNode& member(const TomlNode& table, const std::string& key, TomlNode::Kind kind) const {
    const TomlNode* node = table.find(key);
    if (node == nullptr) fail(table, "'" + key + "' is missing", "add it");
    if (node->kind != kind) fail(*node, "'" + key + "' has the wrong type", "see assets/skeleton/maps");
    return *node;
  }
  MappedJoint read_joint(const TomlNode& node) const {
    if (node.kind != TomlNode::Kind::table) fail(node, "'joint' must hold tables", "write [[joint]] sections");
    allow(node, {"name", "mirror", "from"});
    MappedJoint joint;
    joint.name = member(node, "name", TomlNode::Kind::string).text;
    double sum = 0;
    for (const auto& [name, weight] : member(node, "from", TomlNode::Kind::table).members) {
      int source = -1;
      std::vector<std::string> names;
      for (int j = 0; j < skeleton_.joint_count(); ++j) {
        if (skeleton_.joints()[j].name == name) source = j;
        names.push_back(skeleton_.joints()[j].name);
      }
      if (source < 0)
        fail(weight, "unknown joint '" + name + "', nearest is '" + nearest_name(name, names) + "'", "mend the name");
      if (weight.kind != TomlNode::Kind::real && weight.kind != TomlNode::Kind::integer)
        fail(weight, "the weight of '" + name + "' is not a number", "write a number");
      joint.sources.emplace_back(source, static_cast<float>(weight.number));
      sum += weight.number;
    }
    if (!(std::abs(sum - 1) < 1e-6)) fail(node, "weights of '" + joint.name + "' do not sum to 1", "mend the weights");
    return joint;
  }
  int index(const JointMap& map, const std::string& name, const TomlNode& at) const {
    for (size_t k = 0; k < map.joints.size(); ++k)
      if (map.joints[k].name == name) return static_cast<int>(k);
    fail(at, "unknown joint '" + name + "'", "name a joint of this map");
  }

  const Skeleton& skeleton_;
  std::string origin_;
  TomlNode root_;
};

}  // namespace

JointMap JointMap::parse(const Skeleton& skeleton, const std::string& text, const std::string& origin) {
  return Reader(skeleton, text, origin).read();
}

JointMap JointMap::built_in(const Skeleton& skeleton, const std::string& name) {
  const std::string key = maps_folder + name + ".toml";
  const auto found = embedded_assets().find(key);
  if (found == embedded_assets().end())
    throw Error(ErrorKind::usage, "no such joint map: " + name, "",
                "the nearest is " + nearest_name(name, built_in_names()));
  return parse(skeleton, found->second, "assets/" + key);
}

std::vector<std::string> JointMap::built_in_names() {
  std::vector<std::string> names;
  for (const auto& [key, text] : embedded_assets())
    if (key.starts_with(maps_folder))
      names.push_back(key.substr(maps_folder.size(), key.size() - maps_folder.size() - 5));
  return names;
}

size_t JointMap::joint(const std::string& wanted) const {
  for (size_t k = 0; k < joints.size(); ++k)
    if (joints[k].name == wanted) return k;
  throw Error(ErrorKind::usage, "the joint map lacks " + wanted, name, "measure with another map");
}

}  // namespace limn
