// A rigged figure of a few triangles as a GLB, for tests: written by hand after the glTF 2.0 specification.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "limn/synth/rig_file.h"

namespace limn::test {

/// A joint or a mark of the figure, standing in an A-pose with bent elbows; metres, y up, facing +z, its left at +x.
struct TinyJoint {
  std::string name, parent;
  Vec3 place;
  bool bone = true;  ///< false: a mark that moves nothing
};

/// Left and right as mirror images; names as rig_names.h calls them.
inline std::vector<TinyJoint> tiny_joints() {
  std::vector<TinyJoint> joints = {{"hips", "", {0, 0.95f, 0.01f}},
                                   {"spine", "hips", {0, 1.05f, 0.01f}},
                                   {"spine2", "spine", {0, 1.25f, 0}},
                                   {"neck", "spine2", {0, 1.46f, 0.01f}},
                                   {"head", "neck", {0, 1.55f, 0.03f}}};
  const std::vector<TinyJoint> left = {{"clavicle", "spine2", {0.06f, 1.42f, 0.01f}},
                                       {"upper_arm", "clavicle", {0.18f, 1.4f, 0}},
                                       {"forearm", "upper_arm", {0.37f, 1.2f, 0}},
                                       {"hand", "forearm", {0.5f, 1.07f, 0.17f}},
                                       {"thigh", "hips", {0.1f, 0.92f, 0}},
                                       {"shin", "thigh", {0.13f, 0.5f, 0.02f}},
                                       {"foot", "shin", {0.16f, 0.09f, 0}},
                                       {"toes", "foot", {0.165f, 0.04f, 0.13f}},
                                       {"middle_tip", "hand", {0.52f, 0.95f, 0.29f}, false}};
  for (float side : {1.0f, -1.0f}) {
    const std::string prefix = side > 0 ? "left_" : "right_";
    for (TinyJoint j : left) {
      j.name = prefix + j.name;
      if (j.parent != "spine2" && j.parent != "hips") j.parent = prefix + j.parent;
      j.place.x() *= side;
      joints.push_back(j);
    }
  }
  return joints;
}

inline std::string mixamo_name(const std::string& joint) {
  static const std::map<std::string, std::string> names = {
      {"hips", "Hips"},    {"spine", "Spine"},           {"spine2", "Spine2"}, {"neck", "Neck"},
      {"head", "Head"},    {"clavicle", "Shoulder"},     {"upper_arm", "Arm"}, {"forearm", "ForeArm"},
      {"hand", "Hand"},    {"thigh", "UpLeg"},           {"shin", "Leg"},      {"foot", "Foot"},
      {"toes", "ToeBase"}, {"middle_tip", "HandMiddle4"}};
  for (const auto& [prefix, side] : {std::pair("left_", "Left"), std::pair("right_", "Right")})
    if (joint.starts_with(prefix)) return std::string("mixamorig:") + side + names.at(joint.substr(strlen(prefix)));
  return "mixamorig:" + names.at(joint);
}

inline std::string vrm_name(const std::string& joint) {
  static const std::map<std::string, std::string> names = {
      {"hips", "Hips"},    {"spine", "Spine"},           {"spine2", "UpperChest"},  {"neck", "Neck"},
      {"head", "Head"},    {"clavicle", "Shoulder"},     {"upper_arm", "UpperArm"}, {"forearm", "LowerArm"},
      {"hand", "Hand"},    {"thigh", "UpperLeg"},        {"shin", "LowerLeg"},      {"foot", "Foot"},
      {"toes", "ToeBase"}, {"middle_tip", "Middle3_end"}};
  for (const auto& [prefix, side] : {std::pair("left_", "L_"), std::pair("right_", "R_")})
    if (joint.starts_with(prefix)) return std::string("J_Bip_") + side + names.at(joint.substr(strlen(prefix)));
  return "J_Bip_C_" + names.at(joint);
}

struct TinyOptions {
  std::function<std::string(const std::string&)> name = mixamo_name;
  std::vector<std::string> without;              ///< joints left out, with what hangs on them hung one higher
  Affine file_from_metres = Affine::Identity();  ///< units, axes and heading of the file
  bool skinned = true;
  bool weights_as_floats = false;  ///< else 16-bit, normalised
  std::string texture;             ///< a whole PNG or JPEG file; empty for none
};

/// The bytes of a buffer and the views and accessors into it.
class GltfBuffer {
 public:
  template <class T>
  int add(const std::vector<T>& values, int component, const char* type, size_t count, bool normalised = false) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    views.push_back({{"buffer", 0}, {"byteOffset", bytes.size()}, {"byteLength", values.size() * sizeof(T)}});
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    accessors.push_back({{"bufferView", views.size() - 1},
                         {"componentType", component},
                         {"count", count},
                         {"type", type},
                         {"normalized", normalised}});
    return static_cast<int>(accessors.size()) - 1;
  }
  std::string bytes;
  nlohmann::json views = nlohmann::json::array(), accessors = nlohmann::json::array();
};

inline std::string glb(nlohmann::json json, GltfBuffer buffer) {
  buffer.bytes.resize((buffer.bytes.size() + 3) / 4 * 4);
  json["buffers"] = {{{"byteLength", buffer.bytes.size()}}};
  json["bufferViews"] = buffer.views;
  json["accessors"] = buffer.accessors;
  std::string text = json.dump(), result;
  text.resize((text.size() + 3) / 4 * 4, ' ');
  const auto word = [&](size_t value) {
    const uint32_t v = static_cast<uint32_t>(value);
    result.append(reinterpret_cast<const char*>(&v), 4);
  };
  result = "glTF";
  word(2), word(28 + text.size() + buffer.bytes.size());
  word(text.size()), word(0x4E4F534A), result += text;
  word(buffer.bytes.size()), word(0x004E4942), result += buffer.bytes;
  return result;
}

/// Each bone carries small triangles of its own, each with one corner at the start of the bone or of one of its
/// children: at a joint lies a vertex of every bone that meets there.
inline std::string tiny_character(const TinyOptions& options = {}) {
  std::vector<TinyJoint> joints = tiny_joints();
  for (const std::string& name : options.without) {
    const auto gone = std::find_if(joints.begin(), joints.end(), [&](const TinyJoint& j) { return j.name == name; });
    for (TinyJoint& j : joints)
      if (j.parent == name) j.parent = gone->parent;
    joints.erase(gone);
  }
  const auto index = [&](const std::string& name) {
    for (size_t i = 0; i < joints.size(); ++i)
      if (joints[i].name == name) return static_cast<int>(i);
    return -1;
  };
  nlohmann::json nodes = nlohmann::json::array(), skin = nlohmann::json::array();
  std::vector<float> positions, weights, bind;
  std::vector<uint16_t> short_weights, indices;
  std::vector<uint8_t> bones;
  for (size_t i = 0; i < joints.size(); ++i) {
    const Vec3 place = options.file_from_metres * joints[i].place;
    const int parent = index(joints[i].parent);
    const Vec3 from = parent < 0 ? Vec3(Vec3::Zero()) : Vec3(options.file_from_metres * joints[parent].place);
    const Vec3 local = place - from;
    nodes.push_back({{"name", options.name(joints[i].name)}, {"translation", {local.x(), local.y(), local.z()}}});
    if (parent >= 0) nodes[parent]["children"].push_back(i);
    if (!joints[i].bone) continue;
    const size_t bone = skin.size();
    skin.push_back(i);
    for (int k = 0; k < 16; ++k) bind.push_back(k % 5 == 0 ? 1.0f : k >= 12 && k < 15 ? -place[k - 12] : 0.0f);
    std::vector<Vec3> corners = {joints[i].place};
    for (const TinyJoint& child : joints)
      if (child.parent == joints[i].name) corners.push_back(child.place);
    for (const Vec3& corner : corners) {
      for (const Vec3& away : {Vec3(0, 0, 0), Vec3(0.02f, 0, 0), Vec3(0, 0.02f, 0.01f)}) {
        const Vec3 p = options.file_from_metres * (corner + away);
        for (int axis = 0; axis < 3; ++axis) positions.push_back(p[axis]);
        indices.push_back(static_cast<uint16_t>(indices.size()));
        for (int k = 0; k < 4; ++k) bones.push_back(k == 0 ? static_cast<uint8_t>(bone) : uint8_t{0});
        for (int k = 0; k < 4; ++k)
          weights.push_back(k == 0 ? 1.0f : 0.0f), short_weights.push_back(k == 0 ? 65535 : 0);
      }
    }
  }
  GltfBuffer buffer;
  const size_t count = indices.size();
  nlohmann::json attributes = {{"POSITION", buffer.add(positions, 5126, "VEC3", count)}};
  nlohmann::json json = {{"asset", {{"version", "2.0"}}}, {"scene", 0}, {"materials", {{{"name", "skin"}}}}};
  nlohmann::json mesh = {{"name", "flesh"}, {"mesh", 0}};
  if (options.skinned) {
    attributes["JOINTS_0"] = buffer.add(bones, 5121, "VEC4", count);
    attributes["WEIGHTS_0"] = options.weights_as_floats ? buffer.add(weights, 5126, "VEC4", count)
                                                        : buffer.add(short_weights, 5123, "VEC4", count, true);
    json["skins"] = {{{"joints", skin}, {"inverseBindMatrices", buffer.add(bind, 5126, "MAT4", skin.size())}}};
    mesh["skin"] = 0;
  }
  if (!options.texture.empty()) {
    std::vector<float> uv(2 * count, 0.25f);
    attributes["TEXCOORD_0"] = buffer.add(uv, 5126, "VEC2", count);
    const std::vector<char> bytes(options.texture.begin(), options.texture.end());
    buffer.add(bytes, 5120, "SCALAR", bytes.size());
    json["images"] = {{{"bufferView", buffer.views.size() - 1}, {"mimeType", "image/png"}}};
    json["textures"] = {{{"source", 0}}};
    json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"] = 0;
  }
  nodes.push_back(mesh);
  json["meshes"] = {
      {{"primitives",
        {{{"attributes", attributes}, {"indices", buffer.add(indices, 5123, "SCALAR", count)}, {"material", 0}}}}}};
  json["scenes"] = {{{"nodes", {index("hips"), nodes.size() - 1}}}};
  json["nodes"] = nodes;
  return glb(json, buffer);
}

}  // namespace limn::test
