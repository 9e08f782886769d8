#include "limn/synth/character.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "limn/base/error.h"
#include "limn/synth/character_parts.h"

namespace limn {
namespace {

void require_joints(const RigMap& map, const std::string& where) {
  const std::vector<std::string> missing = map.missing();
  if (missing.empty()) return;
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::input, "the rig lacks joints: " + names, where,
              "name them as Mixamo, VRM, MakeHuman or CMU rigs do");
}

SkinWeight joint_weights(std::vector<std::pair<int, float>> pairs) {
  const RigWeight heaviest = heaviest_four(std::move(pairs));
  SkinWeight w;
  w.a = heaviest.bone[0], w.b = heaviest.bone[1], w.c = heaviest.bone[2], w.d = heaviest.bone[3];
  w.weight_b = heaviest.weight[1], w.weight_c = heaviest.weight[2], w.weight_d = heaviest.weight[3];
  return w;
}

void add_to(std::vector<std::pair<int, float>>& pairs, int joint, float weight) {
  for (auto& [j, w] : pairs)
    if (j == joint) {
      w += weight;
      return;
    }
  pairs.emplace_back(joint, weight);
}

// Every vertex moves once: from its mesh through the rig's stance to our T-pose, blended over all of its bones.
void skin_to_rest(const RigFile& rig, const MeasuredRig& measured, const std::vector<Affine>& rest_from_body,
                  const std::vector<std::vector<std::pair<int, float>>>& node_joints, SkinnedMesh& mesh) {
  std::vector<Affine> body_from_mesh;
  for (const RigBone& bone : rig.bones) body_from_mesh.push_back(measured.body_from_file * bone.file_from_mesh);
  for (size_t i = 0; i < rig.positions.size(); ++i) {
    std::vector<std::pair<int, float>> pairs;
    Vec3 place = Vec3::Zero(), normal = Vec3::Zero();
    for (int k = 0; k < 4; ++k) {
      const int bone = rig.weights[i].bone[k];
      if (rig.weights[i].weight[k] <= 0) continue;
      for (const auto& [joint, share] : node_joints[rig.bones[bone].node]) {
        const float weight = rig.weights[i].weight[k] * share;
        const Affine whole = rest_from_body[joint] * body_from_mesh[bone];
        place += weight * (whole * rig.positions[i]);
        normal += weight * (whole.linear() * rig.normals[i]).stableNormalized();
        add_to(pairs, joint, weight);
      }
    }
    mesh.rest.positions.push_back(place);
    mesh.rest.normals.push_back(normal.norm() > 1e-6f ? Vec3(normal.normalized()) : Vec3(Vec3::UnitY()));
    mesh.rest.uv.push_back(rig.uv[i]);
    mesh.skin.push_back(joint_weights(std::move(pairs)));
  }
}

// The overall scale: mean over the long bones.
float overall_size(const Skeleton& skeleton, const std::vector<float>& scales) {
  float sum = 0;
  const char* bones[] = {"chest", "left_elbow", "left_wrist", "left_knee", "left_ankle"};
  for (const char* name : bones) sum += scales[skeleton.joint(name)] / static_cast<float>(std::size(bones));
  return sum;
}

bool is_model_file(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension == ".glb" || extension == ".gltf" || extension == ".vrm" || extension == ".fbx";
}

}  // namespace

Character load_character(const std::filesystem::path& path, const Skeleton& skeleton) {
  const RigFile rig = read_rig_file(path);
  const std::string where = path.string();
  const RigMap map(rig);
  require_joints(map, where);
  const MeasuredRig measured = measure_rig(rig, map, skeleton, where);

  Character character;
  character.name = path.stem().string();
  character.bone_scales = measured.bone_scales;
  character.size = overall_size(skeleton, character.bone_scales);
  Pose pose = rest_pose(skeleton);
  pose.bone_scales = character.bone_scales;
  character.rest = forward_kinematics(skeleton, pose);

  const std::vector<Affine> to_rest = rest_from_body(skeleton, measured, character.rest);
  skin_to_rest(rig, measured, to_rest, joints_of_nodes(rig, map, skeleton, measured), character.mesh);
  for (const Vec3& p : character.mesh.rest.positions)
    require(p.norm() < 10, ErrorKind::input, "the model is damaged: vertices lie far from the body", where,
            "export the file again");
  for (const auto& [name, place] : measured.marks) {
    const int joint = skeleton.joint(name), parent = skeleton.joints()[joint].parent;
    const bool leaf = std::find(skeleton.rotating_joints().begin(), skeleton.rotating_joints().end(), joint) ==
                      skeleton.rotating_joints().end();
    character.marks[name] = to_rest[leaf ? parent : joint] * place;
  }
  character.mesh.rest.triangles = rig.triangles;
  character.mesh.rest.triangle_object.assign(rig.triangles.size(), 0);
  add_slots(rig, character);
  unwrap_cloth(skeleton, character);
  return character;
}

std::vector<std::shared_ptr<const Character>> load_characters(const std::filesystem::path& folder,
                                                              const Skeleton& skeleton, Split split) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (is_model_file(entry.path())) files.push_back(entry.path());
  require(!failed, ErrorKind::input, "the folder of characters cannot be read", folder.string(),
          "pass a folder with GLB, glTF, VRM or FBX files");
  require(!files.empty(), ErrorKind::input, "no character file in the folder", folder.string(),
          "pass a folder with GLB, glTF, VRM or FBX files");
  std::sort(files.begin(), files.end());
  std::vector<std::shared_ptr<const Character>> result;
  for (size_t i = 0; i < files.size(); ++i)
    if (is_character_of(split, i, files.size()))
      result.push_back(std::make_shared<const Character>(load_character(files[i], skeleton)));
  return result;
}

}  // namespace limn
