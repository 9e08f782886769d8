#include "limn/synth/rig_file.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

bool begins(const std::string& bytes, std::string_view start) { return bytes.compare(0, start.size(), start) == 0; }

bool looks_like_json(const std::string& bytes) {
  const size_t first = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string::npos && bytes[first] == '{';
}

// Everything that the arithmetic behind relies on.
void check(const RigFile& rig, const std::string& where) {
  const auto whole = [&](bool condition) {
    require(condition, ErrorKind::input, "the model is damaged: values are not finite or out of range", where,
            "export the file again");
  };
  require(!rig.triangles.empty() && !rig.bones.empty(), ErrorKind::input, "the file has no skinned mesh", where,
          "export the character with its armature and skin weights");
  const size_t count = rig.positions.size();
  whole(rig.normals.size() == count && rig.uv.size() == count && rig.tint.size() == count &&
        rig.weights.size() == count && rig.triangle_material.size() == rig.triangles.size());
  for (size_t i = 0; i < count; ++i) {
    whole(rig.positions[i].allFinite() && rig.normals[i].allFinite() && rig.uv[i].allFinite());
    for (int bone : rig.weights[i].bone) whole(bone >= 0 && bone < static_cast<int>(rig.bones.size()));
  }
  for (const std::array<int, 3>& t : rig.triangles)
    for (int corner : t) whole(corner >= 0 && corner < static_cast<int>(count));
  for (int m : rig.triangle_material) whole(m >= 0 && m < static_cast<int>(rig.materials.size()));
  for (const RigNode& node : rig.nodes) whole(node.file_from_node.matrix().allFinite());
  for (const RigBone& bone : rig.bones)
    whole(bone.node >= 0 && bone.node < static_cast<int>(rig.nodes.size()) && bone.file_from_mesh.matrix().allFinite());
}

}  // namespace

RigFile read_rig_file(const std::filesystem::path& path) { return parse_rig(read_file(path), path); }

RigFile parse_rig(const std::string& bytes, const std::filesystem::path& path) {
  require(!bytes.empty(), ErrorKind::input, "the file is empty", path.string(), "pass a rigged GLB, glTF or FBX file");
  const bool fbx = begins(bytes, "Kaydara FBX Binary") || begins(bytes, "; FBX") || begins(bytes, ";FBX");
  const bool gltf = begins(bytes, "glTF") || looks_like_json(bytes);
  require(fbx || gltf, ErrorKind::input, "the file is neither GLB, glTF nor FBX", path.string(),
          "pass a rigged GLB, glTF or FBX file");
  RigFile rig = fbx ? read_fbx(bytes, path) : read_gltf(bytes, path);
  check(rig, path.string());
  if (fbx) weld(rig);
  return rig;
}

void weld(RigFile& rig) {
  using Key = std::array<float, 19>;
  std::map<Key, int> known;
  std::vector<int> welded(rig.positions.size());
  int count = 0;
  for (size_t i = 0; i < rig.positions.size(); ++i) {
    const Vec3 &p = rig.positions[i], &n = rig.normals[i], &t = rig.tint[i];
    const RigWeight& w = rig.weights[i];
    Key key{p.x(), p.y(), p.z(), n.x(), n.y(), n.z(), t.x(), t.y(), t.z(), rig.uv[i].x(), rig.uv[i].y()};
    for (int k = 0; k < 4; ++k) key[11 + k] = static_cast<float>(w.bone[k]), key[15 + k] = w.weight[k];
    const auto [found, fresh] = known.emplace(key, count);
    welded[i] = found->second;
    if (!fresh) continue;
    rig.positions[count] = p, rig.normals[count] = n, rig.tint[count] = t;
    rig.uv[count] = rig.uv[i], rig.weights[count] = w;
    ++count;
  }
  rig.positions.resize(count), rig.normals.resize(count), rig.tint.resize(count);
  rig.uv.resize(count), rig.weights.resize(count);
  for (std::array<int, 3>& triangle : rig.triangles)
    for (int& corner : triangle) corner = welded[corner];
}

std::shared_ptr<const Image> rig_texture(std::string_view bytes) {
  try {
    return std::make_shared<const Image>(shrunk_to(decode_image(bytes, "texture"), 256));
  } catch (const Error&) {
    return nullptr;  // the material's colour serves instead
  }
}

RigWeight heaviest_four(std::vector<std::pair<int, float>> pairs) {
  std::erase_if(pairs, [](const auto& p) { return !(p.second > 0) || !std::isfinite(p.second); });
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (pairs.size() > 4) pairs.resize(4);
  float sum = 0;
  for (const auto& [bone, weight] : pairs) sum += weight;
  RigWeight result;
  if (pairs.empty()) {
    result.weight[0] = 1;  // an unweighted vertex follows the first bone
    return result;
  }
  for (size_t i = 0; i < pairs.size(); ++i) result.bone[i] = pairs[i].first, result.weight[i] = pairs[i].second / sum;
  return result;
}

}  // namespace limn
