// FBX through assimp, the one file that includes it.
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <algorithm>
#include <assimp/Importer.hpp>
#include <map>
#include <set>
#include <stdexcept>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/synth/fbx_structure.h"
#include "limn/synth/rig_file.h"
#include "limn/synth/textures.h"

namespace Assimp {
/// In place of assimp's own (assimp/ai_assert.h), which aborts where a damaged file fails one of its assertions (Debian's are
/// on); what is thrown instead, assimp itself takes for an import that failed. Weak: a program that brings assimp with it keeps
/// its own.
__attribute__((weak, visibility("default"))) void aiAssertViolation(const char* expression, const char*, int) {
  throw std::runtime_error(std::string("unexpected content, not ") + expression);
}
}  // namespace Assimp

namespace limn {
namespace {

Vec3 vec3(const aiVector3D& v) { return {v.x, v.y, v.z}; }

Affine affine(const aiMatrix4x4& m) {
  Affine t;
  t.matrix() << m.a1, m.a2, m.a3, m.a4, m.b1, m.b2, m.b3, m.b4, m.c1, m.c2, m.c3, m.c4;
  return t;
}

class FbxReader {
 public:
  FbxReader(const aiScene& scene, const std::filesystem::path& path) : scene_(scene), path_(path) {}

  RigFile read() {
    add_node(*scene_.mRootNode, -1);
    for (unsigned m = 0; m < scene_.mNumMaterials; ++m) rig_.materials.push_back(material(*scene_.mMaterials[m]));
    rig_.materials.emplace_back();
    for (unsigned m = 0; m < scene_.mNumMeshes; ++m)
      if (scene_.mMeshes[m]->HasBones() && scene_.mMeshes[m]->HasNormals()) add_mesh(*scene_.mMeshes[m]);
    return std::move(rig_);
  }

 private:
  void add_node(const aiNode& node, int parent) {
    RigNode entry{node.mName.C_Str(), parent, affine(node.mTransformation)};
    if (parent >= 0) entry.file_from_node = rig_.nodes[parent].file_from_node * entry.file_from_node;
    const int index = static_cast<int>(rig_.nodes.size());
    rig_.nodes.push_back(entry);
    by_name_.emplace(entry.name, index);
    for (unsigned c = 0; c < node.mNumChildren; ++c) add_node(*node.mChildren[c], index);
  }

  std::shared_ptr<const Image> texture(const aiMaterial& source) const {
    aiString name;
    if (source.GetTexture(aiTextureType_DIFFUSE, 0, &name) != aiReturn_SUCCESS &&
        source.GetTexture(aiTextureType_BASE_COLOR, 0, &name) != aiReturn_SUCCESS)
      return nullptr;
    if (const aiTexture* embedded = scene_.GetEmbeddedTexture(name.C_Str()))
      return embedded->mHeight == 0 ? rig_texture({reinterpret_cast<const char*>(embedded->pcData), embedded->mWidth})
                                    : nullptr;
    // Exporters write the path of their own machine; the picture lies beside the model, or it is done without.
    std::string file = name.C_Str();
    file.erase(0, file.find_last_of("/\\") + 1);
    try {
      return rig_texture(read_file(path_.parent_path() / file));
    } catch (const Error&) {
      return nullptr;
    }
  }

  RigMaterial material(const aiMaterial& source) const {
    RigMaterial result;
    result.name = source.GetName().C_Str();
    aiColor4D colour(1, 1, 1, 1);
    if (source.Get(AI_MATKEY_COLOR_DIFFUSE, colour) == aiReturn_SUCCESS)
      result.colour = linear_from_srgb(
          Vec3(std::clamp(colour.r, 0.0f, 1.0f), std::clamp(colour.g, 0.0f, 1.0f), std::clamp(colour.b, 0.0f, 1.0f)));
    result.texture = texture(source);
    if (result.texture && result.colour.maxCoeff() < 0.02f) result.colour = Vec3::Ones();
    return result;
  }

  void add_mesh(const aiMesh& mesh) {
    const int base = static_cast<int>(rig_.positions.size());
    for (unsigned v = 0; v < mesh.mNumVertices; ++v) {
      rig_.positions.push_back(vec3(mesh.mVertices[v]));
      rig_.normals.push_back(vec3(mesh.mNormals[v]).stableNormalized());
      const bool mapped = mesh.HasTextureCoords(0), tinted = mesh.HasVertexColors(0);
      rig_.uv.push_back(mapped ? Vec2(mesh.mTextureCoords[0][v].x, 1 - mesh.mTextureCoords[0][v].y)
                               : Vec2(Vec2::Zero()));
      rig_.tint.push_back(tinted ? Vec3(mesh.mColors[0][v].r, mesh.mColors[0][v].g, mesh.mColors[0][v].b)
                                 : Vec3(Vec3::Ones()));
    }
    std::vector<std::vector<std::pair<int, float>>> pairs(mesh.mNumVertices);
    for (unsigned b = 0; b < mesh.mNumBones; ++b) {
      const aiBone& bone = *mesh.mBones[b];
      const auto node = by_name_.find(bone.mName.C_Str());
      if (node == by_name_.end()) continue;
      const int index = static_cast<int>(rig_.bones.size());
      rig_.bones.push_back({node->second, rig_.nodes[node->second].file_from_node * affine(bone.mOffsetMatrix)});
      for (unsigned w = 0; w < bone.mNumWeights; ++w)
        if (bone.mWeights[w].mVertexId < mesh.mNumVertices)
          pairs[bone.mWeights[w].mVertexId].emplace_back(index, bone.mWeights[w].mWeight);
    }
    for (auto& list : pairs) rig_.weights.push_back(heaviest_four(std::move(list)));
    for (unsigned f = 0; f < mesh.mNumFaces; ++f) {
      const aiFace& face = mesh.mFaces[f];
      if (face.mNumIndices != 3) continue;
      rig_.triangles.push_back({base + static_cast<int>(face.mIndices[0]), base + static_cast<int>(face.mIndices[1]),
                                base + static_cast<int>(face.mIndices[2])});
      rig_.triangle_material.push_back(static_cast<int>(mesh.mMaterialIndex));
    }
  }

  const aiScene& scene_;
  std::filesystem::path path_;
  std::map<std::string, int> by_name_;
  RigFile rig_;
};

// A bone that several clusters move stands in assimp's lists (5.2) as often, and would be freed as often.
void part_shared_bones(aiScene& scene) {
  std::set<const aiBone*> known;
  for (unsigned m = 0; m < scene.mNumMeshes; ++m) {
    aiMesh& mesh = *scene.mMeshes[m];
    std::set<const aiBone*> here;
    unsigned count = 0;
    for (unsigned b = 0; b < mesh.mNumBones; ++b) {
      aiBone* const bone = mesh.mBones[b];
      if (here.insert(bone).second) mesh.mBones[count++] = known.insert(bone).second ? bone : new aiBone(*bone);
    }
    mesh.mNumBones = count;
  }
}

}  // namespace

RigFile read_fbx(const std::string& bytes, const std::filesystem::path& path) {
  const char* const remedy = "export the file again, as binary FBX 7.x";
  if (const std::string_view reason = fatal_fbx(bytes); !reason.empty())
    throw Error(ErrorKind::input, "damaged FBX: " + std::string(reason), path.string(), remedy);
  Assimp::Importer importer;
  importer.SetPropertyBool(AI_CONFIG_IMPORT_FBX_PRESERVE_PIVOTS, false);
  const aiScene* scene = importer.ReadFileFromMemory(bytes.data(), bytes.size(), 0, "fbx");
  if (scene && scene->mRootNode) {
    // Before anything else: the steps below free meshes, and the importer all that is left. It owns the scene.
    part_shared_bones(const_cast<aiScene&>(*scene));
    scene = importer.ApplyPostProcessing(aiProcess_Triangulate | aiProcess_GenSmoothNormals | aiProcess_SortByPType);
  }
  if (!scene || !scene->mRootNode)
    throw Error(ErrorKind::input, std::string("damaged FBX: ") + importer.GetErrorString(), path.string(), remedy);
  return FbxReader(*scene, path).read();
}

}  // namespace limn
