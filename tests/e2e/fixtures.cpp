// Makes the files that the end-to-end tests feed to `limn predict` and `limn eval`: limn_e2e_fixtures KIND PATH [NUMBER]
#include <cstdlib>
#include <iostream>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/crossing.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "limn/network/person_file.h"
#include "limn/network/person_network.h"
#include "limn/network/random_model.h"
#include "limn/skeleton/joint_map.h"
#include "limn/synth/procedural_people.h"
#include "support/tiny_hdf5.h"

namespace {

using namespace limn;

ModelFile small_model(const Skeleton& skeleton) {
  return random_model(skeleton, "limbs", {.image_size = 32, .bone_depths = true, .width = 4, .pose_width = 4, .lifter_width = 16}, 1);
}

/// A person network that has learnt nothing, and is sure that nobody is there.
PersonFile random_finder() {
  PersonFile finder{person_spec(4, 64, 64), {}, {}};
  for (const auto& [name, shape] : finder.network.parameters()) {
    TensorBlob blob{.shape = shape};
    const float value = name == "centre.bias" ? -9.0f : name.ends_with(".variance") ? 1.0f : 0.01f;
    const std::vector<float> values(static_cast<size_t>(blob.count()), value);
    finder.weights["person." + name] = TensorBlob::from_f32(shape, values.data());
  }
  return finder;
}

/// The human skeleton with one joint renamed.
Skeleton other_skeleton() {
  std::string text = Skeleton::human().text();
  for (size_t at = text.find("\"head_top\""); at != std::string::npos; at = text.find("\"head_top\""))
    text.replace(at, 10, "\"crown\"");
  return Skeleton::parse(text, "other skeleton");
}

Image gradient(int width, int height, int shift) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(3 * x + shift);
      image.at(x, y)[1] = static_cast<uint8_t>(2 * y);
      image.at(x, y)[2] = static_cast<uint8_t>(x + y);
    }
  return image;
}

/// Somebody made of two blocks walks through a room once.
Image walk(int frame, int frames) {
  Image image = filled(320, 180, {60, 90, 60});
  for (int k = 0; k < 8; ++k) fill_rectangle(image, 40 * k, 0, 12, 180, {10, 10, 10});
  const int x = 10 + 280 * frame / frames;
  fill_rectangle(image, x, 60, 30, 40, {235, 235, 235});
  fill_rectangle(image, x, 100, 30, 40, {30, 30, 200});
  return image;
}

/// Somebody upright and whole who faces the camera.
PersonView easy_person(uint64_t seed, uint64_t index) {
  SynthOptions options;
  options.image_size = 160;
  options.truncation_probability = options.occluder_probability = options.distractor_probability = 0;
  options.upright_probability = 1;
  options.fitted_probability = 0;
  options.facing_deg = 30;
  return ProceduralPeople(Skeleton::human(), options).sample(seed, index, SampleParts{.appearance = false}).target;
}

/// The test set of Human3.6M as docs/eval_report.md lays it out: one picture a subject and activity.
void write_h36m(const std::filesystem::path& folder) {
  const JointMap points = JointMap::built_in(Skeleton::human(), "h36m32");
  uint64_t index = 0;
  for (const char* subject : {"S9", "S11"})
    for (const char* activity : {"Directions", "Discussion", "Eating", "Greeting", "Phoning", "Posing", "Purchases", "Sitting",
                                 "SittingDown", "Smoking", "TakingPhoto", "Waiting", "Walking", "WalkingDog", "WalkTogether"}) {
      const PersonView view = easy_person(3, index++);
      const std::vector<Vec2> px = points.apply(view.joints_px);
      const std::vector<Vec3> metres = points.apply(view.joints_camera);
      MatArray flat{{2, px.size(), 1}, {}}, solid{{3, px.size(), 1}, {}};
      for (const Vec2& point : px) flat.values.insert(flat.values.end(), point.begin(), point.end());
      for (const Vec3& point : metres)
        for (const float metre : point) solid.values.push_back(1000 * metre);
      const std::filesystem::path sequence = folder / subject / (std::string(activity) + "-1");
      std::filesystem::create_directories(sequence / "imageSequence" / "54138969");
      write_jpeg(sequence / "imageSequence" / "54138969" / "img_000001.jpg", view.image);
      test::write_hdf5(sequence / "annot.h5", {{"pose/2d", flat}, {"pose/3d", solid}, {"frame", {{1}, {1}}},
                                               {"camera", {{1}, {54138969}}}});
    }
}

/// Two people who walk past each other; beside the video, where they are: x and y of their pelvises, a line a frame.
void write_crossing(const std::string& path, uint64_t index) {
  const CrossingSettings settings{.width = 384, .height = 216, .seconds = 2.8};
  const Crossing crossing(Skeleton::human(), {}, CrossingKind::passing, 1, index, settings);
  VideoWriter writer(path, settings.width, settings.height, {.frame_rate = settings.frame_rate});
  std::string places;
  for (int t = 0; t < crossing.frames(); ++t) {
    const CrossingFrame frame = crossing.frame(t);
    writer.write(frame.image);
    for (const CrossingWalker& walker : frame.walkers)
      places += std::to_string(walker.joints_px[0].x()) + " " + std::to_string(walker.joints_px[0].y()) + " ";
    places += "\n";
  }
  writer.close();
  write_file_atomic(path + ".txt", places);
}

void damage_shape(const std::string& path) {
  TensorFile file = read_safetensors(path);
  TensorBlob& blob = file.tensors.at("lifter.pose.weight");
  std::swap(blob.shape[0], blob.shape[1]);
  write_safetensors(path, file);
}

int make(const std::string& kind, const std::string& path, int count) {
  if (kind == "model") {
    small_model(Skeleton::human()).save(path);
  } else if (kind == "temporal_model") {
    ModelFile model = small_model(Skeleton::human());
    add_random_temporal_lifter(model, {.frames = 5, .width = 16, .blocks = 1}, 1.0 / 12, 2);
    model.save(path);
  } else if (kind == "other_skeleton_model") {
    small_model(other_skeleton()).save(path);
  } else if (kind == "wrong_shape_model") {
    small_model(Skeleton::human()).save(path);
    damage_shape(path);
  } else if (kind == "finder") {
    random_finder().save(path);
  } else if (kind == "jpeg") {
    write_jpeg(path, gradient(80, 60, 0));
  } else if (kind == "person") {
    write_jpeg(path, easy_person(3, 0).image);
  } else if (kind == "h36m") {
    write_h36m(path);
  } else if (kind == "truncated_jpeg") {
    const std::string bytes = encode_jpeg(gradient(80, 60, 0));
    write_file_atomic(path, std::string_view(bytes).substr(0, bytes.size() / 2));
  } else if (kind == "video") {
    VideoWriter writer(path, 80, 60, {.frame_rate = 25});
    for (int i = 0; i < count; ++i) writer.write(gradient(80, 60, i));
    writer.close();
  } else if (kind == "crossing") {
    write_crossing(path, static_cast<uint64_t>(count));
  } else if (kind == "walk") {
    VideoWriter writer(path, 320, 180, {.frame_rate = 25});
    for (int i = 0; i < count; ++i) writer.write(walk(i, count));
    writer.close();
  } else {
    std::cerr << "unknown kind " << kind << "\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    return make(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 10);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
