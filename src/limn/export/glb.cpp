#include "limn/export/glb.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/body.h"

namespace limn {
namespace {

using Json = nlohmann::ordered_json;

// Numbers of the glTF 2.0 specification.
constexpr int type_ubyte = 5121, type_uint = 5125, type_float = 5126;
constexpr int target_vertices = 34962, target_indices = 34963;
constexpr uint32_t glb_magic = 0x46546C67, glb_version = 2, chunk_json = 0x4E4F534A, chunk_binary = 0x004E4942;

/// The binary chunk and the accessors into it.
class Buffer {
 public:
  /// Rows of `components` values; returns the accessor's index.
  template <class T>
  int add(const std::vector<T>& values, int components, int component_type, const char* type, int target = 0,
          bool bounds = false) {
    if constexpr (std::is_floating_point_v<T>)
      for (const T value : values)
        require(std::isfinite(value), ErrorKind::model, "a prediction is not a finite number", "export",
                "use other weights: these are damaged or their training failed");
    while (bytes_.size() % 4 != 0) bytes_ += '\0';
    Json view = {{"buffer", 0}, {"byteOffset", bytes_.size()}, {"byteLength", values.size() * sizeof(T)}};
    if (target != 0) view["target"] = target;
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    Json accessor = {{"bufferView", views_.size()},
                     {"componentType", component_type},
                     {"count", values.size() / components},
                     {"type", type}};
    if (bounds) {
      std::vector<T> low(values.begin(), values.begin() + components), high = low;
      for (size_t i = 0; i < values.size(); ++i) {
        low[i % components] = std::min(low[i % components], values[i]);
        high[i % components] = std::max(high[i % components], values[i]);
      }
      accessor["min"] = low;
      accessor["max"] = high;
    }
    views_.push_back(std::move(view));
    accessors_.push_back(std::move(accessor));
    return static_cast<int>(accessors_.size()) - 1;
  }
  void describe(Json& gltf) {
    while (bytes_.size() % 4 != 0) bytes_ += '\0';
    gltf["buffers"] = {{{"byteLength", bytes_.size()}}};
    gltf["bufferViews"] = std::move(views_);
    gltf["accessors"] = std::move(accessors_);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  Json views_ = Json::array(), accessors_ = Json::array();
};

template <class Vectors>
std::vector<float> flat(const Vectors& rows) {
  std::vector<float> values;
  for (const auto& row : rows)
    for (int k = 0; k < row.size(); ++k) values.push_back(row[k]);
  return values;
}

std::vector<float> as_list(const Vec3& v) { return {v.x(), v.y(), v.z()}; }

/// A figure in plain clothes with these bone lengths.
Person plain_person(const Skeleton& skeleton, const std::vector<float>& bone_scales) {
  Person person;
  person.proportions.bone_scales = bone_scales;
  person.outfit.sleeve = 0.35f;
  person.materials.resize(slot_count);
  const std::pair<Slot, Vec3> colours[] = {
      {slot_skin, {0.52f, 0.30f, 0.20f}},  {slot_face, {0.52f, 0.30f, 0.20f}},   {slot_hair, {0.03f, 0.02f, 0.015f}},
      {slot_top, {0.06f, 0.16f, 0.32f}},   {slot_sleeve, {0.06f, 0.16f, 0.32f}}, {slot_bottom, {0.05f, 0.05f, 0.06f}},
      {slot_skirt, {0.05f, 0.05f, 0.06f}}, {slot_shoe, {0.25f, 0.25f, 0.25f}},   {slot_sole, {0.6f, 0.6f, 0.6f}},
      {slot_hat, {0.2f, 0.2f, 0.2f}},      {slot_pack, {0.2f, 0.2f, 0.2f}}};
  for (const auto& [slot, colour] : colours) person.materials[slot].colour = colour;
  Pose rest = rest_pose(skeleton);
  rest.bone_scales = bone_scales;
  person.rest = forward_kinematics(skeleton, rest);
  person.mesh = build_body(skeleton, person);
  person.mesh.append(build_head(skeleton, person));
  return person;
}

/// Up to four joints of each vertex, every joint once, weights of sum 1; what has no weight names joint 0.
void add_skin_weights(const std::vector<SkinWeight>& skin, std::vector<uint8_t>& joints, std::vector<float>& weights) {
  for (const SkinWeight& s : skin) {
    std::array<std::pair<int, float>, 4> parts = {
        {{s.a, 1 - s.weight_b - s.weight_c - s.weight_d}, {s.b, s.weight_b}, {s.c, s.weight_c}, {s.d, s.weight_d}}};
    float total = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i].second = std::max(0.0f, parts[i].second);
      for (size_t earlier = 0; earlier < i; ++earlier)
        if (parts[earlier].first == parts[i].first) parts[earlier].second += std::exchange(parts[i].second, 0.0f);
    }
    for (const auto& part : parts) total += part.second;
    for (const auto& [joint, weight] : parts) {
      joints.push_back(weight > 0 ? static_cast<uint8_t>(joint) : 0);
      weights.push_back(weight / total);
    }
  }
}

Json figure_mesh(const Person& person, Buffer& buffer, Json& materials) {
  const Mesh& mesh = person.mesh.rest;
  std::vector<uint8_t> joints;
  std::vector<float> weights, normals;
  add_skin_weights(person.mesh.skin, joints, weights);
  for (const Vec3& normal : mesh.normals)
    for (const float value : as_list(normal.squaredNorm() > 0 ? Vec3(normal.normalized()) : Vec3(Vec3::UnitY())))
      normals.push_back(value);
  const Json attributes = {{"POSITION", buffer.add(flat(mesh.positions), 3, type_float, "VEC3", target_vertices, true)},
                           {"NORMAL", buffer.add(normals, 3, type_float, "VEC3", target_vertices)},
                           {"JOINTS_0", buffer.add(joints, 4, type_ubyte, "VEC4", target_vertices)},
                           {"WEIGHTS_0", buffer.add(weights, 4, type_float, "VEC4", target_vertices)}};
  Json primitives = Json::array();
  for (int slot = 0; slot < slot_count; ++slot) {
    std::vector<uint32_t> indices;
    for (size_t t = 0; t < mesh.triangles.size(); ++t)
      if (mesh.triangle_material[t] == slot)
        for (const int vertex : mesh.triangles[t]) indices.push_back(static_cast<uint32_t>(vertex));
    if (indices.empty()) continue;
    const Vec3& colour = person.materials[slot].colour;
    materials.push_back({{"pbrMetallicRoughness",
                          {{"baseColorFactor", {colour.x(), colour.y(), colour.z(), 1.0}},
                           {"metallicFactor", 0.0},
                           {"roughnessFactor", 0.8}}},
                         {"doubleSided", true}});
    primitives.push_back({{"attributes", attributes},
                          {"indices", buffer.add(indices, 1, type_uint, "SCALAR", target_indices)},
                          {"material", materials.size() - 1}});
  }
  return {{"name", "figure"}, {"primitives", primitives}};
}

/// A node a joint, in the skeleton's order; then the node of the mesh.
Json figure_nodes(const Skeleton& skeleton, const MotionClip& clip) {
  Json nodes = Json::array();
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const Joint& joint = skeleton.joints()[j];
    const Vec3 offset = joint.parent < 0 ? clip.poses[0].root_position : Vec3(clip.bone_scales[j] * joint.rest_offset);
    nodes.push_back({{"name", joint.name}, {"translation", as_list(offset)}});
    if (joint.parent >= 0) nodes[joint.parent]["children"].push_back(j);
  }
  nodes.push_back({{"name", "figure"}, {"mesh", 0}, {"skin", 0}});
  return nodes;
}

Json figure_skin(const Skeleton& skeleton, const Kinematics& rest, Buffer& buffer) {
  std::vector<float> inverse_bind;
  Json joints = Json::array();
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const Vec3& p = rest.positions[j];
    inverse_bind.insert(inverse_bind.end(), {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -p.x(), -p.y(), -p.z(), 1});
    joints.push_back(j);
  }
  return {
      {"inverseBindMatrices", buffer.add(inverse_bind, 16, type_float, "MAT4")}, {"joints", joints}, {"skeleton", 0}};
}

Json motion(const Skeleton& skeleton, const MotionClip& clip, Buffer& buffer) {
  std::vector<float> times, root;
  for (size_t t = 0; t < clip.poses.size(); ++t) {
    times.push_back(static_cast<float>(static_cast<double>(t) / clip.frame_rate));
    for (const float value : as_list(clip.poses[t].root_position)) root.push_back(value);
  }
  const int input = buffer.add(times, 1, type_float, "SCALAR", 0, true);
  Json samplers = Json::array(), channels = Json::array();
  const auto animate = [&](int node, const char* path, int output) {
    channels.push_back({{"sampler", samplers.size()}, {"target", {{"node", node}, {"path", path}}}});
    samplers.push_back({{"input", input}, {"interpolation", "LINEAR"}, {"output", output}});
  };
  animate(0, "translation", buffer.add(root, 3, type_float, "VEC3"));
  for (const int joint : skeleton.rotating_joints()) {
    std::vector<float> turns;
    Eigen::Vector4f before = Eigen::Vector4f::Zero();
    for (const Pose& pose : clip.poses) {
      Eigen::Vector4f wxyz = quaternion_from_rotation(pose.rotations[joint]).normalized();
      if (wxyz.dot(before) < 0) wxyz = -wxyz;  // the shorter way from key to key
      before = wxyz;
      turns.insert(turns.end(), {wxyz[1], wxyz[2], wxyz[3], wxyz[0]});
    }
    animate(joint, "rotation", buffer.add(turns, 4, type_float, "VEC4"));
  }
  return {{"name", "motion"}, {"samplers", samplers}, {"channels", channels}};
}

void append_number(std::string& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
}

void append_chunk(std::string& bytes, uint32_t kind, std::string content, char padding) {
  while (content.size() % 4 != 0) content += padding;
  append_number(bytes, static_cast<uint32_t>(content.size()));
  append_number(bytes, kind);
  bytes += content;
}

}  // namespace

std::string glb_bytes(const Skeleton& skeleton, const MotionClip& clip) {
  Buffer buffer;
  const Person person = plain_person(skeleton, clip.bone_scales);
  Json gltf = {{"asset", {{"version", "2.0"}, {"generator", "limn"}}}, {"scene", 0}};
  Json materials = Json::array();
  gltf["meshes"] = Json::array({figure_mesh(person, buffer, materials)});
  gltf["materials"] = std::move(materials);
  gltf["nodes"] = figure_nodes(skeleton, clip);
  gltf["skins"] = Json::array({figure_skin(skeleton, person.rest, buffer)});
  gltf["animations"] = Json::array({motion(skeleton, clip, buffer)});
  gltf["scenes"] = Json::array({{{"nodes", {0, skeleton.joint_count()}}}});
  buffer.describe(gltf);

  std::string chunks;
  append_chunk(chunks, chunk_json, gltf.dump(), ' ');
  append_chunk(chunks, chunk_binary, buffer.bytes(), '\0');
  constexpr size_t header_size = 12;
  require(chunks.size() + header_size <= std::numeric_limits<uint32_t>::max(), ErrorKind::input,
          "the motion is too long for one .glb file", std::to_string(clip.poses.size()) + " frames",
          "cut the video into parts");
  std::string file;
  append_number(file, glb_magic);
  append_number(file, glb_version);
  append_number(file, static_cast<uint32_t>(chunks.size() + header_size));
  return file + chunks;
}

}  // namespace limn
