#include <iostream>

#include "demo_clip.h"
#include "interrupt.h"
#include "limn/media/video.h"
#include "limn/network/model_file.h"
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

std::filesystem::path make_clip(const DemoArguments& arguments) {
  OutputFolder out(arguments.out);
  VideoWriter writer(out.staged(clip_name), side_px, side_px, {.frame_rate = frame_rate, .quality = 20});
  const DemoClip clip(Skeleton::human(), demo_seed, side_px);
  Progress progress("frames drawn", frames, arguments.quiet);
  for (int i = 0; i < frames; ++i, progress.step()) {
    stop_if_interrupted();
    writer.write(clip.frame(i / frame_rate));
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
  predict.source = clip.string();
  predict.out = arguments.out;
  predict.model = arguments.model;
  predict.formats = {"overlay", "json"};
  predict.quiet = arguments.quiet;
  run_predict(predict);
  std::cout << "look at the overlay video: the pose over the clip, the skeleton image beside it\n";
}

}  // namespace limn::app
