// limn-measure-temporal: single frames against windows of frames, from the same readings.
//
//   limn-measure-temporal --model models/limn-s.safetensors --characters CHARACTERS --motions MOTIONS --clips 60
//   limn-measure-temporal --model models/limn-s.safetensors --motions MOTIONS --clips 200 --truth   of true keypoints
//   limn-measure-temporal --model models/limn-s.safetensors clip.mp4                              steadiness alone
//
// Clips are rendered of held-out characters and motions, at --rate, and read as `limn predict` reads a video.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <optional>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/evaluate/joint_angle.h"
#include "limn/evaluate/metrics.h"
#include "limn/evaluate/motion_quality.h"
#include "limn/infer/clip_reading.h"
#include "limn/infer/side_correction.h"
#include "limn/infer/smoothing.h"
#include "limn/infer/tracker.h"
#include "limn/media/video.h"
#include "limn/synth/folders.h"

namespace {

using People = std::vector<std::optional<limn::PoseEstimate>>;

struct Arguments {
  std::string model, readings;
  std::vector<std::string> videos;
  limn::SynthFolders folders;
  limn::ClipReadingSettings clips{.clips = 60, .frames = 75, .frame_rate = 25, .recorded = 1, .seed = 77};
  int picture_px = 192;
  bool truth = false;
};

/// The four ways: frame by frame or over time, as it is or smoothed.
constexpr const char* way_names[] = {"single", "over time", "single, smoothed", "over time, smoothed"};

std::vector<People> all_ways(const limn::Predictor& predictor, const People& single, double rate) {
  std::vector<People> ways(4, single);
  for (const size_t temporal : {1, 3}) predictor.lift_over_time(rate, ways[temporal]);
  for (const size_t smoothed : {2, 3}) smooth(predictor.skeleton(), rate, {}, ways[smoothed]);
  return ways;
}

/// Joints of the longest stretch without a gap.
std::vector<std::vector<limn::Vec3>> longest_stretch(const People& people) {
  std::vector<std::vector<limn::Vec3>> best, now;
  for (const auto& person : people) {
    if (person) now.push_back(person->kinematics.positions);
    else now.clear();
    if (now.size() > best.size()) best = now;
  }
  return best;
}

struct Sums {
  double mpjpe = 0, pa_mpjpe = 0, angle = 0, acceleration = 0;
  Sums& operator+=(const Sums& o) {
    mpjpe += o.mpjpe, pa_mpjpe += o.pa_mpjpe, angle += o.angle, acceleration += o.acceleration;
    return *this;
  }
};

/// Means over one clip.
Sums score(const limn::Skeleton& skeleton, const People& people, const limn::ReadClip& clip, double rate) {
  Sums sums;
  double frames = 0;
  for (size_t t = 0; t < clip.size(); ++t) {
    if (!people[t]) continue;
    frames += 1;
    sums.mpjpe += 1000 * limn::mean_distance(people[t]->kinematics.positions, clip[t].joints);
    sums.pa_mpjpe += 1000 * limn::procrustes_mean_distance(people[t]->kinematics.positions, clip[t].joints);
    const auto angles = limn::joint_angles(skeleton, people[t]->pose.rotations, clip[t].rotations);
    for (const limn::JointAngle& angle : angles) sums.angle += angle.local_deg / static_cast<double>(angles.size());
  }
  frames = std::max(1.0, frames);
  sums.mpjpe /= frames, sums.pa_mpjpe /= frames, sums.angle /= frames;
  sums.acceleration = limn::mean_acceleration(longest_stretch(people), rate);
  return sums;
}

People people_of(const limn::Predictor& predictor, const limn::ReadClip& clip, int picture_px, bool truth) {
  People people;
  for (const limn::ReadFrame& frame : clip) {
    if (!truth && !is_seen(frame)) {
      people.emplace_back();
      continue;
    }
    std::vector<limn::Vec2> px;
    for (const limn::Vec2& uv : truth ? frame.truth : frame.read) px.push_back(limn::px_from_crop_units(uv, picture_px));
    people.emplace_back(truth ? predictor.lift(px, std::vector<float>(px.size(), 1.0f))
                              : predictor.lift(px, frame.confidence, frame.bone_depths));
  }
  return people;
}

/// 95 % interval of the mean, by resampling clips.
std::pair<double, double> interval(const std::vector<double>& values) {
  std::vector<double> means;
  for (uint64_t i = 0; i < 1000; ++i) {
    limn::Random random(1, "bootstrap", i);
    double sum = 0;
    for (size_t k = 0; k < values.size(); ++k) sum += values[random.integer(static_cast<int>(values.size()))];
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::sort(means.begin(), means.end());
  return {means[25], means[974]};
}

void measure_clips(const Arguments& arguments, const limn::Predictor& predictor) {
  const limn::Skeleton& skeleton = predictor.skeleton();
  limn::SynthOptions synth;
  synth.image_size = arguments.picture_px;
  synth.upright_probability = 0.3, synth.tilt_probability = 0.1, synth.smallest_extent = 0.55;
  synth.truncation_probability = 0.1, synth.occluder_probability = 0.2, synth.distractor_probability = 0.05;
  synth.sensor_strength = 0.7;
  const limn::ProceduralPeople held_out(skeleton,
                                        with_folders(synth, arguments.folders, skeleton, limn::Split::held_out));
  limn::ReadClips clips;
  if (arguments.readings.empty() || !std::filesystem::exists(arguments.readings)) {
    clips = read_clips(predictor, held_out, arguments.clips);
    if (!arguments.readings.empty()) clips.save(arguments.readings);
  } else {
    clips = limn::ReadClips::load(arguments.readings);
  }
  const double rate = clips.frame_rate, count = static_cast<double>(clips.clips.size());
  Sums sums[4], truth;
  std::vector<double> gains[2];
  for (const limn::ReadClip& clip : clips.clips) {
    const std::vector<People> ways =
        all_ways(predictor, people_of(predictor, clip, arguments.picture_px, arguments.truth), rate);
    double mpjpe[4];
    for (size_t way = 0; way < 4; ++way) {
      const Sums one = score(skeleton, ways[way], clip, rate);
      mpjpe[way] = one.mpjpe;
      sums[way] += one;
    }
    for (size_t smoothed : {0, 1}) gains[smoothed].push_back(mpjpe[2 * smoothed + 1] - mpjpe[2 * smoothed]);
    std::vector<std::vector<limn::Vec3>> joints;
    for (const limn::ReadFrame& frame : clip) joints.push_back(frame.joints);
    truth.acceleration += limn::mean_acceleration(joints, rate);
  }
  std::printf("%zu clips of %zu frames at %g a second, %s keypoints; true acceleration %.1f m/s^2\n",
              clips.clips.size(), clips.clips[0].size(), rate, arguments.truth ? "true" : "read",
              truth.acceleration / count);
  for (size_t way = 0; way < 4; ++way)
    std::printf("  %-20s MPJPE %5.1f mm  PA-MPJPE %5.1f mm  joint angle %4.1f deg  acceleration %5.1f m/s^2\n",
                way_names[way], sums[way].mpjpe / count, sums[way].pa_mpjpe / count, sums[way].angle / count,
                sums[way].acceleration / count);
  for (size_t smoothed : {0, 1}) {
    const auto [low, high] = interval(gains[smoothed]);
    std::printf("  MPJPE over time minus single%s: 95 %% interval [%.1f, %.1f] mm\n", smoothed ? ", smoothed" : "", low,
                high);
  }
}

/// Mean over the bones of the deviation of their length over time, in shares of its mean.
double bone_variation(const limn::Skeleton& skeleton, const std::vector<std::vector<limn::Vec3>>& bodies) {
  double sum = 0;
  for (const limn::Bone& bone : skeleton.bones()) {
    double mean = 0, square = 0;
    for (const auto& body : bodies) {
      const double length = (body[bone.from] - body[bone.to]).norm();
      mean += length / static_cast<double>(bodies.size());
      square += length * length / static_cast<double>(bodies.size());
    }
    sum += std::sqrt(std::max(0.0, square - mean * mean)) / std::max(1e-9, mean);
  }
  return sum / static_cast<double>(skeleton.bones().size());
}

void measure_video(const std::string& path, const limn::Predictor& predictor) {
  limn::VideoReader reader(path);
  limn::PersonTracker tracker(predictor);
  People people;
  limn::Image frame;
  while (reader.next(frame)) {
    const std::optional<limn::PosePrediction> person = tracker.next(frame);
    people.emplace_back(person ? std::optional<limn::PoseEstimate>(*person) : std::nullopt);
  }
  const auto lift = [&](const limn::PoseEstimate& seen) { return predictor.lift(seen); };
  correct_sides(predictor.skeleton(), reader.frame_rate(), {}, lift, people);
  const std::vector<People> ways = all_ways(predictor, people, reader.frame_rate());
  std::printf("%s: %zu frames at %g a second\n", path.c_str(), people.size(), reader.frame_rate());
  for (size_t way = 0; way < 4; ++way) {
    const auto bodies = longest_stretch(ways[way]);
    std::printf("  %-20s acceleration %6.1f m/s^2  bone lengths vary by %4.1f %%\n", way_names[way],
                limn::mean_acceleration(bodies, reader.frame_rate()),
                100 * bone_variation(predictor.skeleton(), bodies));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Measure single frames against windows of frames", "limn-measure-temporal"};
  app.add_option("videos", arguments.videos, "real clips of one person: steadiness alone");
  app.add_option("--model", arguments.model, "weights with a temporal lifter")->required();
  app.add_option("--clips", arguments.clips.clips, "held-out synthetic clips");
  app.add_option("--frames", arguments.clips.frames, "frames of each");
  app.add_option("--rate", arguments.clips.frame_rate, "frames a second");
  app.add_option("--seed", arguments.clips.seed, "of the clips");
  app.add_option("--picture", arguments.picture_px, "side of the rendered pictures, px");
  app.add_option("--readings", arguments.readings, "file that keeps what was read, to be measured again");
  app.add_flag("--truth", arguments.truth, "true keypoints instead of read ones");
  app.add_option("--backgrounds", arguments.folders.backgrounds, "as synth.backgrounds");
  app.add_option("--characters", arguments.folders.characters, "as synth.characters");
  app.add_option("--motions", arguments.folders.motions, "as synth.motions");
  CLI11_PARSE(app, argc, argv);
  try {
    const limn::Predictor predictor(limn::ModelFile::load(arguments.model), {.mirror = true});
    if (arguments.videos.empty()) measure_clips(arguments, predictor);
    for (const std::string& video : arguments.videos) measure_video(video, predictor);
    return 0;
  } catch (const limn::Error& error) {
    std::cerr << error.what() << "\n";
    return error.exit_code();
  }
}
