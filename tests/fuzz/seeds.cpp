// Writes the first inputs of the fuzzers, small and whole: FOLDER/<reader>/<name>. Usage: limn_fuzz_seeds FOLDER.
#include <filesystem>
#include <iostream>

#include "limn/base/assets.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/person_json.h"
#include "limn/export/coco.h"
#include "limn/export/csv.h"
#include "limn/export/npz.h"
#include "limn/export/openpose.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "limn/network/random_model.h"
#include "support/small_fbx.h"
#include "support/tiny_character.h"
#include "support/tiny_motion.h"

namespace limn::fuzz {
namespace {
namespace fs = std::filesystem;

Image gradient(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(9 * x);
      image.at(x, y)[1] = static_cast<uint8_t>(7 * y);
    }
  return image;
}

void write_pictures(const fs::path& folder) {
  write_file_atomic(folder / "colour.jpg", encode_jpeg(gradient(24, 16)));
  write_file_atomic(folder / "small.jpg", encode_jpeg(gradient(1, 1), 20));
  write_file_atomic(folder / "colour.png", encode_png(gradient(24, 16)));
  write_file_atomic(folder / "grey8.png", encode_grey_png({3, 2, {0, 1, 2, 3, 4, 5}}, 8));
  write_file_atomic(folder / "grey16.png", encode_grey_png({3, 2, {0, 1, 2, 300, 4000, 50000}}, 16));
}

void write_videos(const fs::path& folder) {
  for (const char* name : {"clip.mp4", "clip.mov", "clip.mkv"}) {
    VideoWriter writer(folder / name, 32, 16, {.frame_rate = 25, .quality = 40});
    for (int i = 0; i < 4; ++i) writer.write(gradient(32, 16));
    writer.close();
  }
}

void write_motions(const fs::path& folder) {
  for (const auto& [name, joint] :
       {std::pair("mixamo.bvh", test::mixamo()), std::pair("lowered.bvh", test::mixamo(0.5f))})
    write_file_atomic(folder / name, test::bvh_text(joint, {{}, {{"LeftArm", Vec3(10, 20, 30)}}}));
}

void write_rigs(const fs::path& folder) {
  write_file_atomic(folder / "mixamo.glb", test::tiny_character());
  write_file_atomic(folder / "vrm.glb", test::tiny_character({.name = test::vrm_name, .weights_as_floats = true}));
  write_file_atomic(folder / "texture.glb", test::tiny_character({.texture = encode_png(gradient(4, 4))}));
}

void write_fbx(const fs::path& folder) { write_file_atomic(folder / "small.fbx", test::small_fbx); }

void write_models(const fs::path& folder) {
  const ArchitectureOptions options{.image_size = 32, .width = 1, .pose_width = 1, .lifter_width = 1};
  random_model(Skeleton::human(), "limbs", options, 5).save(folder / "model.safetensors");
  TensorFile small;
  const float values[6] = {1, 2, 3, 4, 5, 6};
  small.tensors["a"] = TensorBlob::from_f32({2, 3}, values);
  small.metadata["k"] = "v";
  write_safetensors(folder / "small.safetensors", small);
}

void write_configurations(const fs::path& folder) {
  write_file_atomic(folder / "human.toml", Skeleton::human().text());
  write_file_atomic(folder / "map.toml", embedded_assets().at("skeleton/maps/coco17.toml"));
  write_file_atomic(folder / "all.toml",
                    "a = 1\nb = -2.5e3\nc = \"x\\u00e9\"\nd = [1, [2, 'y']]\n[t.u]\nv = {w = true}\n[[z]]\n");
}

PoseEstimate somebody() {
  const Skeleton& skeleton = Skeleton::human();
  PoseEstimate pose;
  pose.pose = rest_pose(skeleton);
  pose.kinematics = forward_kinematics(skeleton, pose.pose);
  pose.joints_px.assign(skeleton.joints().size(), Vec2(3, 4));
  pose.confidence.assign(skeleton.joints().size(), 0.5f);
  return pose;
}

/// Frames of a video, the last ones without and with somebody.
PoseDocument some_poses(int frames) {
  PoseDocument document;
  document.frame_rate = 25;
  document.frames.resize(static_cast<size_t>(frames));
  for (int t = 0; t < frames; ++t) document.frames[static_cast<size_t>(t)] = {"a.mp4", t, 0.04 * t, 64, 48, {}};
  document.frames[0].add(1, somebody());
  if (frames > 2) document.frames.back().add(2, somebody());
  return document;
}

void write_tables(const fs::path& folder) {
  for (const int frames : {1, 3}) {
    const std::string name = "poses" + std::to_string(frames);
    write_file_atomic(folder / (name + ".csv"), pose_csv(Skeleton::human(), some_poses(frames)));
    write_file_atomic(folder / (name + ".npz"), pose_npz(Skeleton::human(), some_poses(frames)));
  }
}

void write_json(const fs::path& folder) {
  const Skeleton& skeleton = Skeleton::human();
  const size_t joints = skeleton.joints().size();
  const PoseEstimate pose = somebody();
  const PoseDocument document = some_poses(2);
  CocoEntry entry;
  entry.image_id = 139, entry.person = pose;
  write_file_atomic(folder / "coco.json", coco_keypoint_results(skeleton, {entry}));
  write_file_atomic(folder / "openpose.json", openpose_json(skeleton, document.frames[0]));
  PersonDocument person;
  person.view.camera = {.focal_px = 50, .principal_px = Vec2(16, 16), .width = 32, .height = 32};
  person.view.joints_px = pose.joints_px;
  person.view.visibility.assign(joints, Visibility::visible);
  person.view.occluder.assign(joints, Occluder{});
  person.view.joints_camera = pose.kinematics.positions;
  person.view.pose = pose.pose;
  write_file_atomic(folder / "person.json", person_json(skeleton, person));
  write_file_atomic(folder / "poses.json", pose_json(skeleton, document));
  write_file_atomic(folder / "boxes.json", R"([{"file": "a.jpg", "bbox": [40, 40, 60, 160], "score": 0.9}])");
  write_file_atomic(folder / "frames.json", "[[[40, 40, 60, 160], [200, 38, 55, 150]], []]");
  const ArchitectureOptions small{.image_size = 32, .width = 1, .pose_width = 1, .lifter_width = 1};
  write_file_atomic(folder / "network.json", random_model(skeleton, "limbs", small, 5).lifter.to_json());
}

}  // namespace
}  // namespace limn::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: limn_fuzz_seeds FOLDER\n";
    return 2;
  }
  using namespace limn::fuzz;
  const std::pair<const char*, void (*)(const std::filesystem::path&)> writers[] = {
      {"image", write_pictures},     {"video", write_videos},        {"bvh", write_motions}, {"rig", write_rigs},
      {"safetensors", write_models}, {"toml", write_configurations}, {"json", write_json},
      {"tables", write_tables},      {"fbx", write_fbx}};
  try {
    for (const auto& [name, write] : writers) {
      std::filesystem::create_directories(std::filesystem::path(argv[1]) / name);
      write(std::filesystem::path(argv[1]) / name);
    }
  } catch (const std::exception& error) {
    std::cerr << "limn_fuzz_seeds: " << error.what() << "\n";
    return 3;
  }
  return 0;
}
