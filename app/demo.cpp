#include <iostream>

#include "demo_motion.h"
#include "interrupt.h"
#include "limn/media/video.h"
#include "limn/network/model_file.h"
#include "limn/synth/procedural_people.h"
#include "locate.h"
#include "output_folder.h"
#include "progress.h"
#include "verbs.h"

namespace limn::app {
namespace {

constexpr uint64_t demo_seed = 11;
constexpr int side_px = 320, frames = 100;
constexpr double frame_rate = 25;
constexpr const char* clip_name = "synthetic.mp4";

/// A clear view of the whole person from the front.
SynthOptions demo_options() {
  SynthOptions options;
  options.image_size = side_px;
  options.facing_deg = 10;
  options.smallest_extent = 0.75;
  options.sensor_strength = 0.3;
  options.truncation_probability = options.occluder_probability = options.distractor_probability =
      options.clutter_probability = options.tilt_probability = 0;
  return options;
}

std::filesystem::path make_clip(const DemoArguments& arguments) {
  OutputFolder out(arguments.out);
  VideoWriter writer(out.staged(clip_name), side_px, side_px, {.frame_rate = frame_rate, .quality = 20});
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, demo_options());
  const SynthClip clip = people.clip(demo_seed, 0, frames / frame_rate, demo_motion(skeleton));
  Progress progress("frames drawn", frames, arguments.quiet);
  for (int i = 0; i < frames; ++i, progress.step()) {
    stop_if_interrupted();
    writer.write(clip.frame(i / frame_rate).image);
  }
  writer.close();
  return out.commit().front();
}

}  // namespace

void run_demo(const DemoArguments& arguments) {
  ModelFile::load(find_model(arguments.model));  // bad weights fail before the clip is drawn
  const std::filesystem::path clip = make_clip(arguments);
  std::cout << "made a clip of a synthetic person: " << clip.string() << "\n";
  PredictArguments predict;
  predict.sources = {clip.string()};
  predict.out = arguments.out;
  predict.model = arguments.model;
  predict.formats = {"overlay", "json"};
  predict.quiet = arguments.quiet;
  run_predict(predict);
  std::cout << "look at the overlay video: the pose over the clip, the skeleton image beside it\n";
}

}  // namespace limn::app
