#include <algorithm>
#include <iostream>
#include <numeric>
#include <optional>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/pose_report.h"
#include "limn/export/coco.h"
#include "limn/infer/flip_correction.h"
#include "limn/infer/predictor.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/overlay.h"
#include "limn/media/resample.h"
#include "load_predictor.h"
#include "locate.h"
#include "progress.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr int cell_px = 160;

/// Everything that can be wrong with the arguments, before anything is computed.
void check(const EvalArguments& arguments) {
  require(arguments.crop == "truth" || arguments.crop == "search", ErrorKind::usage, "unknown crop",
          "--crop " + arguments.crop, "choose truth or search");
  for (const std::string& file : {arguments.out, arguments.sheet, arguments.results}) {
    std::error_code ignored;
    require(file.empty() || fs::is_directory(fs::absolute(file, ignored).parent_path(), ignored), ErrorKind::input,
            "no such folder", file, "make the folder first");
  }
  require(arguments.sheet.empty() || fs::path(arguments.sheet).extension() == ".png", ErrorKind::usage,
          "a sheet is a .png file", "--sheet " + arguments.sheet, "name it so");
}

/// What the model said of one labelled person.
struct Answer {
  Crop crop;
  PoseEstimate pose;
};

Crop labelled_crop(const LabelledPerson& person) {
  std::vector<float> known;
  for (bool counted : person.counted) known.push_back(counted ? 1.0f : 0.0f);
  return crop_around(person.joints_px, known);
}

Image picture_of(const LabelledPerson& person) { return person.picture ? *person.picture : read_image(person.image); }

Answer answer_for(const Predictor& predictor, const LabelledPerson& person, bool search) {
  const Image image = picture_of(person);
  const Crop whole{Vec2(image.width / 2.0f, image.height / 2.0f),
                   static_cast<float>(std::max(image.width, image.height))};
  const Crop crop = search ? predictor.find_person(image).value_or(whole) : labelled_crop(person);
  const PosePrediction prediction = predictor.predict(image, crop);
  return {crop, prediction};
}

/// Joints and their confidence; the pose in 3D stays.
void correct(Answer& answer, const FlipCorrection& correction, const Skeleton& skeleton) {
  std::vector<Vec2> uv;
  for (const Vec2& px : answer.pose.joints_px) uv.push_back(answer.crop.crop_from_image(px));
  if (!correction.is_flipped(uv)) return;
  const PoseEstimate read = answer.pose;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    answer.pose.joints_px[j] = read.joints_px[skeleton.joints()[j].mirror];
    answer.pose.confidence[j] = read.confidence[skeleton.joints()[j].mirror];
  }
}

/// The crop with the prediction in colour and the truth in thin white.
Image cell(const Predictor& predictor, const Benchmark& benchmark, const LabelledPerson& person, const Answer& answer,
           double error) {
  Image picture = crop_resized(picture_of(person), answer.crop, cell_px);
  const auto in_cell = [&](const std::vector<Vec2>& points) {
    std::vector<Vec2> result;
    for (const Vec2& p : points) result.push_back(px_from_crop_units(answer.crop.crop_from_image(p), cell_px));
    return result;
  };
  draw_pose(picture, predictor.skeleton(), predictor.skeleton().grouping("limbs"), in_cell(answer.pose.joints_px),
            answer.pose.confidence);
  const std::vector<Vec2> truth = in_cell(person.joints_px);
  for (const auto& [a, b] : benchmark.map.bones)
    if (person.counted[a] && person.counted[b]) draw_line(picture, truth[a], truth[b], 1, {255, 255, 255});
  char caption[80];
  std::snprintf(caption, sizeof caption, "%s %.2f", person.image.stem().string().c_str(), error);
  draw_text(picture, 2, 2, caption, {255, 255, 255});
  return picture;
}

JudgedPose judged_pose(const Predictor& predictor, const Benchmark& benchmark, const LabelledPerson& person,
                       const PoseEstimate& answer) {
  JudgedPose judged{benchmark.map.apply(answer.joints_px), person.joints_px, person.counted};
  judged.head_px = person.head_px;
  judged.activity = person.activity;
  if (benchmark.relative_to_crop) judged.side_px = labelled_crop(person).side_px;
  if (!person.joints_m.empty()) {
    judged.predicted_m = benchmark.map.apply(answer.kinematics.positions);
    judged.truth_m = person.joints_m;
    judged.counted_3d = person.counted_3d;
  }
  if (!person.rotations.empty())
    judged.angles = joint_angles(predictor.skeleton(), answer.pose.rotations, person.rotations);
  if (!person.skeleton_m.empty())
    judged.bone_lengths = bone_lengths(predictor.skeleton(), answer.kinematics.positions, person.skeleton_m);
  return judged;
}

/// As predicted, and after exchanging left and right where that lowers the person's mean error.
PrecisionReport precision_of(const Benchmark& benchmark, const std::vector<JudgedPose>& judged,
                             const std::vector<Answer>& answers) {
  const std::vector<int> mirror = Protocol(benchmark.map).mirror;
  std::vector<OksPerson> people;
  for (size_t i = 0; i < judged.size(); ++i)
    people.push_back({benchmark.people[i].image_id, judged[i].predicted, judged[i].truth, judged[i].counted,
                      benchmark.people[i].area, coco_score(benchmark.map, answers[i].pose)});
  PrecisionReport report{average_precision(people), {}};
  for (OksPerson& person : people)
    if (is_flipped(person.predicted, person.truth, person.counted, mirror))
      person.predicted = side_swapped(person.predicted, mirror);
  report.swap_oracle = average_precision(people);
  return report;
}

std::string coco_results(const Benchmark& benchmark, const std::vector<Answer>& answers, const Skeleton& skeleton) {
  std::vector<CocoEntry> entries;
  for (size_t i = 0; i < answers.size(); ++i) entries.push_back({benchmark.people[i].image_id, answers[i].pose});
  return coco_keypoint_results(skeleton, entries);
}

/// Which people the sheet shows, in order: the worst, the first, or a hundred from the best to the worst.
std::vector<size_t> shown_people(const std::string& cases, const std::vector<double>& errors) {
  std::vector<size_t> order(errors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (cases != "first")
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return errors[a] > errors[b]; });
  const size_t count = std::min<size_t>(cases == "spread" ? 100 : 48, order.size());
  std::vector<size_t> chosen(order.begin(), order.begin() + count);
  if (cases == "spread" && count > 1)
    for (size_t i = 0; i < count; ++i) chosen[i] = order[(count - 1 - i) * (order.size() - 1) / (count - 1)];
  return chosen;
}

void write_sheet(const EvalArguments& arguments, const Predictor& predictor, const Benchmark& benchmark,
                 const std::vector<Answer>& answers, const std::vector<double>& errors) {
  std::vector<Image> images;
  for (size_t i : shown_people(arguments.cases, errors))
    images.push_back(cell(predictor, benchmark, benchmark.people[i], answers[i], errors[i]));
  write_png(arguments.sheet, tile(images, arguments.cases == "spread" ? 10 : 8));
}

}  // namespace

void run_eval(const EvalArguments& arguments, const std::string& version) {
  check(arguments);
  const fs::path model = find_model(arguments.model);
  const Predictor predictor = load_predictor(model, {.mirror = arguments.mirror}, arguments.precision);
  std::optional<FlipCorrection> correction;
  if (!arguments.stage_one.empty()) correction.emplace(ModelFile::load(arguments.stage_one));
  const Benchmark benchmark = read_benchmark(arguments.dataset, arguments.data, arguments.split, predictor.skeleton());

  std::vector<Answer> answers;
  std::vector<JudgedPose> judged;
  Progress progress("pictures", static_cast<long long>(benchmark.people.size()), arguments.quiet);
  for (const LabelledPerson& person : benchmark.people) {
    stop_if_interrupted("nothing was written");
    answers.push_back(answer_for(predictor, person, arguments.crop == "search"));
    if (correction) correct(answers.back(), *correction, predictor.skeleton());
    judged.push_back(judged_pose(predictor, benchmark, person, answers.back().pose));
    progress.step();
  }
  PoseReport report = judge(benchmark.map, judged);
  if (benchmark.people[0].area > 0) report.precision = precision_of(benchmark, judged, answers);

  if (!arguments.sheet.empty()) write_sheet(arguments, predictor, benchmark, answers, report.mean_errors);
  if (!arguments.results.empty())
    write_file_atomic(arguments.results, coco_results(benchmark, answers, predictor.skeleton()));
  if (!arguments.out.empty())
    write_file_atomic(arguments.out, report_json({arguments.dataset, arguments.data, model.filename().string(),
                                                  arguments.crop, "limn " + version, arguments.mirror, arguments.stage_one},
                                                 benchmark.map, report));
  std::cout << report_table(benchmark.map, report);
}

}  // namespace limn::app
