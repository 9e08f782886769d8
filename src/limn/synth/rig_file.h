// Rigged models as files hold them: nodes, bones, skinned triangles, materials. No anatomy: character.h adds it.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/rotation.h"

namespace limn {

using Affine = Eigen::Transform<float, 3, Eigen::AffineCompact>;

struct RigNode {
  std::string name;
  int parent = -1;                             ///< an earlier node; -1 for roots
  Affine file_from_node = Affine::Identity();  ///< as the file's nodes stand, units and axes of the file
};

/// What moves vertices: a node, and the map from the coordinates of the mesh to the file's with the node as it stands.
struct RigBone {
  int node = 0;
  Affine file_from_mesh = Affine::Identity();
};

/// Up to four bones a vertex, the heaviest first; weights sum to 1, absent ones are 0.
struct RigWeight {
  std::array<int, 4> bone{};  ///< indices into RigFile::bones
  std::array<float, 4> weight{};
};

struct RigMaterial {
  std::string name;                      ///< may be empty
  Vec3 colour = Vec3::Constant(0.5f);    ///< linear light
  std::shared_ptr<const Image> texture;  ///< base colour, multiplied by `colour`; at most 256 px a side; may be null
};

struct RigFile {
  std::vector<RigNode> nodes;  ///< parents before children
  std::vector<RigBone> bones;
  std::vector<RigMaterial> materials;  ///< at least one
  // Per vertex, in the coordinates of its mesh; bones bring them to the file's.
  std::vector<Vec3> positions, normals;  ///< normals unit, outward
  std::vector<Vec2> uv;                  ///< texture coordinates, v = 0 at the top; zero where the file has none
  std::vector<Vec3> tint;                ///< linear vertex colour that multiplies the material's; white where absent
  std::vector<RigWeight> weights;
  std::vector<std::array<int, 3>> triangles;  ///< counter-clockwise seen from outside
  std::vector<int> triangle_material;         ///< index into materials
  /// VRM files say which node is which joint: (humanoid bone such as "leftUpperArm", node). Else empty.
  std::vector<std::pair<std::string, int>> humanoid;
};

/// Reads .glb, .vrm, .gltf (own reader) and .fbx (through assimp); which one is told by the content. Meshes without a
/// skin are left out. Error(input) for a missing, damaged, cut or unknown file, and for one without skinned triangles.
RigFile read_rig_file(const std::filesystem::path& path);
/// The same of bytes in memory that were found at `path`.
RigFile parse_rig(const std::string& bytes, const std::filesystem::path& path);

/// The two formats. `bytes` is the whole file; glTF's companion files are sought beside `path`.
RigFile read_gltf(const std::string& bytes, const std::filesystem::path& path);
RigFile read_fbx(const std::string& bytes, const std::filesystem::path& path);

/// Makes one vertex of those that agree in everything: FBX repeats them for every triangle.
void weld(RigFile& rig);

/// Decodes and shrinks a base-colour picture; null for one that is neither JPEG nor PNG or is damaged.
std::shared_ptr<const Image> rig_texture(std::string_view bytes);
/// Sorts, cuts to four and normalises; `pairs` are (bone, weight).
RigWeight heaviest_four(std::vector<std::pair<int, float>> pairs);

}  // namespace limn
