#include "limn/synth/character.h"

#include <assimp/scene.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <assimp/Exporter.hpp>
#include <assimp/Importer.hpp>
#include <cmath>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/image_file.h"
#include "limn/synth/procedural_people.h"
#include "support/scratch_folder.h"
#include "support/tiny_character.h"

namespace limn {
namespace {

using test::tiny_character;
using test::TinyOptions;
using testing::HasSubstr;

std::filesystem::path written(const std::string& name, const std::string& bytes) {
  static const test::ScratchFolder folder;
  const std::filesystem::path path = folder / name;
  write_file_atomic(path, bytes);
  return path;
}

Character imported(const TinyOptions& options, const std::string& name = "tiny.glb") {
  return load_character(written(name, tiny_character(options)), Skeleton::human());
}

std::string failure(const std::string& bytes) {
  try {
    load_character(written("broken.glb", bytes), Skeleton::human());
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::input);
    return e.what();
  }
  return "no error";
}

int joint(const std::string& name) { return Skeleton::human().joint(name); }

// Whether a vertex that follows `follows` alone lies within 0.1 mm of the joint.
bool flesh_at(const Character& c, const std::string& place, const std::string& follows) {
  for (size_t i = 0; i < c.mesh.skin.size(); ++i)
    if (c.mesh.skin[i].a == joint(follows) && c.mesh.skin[i].weight_b < 1e-6f &&
        (c.mesh.rest.positions[i] - c.rest.positions[joint(place)]).norm() < 1e-4f)
      return true;
  return false;
}

void expect_joints_in_flesh(const Character& c) {
  for (const std::string side : {"left_", "right_"}) {
    // Seen from both bones that meet in the joint.
    for (const auto& [place, before] : {std::pair("elbow", "shoulder"), std::pair("wrist", "elbow"),
                                        std::pair("knee", "hip"), std::pair("ankle", "knee")}) {
      EXPECT_TRUE(flesh_at(c, side + place, side + before)) << side << place;
      EXPECT_TRUE(flesh_at(c, side + place, side + place)) << side << place;
    }
    EXPECT_TRUE(flesh_at(c, side + "shoulder", side + "shoulder"));
    EXPECT_TRUE(flesh_at(c, side + "shoulder", "chest"));
    EXPECT_TRUE(flesh_at(c, side + "hip", side + "hip"));
    EXPECT_TRUE(flesh_at(c, side + "hip", "pelvis"));
  }
}

TEST(Character, JointsLieWhereTheFleshIs) { expect_joints_in_flesh(imported({})); }

TEST(Character, VrmNamesMeanTheSame) {
  TinyOptions options;
  options.name = test::vrm_name;
  const Character vrm = imported(options), mixamo = imported({});
  expect_joints_in_flesh(vrm);
  ASSERT_EQ(vrm.bone_scales.size(), mixamo.bone_scales.size());
  for (size_t j = 0; j < vrm.bone_scales.size(); ++j) EXPECT_NEAR(vrm.bone_scales[j], mixamo.bone_scales[j], 1e-5f);
}

// FBX comes from assimp's own exporter; in text form, because that of its binary form is broken in 5.2.
TEST(Character, FbxMeansTheSame) {
  TinyOptions options;
  options.weights_as_floats = true;  // assimp 5.2 misreads normalised ones
  const std::filesystem::path glb = written("for_fbx.glb", tiny_character(options));
  Assimp::Importer importer;
  const aiScene* scene = importer.ReadFile(glb.string(), 0);
  ASSERT_NE(scene, nullptr) << importer.GetErrorString();
  const std::filesystem::path fbx = glb.parent_path() / "tiny.fbx";
  ASSERT_EQ(Assimp::Exporter().Export(scene, "fbxa", fbx.string()), aiReturn_SUCCESS);
  const Character c = load_character(fbx, Skeleton::human()), same = load_character(glb, Skeleton::human());
  expect_joints_in_flesh(c);
  for (size_t j = 0; j < c.bone_scales.size(); ++j) EXPECT_NEAR(c.bone_scales[j], same.bone_scales[j], 1e-4f);
}

TEST(Character, TexturesComeAlongShrunk) {
  Image picture(400, 200);
  for (size_t i = 0; i < picture.pixels.size(); i += 3) picture.pixels[i] = 200;
  TinyOptions options;
  options.texture = encode_png(picture);
  const Character c = imported(options);
  ASSERT_EQ(c.slots.size(), 1u);
  EXPECT_EQ(c.slots[0].kind, SlotKind::skin);
  ASSERT_NE(c.slots[0].texture, nullptr);
  EXPECT_EQ(c.slots[0].texture->width, 256);
  EXPECT_EQ(c.slots[0].texture->height, 128);
  Random random(1, "character_test");
  const Person person = sample_person(Skeleton::human(), c, sample_proportions(Skeleton::human(), c, random), random);
  const Vec3 seen = albedo(person.materials[0], person.mesh.rest.uv[0]);
  EXPECT_NEAR(seen.x(), linear_from_srgb(200.0f / 255), 1e-3f);
  EXPECT_EQ(seen.y(), 0);
  options.texture = "no picture";
  EXPECT_EQ(imported(options).slots[0].texture, nullptr);
}

TEST(Character, LengthsAreTheRigs) {
  const Character c = imported({});
  const auto length = [&](const char* a, const char* b) {
    return (c.rest.positions[joint(a)] - c.rest.positions[joint(b)]).norm();
  };
  EXPECT_NEAR(length("left_shoulder", "left_elbow"), std::sqrt(0.19f * 0.19f + 0.2f * 0.2f), 1e-4f);
  EXPECT_NEAR(length("right_hip", "right_knee"), std::sqrt(0.03f * 0.03f + 0.42f * 0.42f + 0.02f * 0.02f), 1e-4f);
  EXPECT_NEAR(length("left_hip", "right_hip"), 0.2f, 1e-4f);
  EXPECT_NEAR(length("left_shoulder", "right_shoulder"), 0.36f, 1e-4f);
}

// The file's unit, axes and heading make no difference.
TEST(Character, LeftIsLeftHoweverTheFileStands) {
  for (int turn = 0; turn < 4; ++turn) {
    TinyOptions options;
    const Mat3 z_up = Eigen::AngleAxisf(1.5707963f, Vec3::UnitX()).toRotationMatrix();
    options.file_from_metres.linear() =
        (turn % 2 ? 100.0f : 1.0f) * z_up * Eigen::AngleAxisf(1.5707963f * turn, Vec3::UnitY()).toRotationMatrix();
    options.file_from_metres.translation() = Vec3(3, -2, 1);
    const Character c = imported(options);
    EXPECT_GT(c.rest.positions[joint("left_wrist")].x(), 0.5f);
    expect_joints_in_flesh(c);
    for (size_t i = 0; i < c.mesh.skin.size(); ++i) {
      const float x = c.mesh.rest.positions[i].x();
      EXPECT_TRUE(c.mesh.skin[i].a != joint("left_wrist") || x > 0.5f) << x;
      EXPECT_TRUE(c.mesh.skin[i].a != joint("right_wrist") || x < -0.5f) << x;
    }
  }
}

TEST(Character, ExchangedSidesAreAnError) {
  TinyOptions options;
  options.name = [](const std::string& name) {
    const std::string other = name.starts_with("left_")    ? "right_" + name.substr(5)
                              : name.starts_with("right_") ? "left_" + name.substr(6)
                                                           : name;
    return test::mixamo_name(other);
  };
  EXPECT_THAT(failure(tiny_character(options)), HasSubstr("left and right are exchanged"));
}

TEST(Character, MissingJointsAreAllListed) {
  TinyOptions options;
  options.without = {"left_hand", "right_foot"};
  const std::string message = failure(tiny_character(options));
  EXPECT_THAT(message, HasSubstr("left_hand"));
  EXPECT_THAT(message, HasSubstr("right_foot"));
  EXPECT_THAT(message, testing::Not(HasSubstr("right_hand")));
}

/// The same with its first index -256, in signed numbers: a fuzzer's find.
std::string with_a_negative_index(std::string glb) {
  uint32_t header = 0;
  std::memcpy(&header, &glb[12], sizeof header);
  const nlohmann::json json = nlohmann::json::parse(glb.substr(20, header));
  const nlohmann::json& accessor = json["accessors"][json["meshes"][0]["primitives"][0]["indices"].get<size_t>()];
  const size_t view = json["bufferViews"][accessor["bufferView"].get<size_t>()]["byteOffset"].get<size_t>();
  glb[20 + header + 8 + view + 1] = '\xff';
  const std::string kind = "\"componentType\":5123";
  for (size_t at = 0; (at = glb.find(kind, at)) != std::string::npos; ++at) glb[at + kind.size() - 1] = '2';
  return glb;
}

TEST(Character, BrokenFilesAreErrors) {
  const std::string whole = tiny_character();
  EXPECT_THAT(failure(""), HasSubstr("empty"));
  EXPECT_THAT(failure("this is no model"), HasSubstr("neither GLB, glTF nor FBX"));
  EXPECT_THAT(failure("Kaydara FBX Binary  garbage"), HasSubstr("damaged FBX"));
  EXPECT_THAT(failure("{\"nodes\": 7"), HasSubstr("damaged glTF"));
  for (size_t size : {6u, 15u, 40u, 1000u})
    EXPECT_THAT(failure(whole.substr(0, size)), HasSubstr("damaged glTF")) << size;
  EXPECT_THAT(failure(whole.substr(0, whole.size() - 5)), HasSubstr("damaged glTF"));
  EXPECT_THAT(failure(with_a_negative_index(whole)), HasSubstr("negative"));
  TinyOptions options;
  options.skinned = false;
  EXPECT_THAT(failure(tiny_character(options)), HasSubstr("no skinned mesh"));
  EXPECT_THROW(load_character("/no/such/file.glb", Skeleton::human()), Error);
}

// Any byte may be wrong: an Error or a character, never a crash (the sanitizers look on).
TEST(Character, DamagedBytesDoNoHarm) {
  const std::string whole = tiny_character();
  Random random(1, "character_test");
  for (int trial = 0; trial < 60; ++trial) {
    std::string bytes = whole;
    for (int k = 0; k < 4; ++k)
      bytes[static_cast<size_t>(random.integer(static_cast<int>(bytes.size())))] =
          static_cast<char>(random.integer(256));
    try {
      load_character(written("damaged.glb", bytes), Skeleton::human());
    } catch (const Error&) {
    }
  }
}

TEST(Character, FoldersLoadInOrderAndByName) {
  const test::ScratchFolder folder;
  EXPECT_THROW(load_characters(folder, Skeleton::human()), Error);
  for (const char* name : {"b.glb", "a.GLB", "c.glb"}) write_file_atomic(folder / name, tiny_character());
  write_file_atomic(folder / "notes.txt", "no character");
  const auto names = [&](Split split) {
    std::vector<std::string> result;
    for (const auto& c : load_characters(folder, Skeleton::human(), split)) result.push_back(c->name);
    return result;
  };
  EXPECT_THAT(names(Split::training), testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(names(Split::held_out), testing::ElementsAre("a", "b", "c"));  // too few to hold one out
  for (const char* name : {"d.glb", "e.glb"}) write_file_atomic(folder / name, tiny_character());
  EXPECT_THAT(names(Split::training), testing::ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(names(Split::held_out), testing::ElementsAre("e"));
  EXPECT_THROW(load_characters(folder / "nowhere", Skeleton::human()), Error);
}

TEST(Character, PeopleVarySymmetrically) {
  const Skeleton& skeleton = Skeleton::human();
  const Character c = imported({});
  float shortest = 9, longest = 0;
  int at_elbow = 0;
  for (uint64_t i = 0; i < 50; ++i) {
    Random random(4, "character_test", i);
    const Proportions proportions = sample_proportions(skeleton, c, random);
    for (size_t j = 0; j < proportions.bone_scales.size(); ++j)
      EXPECT_EQ(proportions.bone_scales[j], proportions.bone_scales[skeleton.joints()[j].mirror]);
    shortest = std::min(shortest, proportions.bone_scales[joint("left_knee")]);
    longest = std::max(longest, proportions.bone_scales[joint("left_knee")]);
    const Person person = sample_person(skeleton, c, proportions, random);
    Pose pose = rest_pose(skeleton);
    pose.bone_scales = proportions.bone_scales;
    EXPECT_EQ(person.rest.positions, forward_kinematics(skeleton, pose).positions);
    // What lay at the elbow still does, seen from both bones.
    for (size_t v = 0; v < c.mesh.skin.size(); ++v) {
      if ((c.mesh.rest.positions[v] - c.rest.positions[joint("left_elbow")]).norm() > 1e-5f) continue;
      EXPECT_LT((person.mesh.rest.positions[v] - person.rest.positions[joint("left_elbow")]).norm(), 1e-4f);
      ++at_elbow;
    }
  }
  EXPECT_GT(longest / shortest, 1.15f);
  EXPECT_GE(at_elbow, 100);  // two bones, fifty people
}

TEST(Character, SomeBecomeChildrenWithLargeHeads) {
  const Skeleton& skeleton = Skeleton::human();
  const Character c = imported({});
  const auto joint_ratio = [&](const Proportions& p) {  // of the face to the leg, against the character's own
    const int nose = joint("nose"), knee = joint("left_knee");
    return p.bone_scales[nose] / c.bone_scales[nose] / (p.bone_scales[knee] / c.bone_scales[knee]);
  };
  double grown_up = 0, child = 0;
  int children = 0;
  const int count = 400;
  for (uint64_t i = 0; i < count; ++i) {
    Random random(6, "character_test", i);
    const Proportions p = sample_proportions(skeleton, c, random);
    if (p.size < 0.88f * c.size) child += joint_ratio(p), ++children;
    else grown_up += joint_ratio(p);
  }
  EXPECT_NEAR(children, 0.12 * count, 20);
  Random random(7, "character_test");
  EXPECT_LT(sample_proportions(skeleton, c, random, 1.0).size, 0.89f * c.size);
  EXPECT_GT(sample_proportions(skeleton, c, random, 0.0).size, 0.87f * c.size);
  EXPECT_GT(child / children, 1.1 * grown_up / (count - children));
}

TEST(Character, SamplesArePureAndLabelledByKinematics) {
  const Skeleton& skeleton = Skeleton::human();
  SynthOptions options;
  options.image_size = 48;
  options.characters = {std::make_shared<const Character>(imported({}))};
  options.character_probability = 1;
  const ProceduralPeople people(skeleton, options);
  std::vector<SynthSample> alone, together(4);
  for (uint64_t i = 0; i < 4; ++i) alone.push_back(people.sample(9, i));
  std::vector<std::thread> workers;
  for (uint64_t w = 0; w < 2; ++w)
    workers.emplace_back([&, w] {
      for (uint64_t i = w; i < 4; i += 2) together[i] = people.sample(9, i);
    });
  for (std::thread& worker : workers) worker.join();
  for (uint64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(alone[i].target.image.pixels, together[i].target.image.pixels);
    EXPECT_EQ(alone[i].target.joints_px, people.pose_only(9, i).joints_px);
    const Kinematics k = forward_kinematics(skeleton, alone[i].target.pose);
    for (size_t j = 0; j < k.positions.size(); ++j)
      EXPECT_LT((k.positions[j] - alone[i].target.joints_camera[j]).norm(), 1e-5f);
  }
  options.characters = {nullptr};
  EXPECT_THROW(ProceduralPeople(skeleton, options), Error);
}

// The characters that come with the workplace; not part of the repository.
TEST(Character, TheSharedOnesFit) {
  const std::filesystem::path folder = std::filesystem::path(LIMN_SOURCE_DIR) / "../shared/data/characters";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no shared characters";
  const Skeleton& skeleton = Skeleton::human();
  auto characters = load_characters(folder, skeleton, Split::training);
  const auto held_out = load_characters(folder, skeleton, Split::held_out);
  characters.insert(characters.end(), held_out.begin(), held_out.end());
  for (const auto& c : characters) {
    for (const auto& [name, place] : c->marks) {
      const float away = (place - c->rest.positions[skeleton.joint(name)]).norm();
      EXPECT_LT(away, name == "nose" || name.ends_with("eye") || name.ends_with("ear") || name == "head_top" ? 0.015f
                                                                                                             : 0.008f)
          << c->name << " " << name;
    }
    float nose = 0;  // the skin in front of the face
    for (const Vec3& p : c->mesh.rest.positions)
      if (p.y() > c->rest.positions[skeleton.joint("head")].y() && std::abs(p.x()) < 0.02f)
        nose = std::max(nose, p.z());
    EXPECT_NEAR(nose, c->rest.positions[skeleton.joint("nose")].z(), 0.04f) << c->name;
    for (const Vec3& p : c->mesh.rest.positions) EXPECT_LT(p.norm(), 1.3f) << c->name;
  }
}

}  // namespace
}  // namespace limn
