// Skinned characters in glTF 2.0 and VRM.
#include <map>
#include <optional>

#include "limn/base/error.h"
#include "limn/synth/gltf_file.h"
#include "limn/synth/rig_file.h"

namespace limn {
namespace {

using Json = nlohmann::json;

class GltfReader {
 public:
  GltfReader(const std::string& bytes, const std::filesystem::path& path) : file_(bytes, path) {}

  RigFile read() {
    read_nodes();
    read_materials();
    for (size_t n = 0; n < file_node_.size(); ++n) {
      const Json& node = file_.json()["nodes"][n];
      if (file_node_[n] >= 0 && node.contains("mesh") && node.contains("skin")) read_mesh(node);
    }
    read_humanoid();
    return std::move(rig_);
  }

 private:
  static Affine local_transform(const Json& node) {
    Affine t = Affine::Identity();
    if (node.contains("matrix")) {
      const std::vector<float> m = node["matrix"].get<std::vector<float>>();
      for (size_t k = 0; k < m.size() && k < 16; ++k)
        if (k % 4 < 3) t.matrix()(static_cast<int>(k % 4), static_cast<int>(k / 4)) = m[k];
      return t;
    }
    const auto three = [&](const char* key, float fallback) {
      const std::vector<float> v = node.value(key, std::vector<float>(3, fallback));
      return v.size() == 3 ? Vec3(v[0], v[1], v[2]) : Vec3(Vec3::Constant(fallback));
    };
    const std::vector<float> q = node.value("rotation", std::vector<float>{0, 0, 0, 1});
    const Eigen::Quaternionf turn =
        q.size() == 4 ? Eigen::Quaternionf(q[3], q[0], q[1], q[2]).normalized() : Eigen::Quaternionf::Identity();
    t.translate(three("translation", 0)).rotate(turn).scale(three("scale", 1));
    return t;
  }

  void read_nodes() {
    const Json& nodes = file_.list("nodes");
    file_node_.assign(nodes.size(), -1);
    std::vector<char> child(nodes.size(), 0);
    for (const Json& node : nodes)
      for (const Json& c : node.value("children", Json::array()))
        if (c.get<size_t>() < nodes.size()) child[c.get<size_t>()] = 1;
    std::vector<std::pair<size_t, int>> open;  // node of the file, parent in rig_.nodes
    for (size_t n = nodes.size(); n-- > 0;)
      if (!child[n]) open.emplace_back(n, -1);
    while (!open.empty()) {
      const auto [n, parent] = open.back();
      open.pop_back();
      if (n >= nodes.size() || file_node_[n] >= 0) file_.damaged("the nodes are no tree");
      RigNode node{nodes[n].value("name", std::string()), parent, local_transform(nodes[n])};
      if (parent >= 0) node.file_from_node = rig_.nodes[parent].file_from_node * node.file_from_node;
      file_node_[n] = static_cast<int>(rig_.nodes.size());
      rig_.nodes.push_back(node);
      const Json children = nodes[n].value("children", Json::array());
      for (size_t c = children.size(); c-- > 0;) open.emplace_back(children[c].get<size_t>(), file_node_[n]);
    }
  }

  std::shared_ptr<const Image> texture(const Json& reference) const {
    const Json& entry = file_.item("textures", reference.at("index"));
    if (!entry.contains("source")) return nullptr;
    const Json& image = file_.item("images", entry["source"]);
    if (image.contains("bufferView"))
      return rig_texture(file_.view_bytes(file_.item("bufferViews", image["bufferView"])));
    return image.contains("uri") ? rig_texture(file_.read_uri(image["uri"].get<std::string>())) : nullptr;
  }

  void read_materials() {
    for (const Json& entry : file_.list("materials")) {
      RigMaterial material;
      material.name = entry.value("name", std::string());
      const Json surface = entry.value("pbrMetallicRoughness", Json::object());
      const std::vector<float> colour = surface.value("baseColorFactor", std::vector<float>{1, 1, 1, 1});
      if (colour.size() >= 3) material.colour = Vec3(colour[0], colour[1], colour[2]);
      if (surface.contains("baseColorTexture")) material.texture = texture(surface["baseColorTexture"]);
      rig_.materials.push_back(material);
    }
    rig_.materials.emplace_back();  // of primitives without one
  }

  // The bones of a skin; one that several meshes share is entered once.
  std::vector<int> read_skin(const Json& index) {
    const size_t number = index.get<size_t>();
    if (const auto known = skins_.find(number); known != skins_.end()) return known->second;
    const Json& skin = file_.item("skins", index);
    std::optional<GltfNumbers> inverse;
    if (skin.contains("inverseBindMatrices")) inverse = file_.numbers(skin["inverseBindMatrices"]);
    std::vector<int> bones;
    for (const Json& joint : skin.at("joints")) {
      const size_t n = joint.get<size_t>(), j = bones.size();
      if (n >= file_node_.size() || file_node_[n] < 0) file_.damaged("a skin's joint is no node");
      RigBone bone{file_node_[n], rig_.nodes[file_node_[n]].file_from_node};
      if (inverse) {
        if (inverse->width != 16 || j >= inverse->count) file_.damaged("a skin with too few inverse bind matrices");
        Affine bind = Affine::Identity();
        for (int k = 0; k < 16; ++k)
          if (k % 4 < 3) bind.matrix()(k % 4, k / 4) = inverse->at(j, static_cast<size_t>(k));
        bone.file_from_mesh = bone.file_from_mesh * bind;
      }
      bones.push_back(static_cast<int>(rig_.bones.size()));
      rig_.bones.push_back(bone);
    }
    return skins_[number] = bones;
  }

  void read_mesh(const Json& node) {
    const Json& mesh = file_.item("meshes", node["mesh"]);
    for (const Json& primitive : mesh.at("primitives")) {
      const Json& attributes = primitive.at("attributes");
      if (primitive.value("mode", 4) != 4 || !attributes.contains("JOINTS_0") || !attributes.contains("WEIGHTS_0"))
        continue;
      const int base = static_cast<int>(rig_.positions.size());
      const size_t count = read_vertices(attributes);
      read_weights(attributes, count, read_skin(node["skin"]));
      read_triangles(primitive, base, count);
      if (!attributes.contains("NORMAL")) add_normals(base);
    }
  }

  size_t read_vertices(const Json& attributes) {
    const GltfNumbers positions = file_.numbers(attributes.at("POSITION"));
    const auto optional = [&](const char* name, size_t least) {
      GltfNumbers n;
      if (attributes.contains(name)) n = file_.numbers(attributes[name]);
      if (n.count && (n.count != positions.count || n.width < least))
        file_.damaged(std::string(name) + " has another count");
      return n;
    };
    if (positions.width != 3) file_.damaged("positions without three components");
    const GltfNumbers normals = optional("NORMAL", 3), uv = optional("TEXCOORD_0", 2), tint = optional("COLOR_0", 3);
    for (size_t i = 0; i < positions.count; ++i) {
      rig_.positions.push_back(positions.vec3(i));
      rig_.normals.push_back(normals.count ? normals.vec3(i).stableNormalized() : Vec3(Vec3::Zero()));
      rig_.uv.push_back(uv.count ? Vec2(uv.at(i, 0), uv.at(i, 1)) : Vec2(Vec2::Zero()));
      rig_.tint.push_back(tint.count ? tint.vec3(i) : Vec3(Vec3::Ones()));
    }
    return positions.count;
  }

  /// A number that names something: accessors of any type may stand where integers belong.
  size_t index_of(float value) const {
    constexpr float beyond = 16'777'216;  // 2^24: floats hold what lies below exactly
    if (!(value >= 0 && value < beyond)) file_.damaged("a number that should count something is negative or too large");
    return static_cast<size_t>(value);
  }

  void read_weights(const Json& attributes, size_t count, const std::vector<int>& bones) {
    std::vector<std::vector<std::pair<int, float>>> pairs(count);
    for (int set = 0; attributes.contains("JOINTS_" + std::to_string(set)); ++set) {
      const GltfNumbers joints = file_.numbers(attributes["JOINTS_" + std::to_string(set)]);
      const GltfNumbers weights = file_.numbers(attributes.at("WEIGHTS_" + std::to_string(set)));
      if (joints.count != count || weights.count != count || joints.width != 4 || weights.width != 4)
        file_.damaged("skin weights of another count");
      for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < 4; ++k) {
          if (weights.at(i, k) <= 0) continue;
          const size_t joint = index_of(joints.at(i, k));
          if (joint >= bones.size()) file_.damaged("a vertex names a joint that the skin lacks");
          pairs[i].emplace_back(bones[joint], weights.at(i, k));
        }
      }
    }
    for (auto& list : pairs) rig_.weights.push_back(heaviest_four(std::move(list)));
  }

  void read_triangles(const Json& primitive, int base, size_t count) {
    std::vector<size_t> order;
    if (primitive.contains("indices")) {
      const GltfNumbers indices = file_.numbers(primitive["indices"]);
      for (size_t i = 0; i < indices.count * indices.width; ++i)
        order.push_back(index_of(indices.values[i]));
    } else {
      for (size_t i = 0; i < count; ++i) order.push_back(i);
    }
    const Json material = primitive.value("material", Json(file_.list("materials").size()));
    for (size_t i = 0; i + 2 < order.size(); i += 3) {
      for (size_t k = 0; k < 3; ++k)
        if (order[i + k] >= count) file_.damaged("a triangle names a vertex that is not there");
      rig_.triangles.push_back({base + static_cast<int>(order[i]), base + static_cast<int>(order[i + 1]),
                                base + static_cast<int>(order[i + 2])});
      rig_.triangle_material.push_back(material.get<int>());
    }
  }

  void add_normals(int base) {
    for (const std::array<int, 3>& t : rig_.triangles) {
      if (t[0] < base) continue;
      const Vec3& a = rig_.positions[t[0]];
      const Vec3 face = (rig_.positions[t[1]] - a).cross(rig_.positions[t[2]] - a);
      for (int corner : t) rig_.normals[corner] += face;
    }
    for (size_t i = static_cast<size_t>(base); i < rig_.normals.size(); ++i) rig_.normals[i].stableNormalize();
  }

  // VRM 0.x lists (bone, node), VRM 1.0 maps bone to {node}.
  void read_humanoid() {
    const Json extensions = file_.json().value("extensions", Json::object());
    const auto add = [&](const std::string& bone, const Json& node) {
      const size_t n = node.get<size_t>();
      if (n < file_node_.size() && file_node_[n] >= 0) rig_.humanoid.emplace_back(bone, file_node_[n]);
    };
    const auto bones_of = [&](const char* extension) {
      return extensions.value(extension, Json::object()).value("humanoid", Json::object()).value("humanBones", Json());
    };
    const Json listed = bones_of("VRM"), mapped = bones_of("VRMC_vrm");
    for (const Json& entry : listed) add(entry.at("bone").get<std::string>(), entry.at("node"));
    for (const auto& [bone, entry] : mapped.items()) add(bone, entry.at("node"));
  }

  GltfFile file_;
  std::vector<int> file_node_;  ///< index in rig_.nodes of each node of the file
  std::map<size_t, std::vector<int>> skins_;
  RigFile rig_;
};

}  // namespace

RigFile read_gltf(const std::string& bytes, const std::filesystem::path& path) {
  try {
    return GltfReader(bytes, path).read();
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::input, std::string("damaged glTF: ") + e.what(), path.string(), "export the file again");
  }
}

}  // namespace limn
