#include "limn/skeleton/skeleton.h"

#include <cmath>
#include <functional>
#include <set>

#include "limn/base/assets.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"

namespace limn {

/// Reads and checks one skeleton; every error carries origin:line.
class SkeletonParser {
 public:
  SkeletonParser(const std::string& text, const std::string& origin)
      : origin_(origin), root_(parse_toml(text, origin)) {
    skeleton_.text_ = text;
  }

  Skeleton parse() {
    allow(root_, {"name", "joint", "bone", "grouping"});
    skeleton_.name_ = text(root_, "name");
    read_joints();
    check_mirrors();
    read_bones();
    for (const TomlNode& node : tables(root_, "grouping")) read_grouping(node);
    derive();
    return std::move(skeleton_);
  }

 private:
  [[noreturn]] void fail(const TomlNode& at, const std::string& what, const char* remedy) const {
    throw Error(ErrorKind::input, what, origin_ + ":" + std::to_string(at.line), remedy);
  }
  void allow(const TomlNode& table, const std::vector<std::string>& keys) const {
    for (const auto& [key, value] : table.members)
      if (nearest_name(key, keys) != key)
        fail(value, "unknown key '" + key + "', nearest is '" + nearest_name(key, keys) + "'", "mend the key");
  }
  const TomlNode& member(const TomlNode& table, const std::string& key, TomlNode::Kind kind) const {
    const TomlNode* node = table.find(key);
    if (node == nullptr) fail(table, "'" + key + "' is missing", "add it");
    if (node->kind != kind) fail(*node, "'" + key + "' has the wrong type", "see assets/skeleton/human.toml");
    return *node;
  }
  std::string text(const TomlNode& table, const std::string& key) const {
    const TomlNode& node = member(table, key, TomlNode::Kind::string);
    if (node.text.empty()) fail(node, "'" + key + "' is empty", "give it a name");
    return node.text;
  }
  const std::vector<TomlNode>& tables(const TomlNode& table, const std::string& key) const {
    const TomlNode& node = member(table, key, TomlNode::Kind::array);
    for (const TomlNode& item : node.items)
      if (item.kind != TomlNode::Kind::table) fail(item, "'" + key + "' must hold tables", "write [[...]] sections");
    return node.items;
  }
  template <class T>
  int find(const std::vector<T>& items, const std::string& name, const TomlNode& at) const {
    std::vector<std::string> names;
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].name == name) return static_cast<int>(i);
      names.push_back(items[i].name);
    }
    fail(at, "unknown name '" + name + "'" + (names.empty() ? "" : ", nearest is '" + nearest_name(name, names) + "'"),
         "names must be declared before they are used");
  }
  template <class T>
  void refuse_duplicate(const std::vector<T>& items, const std::string& name, const TomlNode& at) const {
    for (const T& item : items)
      if (item.name == name) fail(at, "two entries are named '" + name + "'", "rename one");
  }

  void read_joints() {
    joint_nodes_ = tables(root_, "joint");
    std::vector<Joint>& joints = skeleton_.joints_;
    for (const TomlNode& node : joint_nodes_) {
      allow(node, {"name", "parent", "mirror", "rest_offset"});
      Joint joint;
      joint.name = text(node, "name");
      refuse_duplicate(joints, joint.name, node);
      if (const TomlNode* parent = node.find("parent")) {
        for (const TomlNode& other : joint_nodes_)
          if (other.line > node.line && text(other, "name") == parent->text)
            fail(*parent, "parent '" + parent->text + "' stands after its child", "move the parent up");
        joint.parent = find(joints, text(node, "parent"), *parent);
      } else if (!joints.empty()) {
        fail(node, "several roots: '" + joints[0].name + "' and '" + joint.name + "'", "give all but one a parent");
      }
      joint.rest_offset = offset(node, joint.parent < 0);
      joints.push_back(joint);
    }
    if (joints.empty()) fail(root_, "a skeleton needs joints", "add [[joint]] entries");
  }

  Vec3 offset(const TomlNode& node, bool is_root) const {
    const TomlNode& list = member(node, "rest_offset", TomlNode::Kind::array);
    if (list.items.size() != 3) fail(list, "rest_offset has three numbers", "write [x, y, z] in metres");
    Vec3 value;
    for (int k = 0; k < 3; ++k) {
      const TomlNode& item = list.items[k];
      const bool number = item.kind == TomlNode::Kind::real || item.kind == TomlNode::Kind::integer;
      if (!number || !std::isfinite(item.number)) fail(item, "rest_offset is not finite", "write a number of metres");
      value[k] = static_cast<float>(item.number);
      if (!std::isfinite(value[k])) fail(item, "rest_offset is too large", "write a number of metres");
    }
    if (!is_root && value.norm() < 1e-6f) fail(list, "rest_offset has no length", "a joint lies away from its parent");
    return value;
  }

  void check_mirrors() {
    std::vector<Joint>& joints = skeleton_.joints_;
    for (size_t j = 0; j < joints.size(); ++j)
      joints[j].mirror = find(joints, text(joint_nodes_[j], "mirror"), *joint_nodes_[j].find("mirror"));
    for (size_t j = 0; j < joints.size(); ++j) {
      const TomlNode& node = *joint_nodes_[j].find("mirror");
      const Joint& other = joints[joints[j].mirror];
      if (other.mirror != static_cast<int>(j))
        fail(node, "mirrors are not mutual: '" + joints[j].name + "'", "name each other");
      const int parent = joints[j].parent;
      if (parent >= 0 && other.parent != joints[parent].mirror)
        fail(node, "mirrored joints have parents that are no mirrors", "give them mirrored parents");
      const Vec3 seen(-other.rest_offset.x(), other.rest_offset.y(), other.rest_offset.z());
      if ((seen - joints[j].rest_offset).norm() > 1e-5f)
        fail(node, "rest offsets of mirrored joints differ by more than the sign of x", "mirror the offset");
    }
  }

  void read_bones() {
    for (const TomlNode& node : tables(root_, "bone")) {
      allow(node, {"name", "from", "to"});
      Bone bone;
      bone.name = text(node, "name");
      refuse_duplicate(skeleton_.bones_, bone.name, node);
      bone.from = find(skeleton_.joints_, text(node, "from"), *node.find("from"));
      bone.to = find(skeleton_.joints_, text(node, "to"), *node.find("to"));
      if (bone.from == bone.to) fail(node, "bone '" + bone.name + "' joins a joint to itself", "name two joints");
      for (const Bone& other : skeleton_.bones_)
        if (std::set<int>{other.from, other.to} == std::set<int>{bone.from, bone.to})
          fail(node, "bones '" + other.name + "' and '" + bone.name + "' join the same joints", "keep one");
      skeleton_.bones_.push_back(bone);
    }
    if (skeleton_.bones_.empty()) fail(root_, "a skeleton needs bones", "add [[bone]] entries");
  }

  int mirrored_bone(int b) const {
    const auto& joints = skeleton_.joints_;
    const std::set<int> ends = {joints[skeleton_.bones_[b].from].mirror, joints[skeleton_.bones_[b].to].mirror};
    for (size_t i = 0; i < skeleton_.bones_.size(); ++i)
      if (ends == std::set<int>{skeleton_.bones_[i].from, skeleton_.bones_[i].to}) return static_cast<int>(i);
    return -1;
  }

  void read_grouping(const TomlNode& node) {
    allow(node, {"name", "channel", "each_bone"});
    Grouping grouping;
    grouping.name = text(node, "name");
    refuse_duplicate(skeleton_.groupings_, grouping.name, node);
    const bool each_bone = node.find("each_bone") && member(node, "each_bone", TomlNode::Kind::boolean).flag;
    if (each_bone && node.find("channel"))
      fail(*node.find("each_bone"), "each_bone leaves no room for channels", "drop one of the two");
    if (each_bone)
      add_channel_per_bone(grouping, node);
    else
      read_channels(grouping, node);
    skeleton_.groupings_.push_back(std::move(grouping));
  }

  void add_channel_per_bone(Grouping& grouping, const TomlNode& node) const {
    for (size_t b = 0; b < skeleton_.bones_.size(); ++b) {
      const int mirror = mirrored_bone(static_cast<int>(b));
      if (mirror < 0) fail(node, "bone '" + skeleton_.bones_[b].name + "' has no mirrored bone", "add it");
      grouping.channel_names.push_back(skeleton_.bones_[b].name);
      grouping.channel_mirror.push_back(mirror);
      grouping.channel_bones.push_back({static_cast<int>(b)});
    }
  }

  void read_channels(Grouping& grouping, const TomlNode& node) const {
    struct Named {
      std::string name;
    };
    std::vector<Named> names;
    std::set<int> used;
    const std::vector<TomlNode>& channels = tables(node, "channel");
    for (const TomlNode& channel : channels) {
      allow(channel, {"name", "mirror", "bones"});
      refuse_duplicate(names, text(channel, "name"), channel);
      names.push_back({text(channel, "name")});
      std::vector<int> bones;
      for (const TomlNode& item : member(channel, "bones", TomlNode::Kind::array).items) {
        bones.push_back(find(skeleton_.bones_, item.text, item));
        if (!used.insert(bones.back()).second) fail(item, "bone '" + item.text + "' is in two channels", "keep one");
      }
      if (bones.empty()) fail(channel, "channel '" + names.back().name + "' has no bones", "give it bones or drop it");
      grouping.channel_names.push_back(names.back().name);
      grouping.channel_bones.push_back(bones);
    }
    for (size_t b = 0; b < skeleton_.bones_.size(); ++b)
      if (used.count(static_cast<int>(b)) == 0)
        fail(node, "bone '" + skeleton_.bones_[b].name + "' is in no channel of '" + grouping.name + "'",
             "add it to one");
    for (const TomlNode& channel : channels)
      grouping.channel_mirror.push_back(find(names, text(channel, "mirror"), *channel.find("mirror")));
    for (size_t c = 0; c < channels.size(); ++c) check_channel_mirror(grouping, c, channels[c]);
  }

  void check_channel_mirror(const Grouping& grouping, size_t c, const TomlNode& node) const {
    const int other = grouping.channel_mirror[c];
    std::set<int> mirrored, expected(grouping.channel_bones[other].begin(), grouping.channel_bones[other].end());
    for (int b : grouping.channel_bones[c]) mirrored.insert(mirrored_bone(b));
    if (grouping.channel_mirror[other] != static_cast<int>(c) || mirrored != expected)
      fail(node,
           "the bones of channel '" + grouping.channel_names[c] + "' are not the mirror of those of '" +
               grouping.channel_names[other] + "'",
           "channels that mirror each other hold mirrored bones");
  }

  void derive() {
    const std::vector<Joint>& joints = skeleton_.joints_;
    std::vector<bool> has_child(joints.size(), false);
    for (const Joint& joint : joints)
      if (joint.parent >= 0) has_child[joint.parent] = true;
    for (int j = 0; j < static_cast<int>(joints.size()); ++j) {
      if (has_child[j]) skeleton_.rotating_.push_back(j);
      if (joints[j].parent < 0 || joints[j].mirror < j) continue;
      skeleton_.length_groups_.push_back({j});
      if (joints[j].mirror != j) skeleton_.length_groups_.back().push_back(joints[j].mirror);
    }
  }

  std::string origin_;
  TomlNode root_;
  std::vector<TomlNode> joint_nodes_;
  Skeleton skeleton_;
};

namespace {

template <class T>
int index_of(const std::vector<T>& items, std::string_view name, const char* what) {
  std::vector<std::string> names;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return static_cast<int>(i);
    names.push_back(items[i].name);
  }
  throw Error(ErrorKind::usage, std::string("no such ") + what + ": " + std::string(name), "skeleton",
              "the nearest name is " + nearest_name(std::string(name), names));
}

}  // namespace

Skeleton Skeleton::parse(const std::string& text, const std::string& origin) {
  return SkeletonParser(text, origin).parse();
}

Skeleton Skeleton::load(const std::string& path) { return parse(read_file(path), path); }

const Skeleton& Skeleton::human() {
  static const Skeleton skeleton = parse(embedded_assets().at("skeleton/human.toml"), "assets/skeleton/human.toml");
  return skeleton;
}

int Skeleton::joint(std::string_view name) const { return index_of(joints_, name, "joint"); }
int Skeleton::bone(std::string_view name) const { return index_of(bones_, name, "bone"); }
const Grouping& Skeleton::grouping(std::string_view name) const {
  return groupings_[index_of(groupings_, name, "grouping")];
}

bool Skeleton::same_structure(const Skeleton& other) const {
  const auto equal = [](const auto& a, const auto& b, const auto& same) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (!same(a[i], b[i])) return false;
    return true;
  };
  return equal(joints_, other.joints_,
               [](const Joint& a, const Joint& b) {
                 return a.name == b.name && a.parent == b.parent && a.mirror == b.mirror;
               }) &&
         equal(bones_, other.bones_,
               [](const Bone& a, const Bone& b) { return a.name == b.name && a.from == b.from && a.to == b.to; }) &&
         equal(groupings_, other.groupings_, [](const Grouping& a, const Grouping& b) {
           return a.name == b.name && a.channel_names == b.channel_names && a.channel_bones == b.channel_bones;
         });
}

}  // namespace limn
