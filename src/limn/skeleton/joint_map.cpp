#include "limn/skeleton/joint_map.h"

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
    JointMap map;
    map.name = member(root_, "name", TomlNode::Kind::string).text;
    const TomlNode& joints = member(root_, "joint", TomlNode::Kind::array);
    for (const TomlNode& node : joints.items) map.joints.push_back(read_joint(node));
    for (size_t k = 0; k < map.joints.size(); ++k) {
      const TomlNode& node = member(joints.items[k], "mirror", TomlNode::Kind::string);
      map.joints[k].mirror = index(map, node.text, node);
    }
    for (size_t k = 0; k < map.joints.size(); ++k)
      if (map.joints[map.joints[k].mirror].mirror != static_cast<int>(k))
        fail(joints.items[k], "mirrors are not mutual: '" + map.joints[k].name + "'", "name each other");
    if (const TomlNode* bones = root_.find("bones"))
      for (const TomlNode& bone : bones->items) {
        if (bone.items.size() != 2) fail(bone, "a bone joins two joints", "write [\"a\", \"b\"]");
        map.bones.emplace_back(index(map, bone.items[0].text, bone), index(map, bone.items[1].text, bone));
      }
    return map;
  }

 private:
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
      if (source < 0) fail(weight, "unknown joint '" + name + "', nearest is '" + nearest_name(name, names) + "'", "mend the name");
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
    if (key.starts_with(maps_folder)) names.push_back(key.substr(maps_folder.size(), key.size() - maps_folder.size() - 5));
  return names;
}

}  // namespace limn
