// limn-measure-people: the figures of models/limn-person.md.
//
//   limn-measure-people --finder models/limn-person.safetensors --scenes 500 --lsp LSP --empty PHOTOGRAPHS
//   limn-measure-people --sheet scenes.png                        what the network is trained on
//   limn-measure-people --model models/limn-s.safetensors ...     the search of `limn predict` without it, beside it
//
// Held-out frames are of another seed, of held-out characters and motions. Labels of photographs serve to measure only.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <optional>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/person_scenes.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/detection.h"
#include "limn/infer/people.h"
#include "limn/infer/person_finder.h"
#include "limn/infer/predictor.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"
#include "limn/synth/folders.h"

namespace {

constexpr float thresholds[] = {0.2f, 0.25f, 0.3f, 0.35f, 0.4f, 0.45f, 0.5f, 0.55f, 0.6f, 0.7f};

struct Arguments {
  std::string finder, model, lsp, empty, sheet;
  limn::SynthFolders folders;
  int scenes = 0, size = 320, scales = 2, frame = 320, most_pictures = 1000000;
  uint64_t seed = 77;
  float threshold = 0.4f;
};

/// Either of the two ways to find people, as scored boxes.
class Way {
 public:
  explicit Way(const Arguments& arguments) {
    if (!arguments.finder.empty())
      finder_.emplace(limn::PersonFinder::load(
          arguments.finder, {.scales = arguments.scales, .longer_side = arguments.size, .smallest_score = 0.05f}));
    if (!arguments.model.empty()) predictor_.emplace(limn::Predictor::load(arguments.model));
  }
  std::vector<limn::FoundBox> operator()(const limn::Image& image) const {
    if (finder_ && predictor_) return confirmed(image);
    if (finder_) return finder_->find(image);
    const auto crop = predictor_->find_person(image, 0.05f);
    if (!crop) return {};
    const limn::PosePrediction person = predictor_->predict(image, *crop);
    limn::Box box{limn::Vec2::Constant(1e9f), limn::Vec2::Constant(-1e9f)};
    for (const limn::Vec2& joint : person.joints_px) box = {box.low.cwiseMin(joint), box.high.cwiseMax(joint)};
    return {{box, person.score}};
  }

 private:
  /// The finder's boxes, scored as `limn predict` does with what the pose networks see there.
  std::vector<limn::FoundBox> confirmed(const limn::Image& image) const {
    std::vector<limn::FoundBox> found = finder_->find(image);
    if (found.size() > most_confirmed) found.resize(most_confirmed);
    const auto read = [&](const limn::Image& picture, const limn::Crop& crop) {
      return predictor_->predict(picture, crop);
    };
    for (limn::FoundBox& person : found)
      person.score = limn::presence(person.score, limn::refined_pose(read, image, limn::crop_of(person.box)).score);
    return found;
  }

  static constexpr size_t most_confirmed = 8;
  std::optional<limn::PersonFinder> finder_;
  std::optional<limn::Predictor> predictor_;
};

limn::PersonScenes make_scenes(const Arguments& arguments) {
  const limn::Skeleton skeleton = limn::Skeleton::human();
  return limn::PersonScenes(skeleton, with_folders({}, arguments.folders, skeleton, limn::Split::held_out));
}

void write_sheet(const Arguments& arguments) {
  const limn::PersonScenes scenes = make_scenes(arguments);
  std::vector<limn::Image> pictures;
  for (uint64_t i = 0; i < 30; ++i) {
    limn::PersonScene scene = scenes.scene(arguments.seed, i, 256, i % 3 == 0 ? 256 : 160);
    for (const limn::Box& box : scene.people) draw_rectangle(scene.image, box.low, box.high, 1.5f, {60, 255, 60});
    for (const limn::Box& box : scene.ignored) draw_rectangle(scene.image, box.low, box.high, 1.5f, {255, 60, 60});
    pictures.push_back(std::move(scene.image));
  }
  write_png(arguments.sheet, limn::tile(pictures, 6));
}

void measure_scenes(const Arguments& arguments, const Way& find) {
  const limn::PersonScenes scenes = make_scenes(arguments);
  limn::DetectionScore score;
  for (int i = 0; i < arguments.scenes; ++i) {
    const limn::PersonScene scene = scenes.scene(arguments.seed, i, arguments.frame, arguments.frame * 5 / 8 / 32 * 32);
    score.add(find(scene.image), scene.people, scene.ignored);
  }
  const float t = arguments.threshold;
  std::printf("%d synthetic frames: AP50 %.3f  recall %.3f  precision %.3f\n", arguments.scenes,
              score.average_precision(), score.recall(t), score.precision(t));
  for (const auto& [low, high] : {std::pair{20, 40}, {40, 80}, {80, 160}, {160, 10000}})
    std::printf("  recall of %d ... %d px: %.3f\n", low, high, score.recall(t, low, high));
}

void measure_empty(const Arguments& arguments, const Way& find) {
  limn::DetectionScore score;
  for (const auto& path : limn::files_below(arguments.empty)) {
    if (!limn::is_image_path(path) || score.pictures() >= static_cast<size_t>(arguments.most_pictures)) continue;
    score.add(find(limn::read_image(path)), {});
  }
  std::printf("%zu photographs without people: somebody found in (score: share)", score.pictures());
  for (const float t : thresholds) std::printf("  %.2f: %.3f", t, score.alarmed(t));
  std::printf("\n");
}

/// The box of a person's labelled joints, as much larger as bodies reach beyond their joints.
limn::Box box_of(const limn::LabelledPerson& person, const limn::Image& image) {
  limn::Box box{limn::Vec2::Constant(1e9f), limn::Vec2::Constant(-1e9f)};
  for (size_t k = 0; k < person.joints_px.size(); ++k)
    if (person.counted[k]) box = {box.low.cwiseMin(person.joints_px[k]), box.high.cwiseMax(person.joints_px[k])};
  const limn::Vec2 margin = limn::Vec2::Constant(0.06f * box.size().maxCoeff());
  return limn::intersection({box.low - margin, box.high + margin},
                            {limn::Vec2::Zero(), limn::Vec2(image.width, image.height)});
}

void measure_lsp(const Arguments& arguments, const Way& find) {
  const limn::Benchmark lsp = limn::read_lsp(arguments.lsp, "all", limn::Skeleton::human());
  limn::DetectionScore score;
  for (const limn::LabelledPerson& person : lsp.people) {
    if (score.pictures() >= static_cast<size_t>(arguments.most_pictures)) break;
    const limn::Image image = limn::read_image(person.image);
    score.add(find(image), {box_of(person, image)});
  }
  std::printf("%zu photographs, one labelled person each: found at overlap 0.5 (score: share)", score.pictures());
  for (const float t : thresholds) std::printf("  %.2f: %.3f", t, score.recall(t));
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Measure how well people are found", "limn-measure-people"};
  app.add_option("--finder", arguments.finder, "weights of the person network");
  app.add_option(
      "--model", arguments.model,
      "weights of the pose networks: alone, their own search; else what they see in the finder's boxes counts");
  app.add_option("--scenes", arguments.scenes, "held-out synthetic frames");
  app.add_option("--lsp", arguments.lsp, "folder of Leeds Sports Pose");
  app.add_option("--empty", arguments.empty, "folder of photographs without people");
  app.add_option("--sheet", arguments.sheet, "picture of 30 synthetic frames with their boxes");
  app.add_option("--size", arguments.size, "longer side of the finder's picture, px");
  app.add_option("--scales", arguments.scales, "times the finder reads a picture, each time at half the size");
  app.add_option("--frame", arguments.frame, "longer side of the synthetic frames, px");
  app.add_option("--threshold", arguments.threshold, "score");
  app.add_option("--most", arguments.most_pictures, "photographs of each kind");
  app.add_option("--seed", arguments.seed, "of the synthetic frames");
  app.add_option("--backgrounds", arguments.folders.backgrounds, "as synth.backgrounds");
  app.add_option("--characters", arguments.folders.characters, "as synth.characters");
  app.add_option("--motions", arguments.folders.motions, "as synth.motions");
  CLI11_PARSE(app, argc, argv);
  try {
    if (!arguments.sheet.empty()) write_sheet(arguments);
    if (arguments.finder.empty() && arguments.model.empty()) return 0;
    const Way find(arguments);
    if (arguments.scenes > 0) measure_scenes(arguments, find);
    if (!arguments.empty.empty()) measure_empty(arguments, find);
    if (!arguments.lsp.empty()) measure_lsp(arguments, find);
    return 0;
  } catch (const limn::Error& error) {
    std::cerr << error.what() << "\n";
    return error.exit_code();
  }
}
