#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <iostream>
#include <set>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"
#include "limn/evaluate/motion_quality.h"
#include "limn/export/bvh.h"
#include "limn/export/coco.h"
#include "limn/export/csv.h"
#include "limn/export/glb.h"
#include "limn/export/npz.h"
#include "limn/export/openpose.h"
#include "limn/infer/smoothing.h"
#include "limn/infer/tracker.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "locate.h"
#include "output_folder.h"
#include "overlay_picture.h"
#include "progress.h"
#include "sources.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr float box_margin = 1.3f;  // the person's box to the networks' window, as in infer/predictor.h

/// Where to look: everywhere (search), the whole picture, or around a given box.
struct Region {
  bool whole = false;
  std::optional<Crop> crop;
};

Region parse_region(const std::string& text) {
  if (text.empty()) return {};
  if (text == "whole") return {.whole = true, .crop = {}};
  double values[4] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  bool good = true;
  for (int i = 0; i < 4 && good; ++i) {
    const auto [next, code] = std::from_chars(at, end, values[i]);
    good = code == std::errc() && std::isfinite(values[i]) && std::abs(values[i]) < 1e6 &&
           (i == 3 ? next == end : next != end && *next == ',');
    at = next + 1;
  }
  require(good && values[2] > 0 && values[3] > 0, ErrorKind::usage, "the box is not x,y,width,height or \"whole\"",
          "--box " + text, "give four numbers in pixels, the last two above 0");
  const Vec2 low(static_cast<float>(values[0]), static_cast<float>(values[1]));
  const Vec2 size(static_cast<float>(values[2]), static_cast<float>(values[3]));
  return {.whole = false, .crop = Crop{low + 0.5f * size, box_margin * size.maxCoeff()}};
}

constexpr const char* known_formats[] = {"overlay", "json", "coco", "openpose", "csv", "npz", "bvh", "glb"};

using Formats = std::set<std::string>;

Formats parse_formats(const std::vector<std::string>& names) {
  const std::vector<std::string> known(std::begin(known_formats), std::end(known_formats));
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  for (const std::string& name : names)
    if (std::count(known.begin(), known.end(), name) == 0)
      throw Error(ErrorKind::usage, "unknown format \"" + name + "\"", "--format",
                  "did you mean \"" + nearest_name(name, known) + "\"? choose among " + list);
  return Formats(names.begin(), names.end());
}

Crop whole_crop(const Image& image) {
  return {Vec2(image.width / 2.0f, image.height / 2.0f), static_cast<float>(std::max(image.width, image.height))};
}

/// One run: what was asked for, and what has been found so far.
class Prediction {
 public:
  Prediction(const PredictArguments& arguments, const Formats& formats, const Region& region,
             const fs::path& model_path, const Predictor& predictor)
      : arguments_(arguments), formats_(formats), region_(region), predictor_(predictor), out_(arguments.out) {
    document_.model = model_path.filename().string();
  }

  void run(const Source& source) {
    if (source.kind != Source::Kind::pictures)
      predict_video(source);
    else if (source.one_picture)
      predict_image(source.files[0], read_image(source.files[0], arguments_.max_pixels));
    else
      predict_pictures(source);
    finish();
  }

 private:
  std::optional<PosePrediction> person_in(const Image& image) const {
    std::optional<Crop> crop = region_.crop;
    if (region_.whole) crop = whole_crop(image);
    if (!crop) crop = predictor_.find_person(image);
    if (!crop) return std::nullopt;
    return predictor_.predict(image, *crop);
  }

  void record(const fs::path& file, int64_t frame, double seconds, const Image& image,
              const std::optional<PosePrediction>& person) {
    files_.push_back(file);
    if (person) ++found_;
    document_.frames.push_back({file.filename().string(), frame, seconds, image.width, image.height, person});
  }

  void predict_image(const fs::path& path, const Image& image) {
    const std::optional<PosePrediction> person = person_in(image);
    record(path, 0, 0, image, person);
    if (wants("overlay"))
      write_png(out_.staged(out_.free_name(path, ".overlay.png")), overlay_picture(predictor_, image, person));
  }

  void predict_pictures(const Source& source) {
    const std::vector<fs::path>& paths = source.files;
    Progress progress("pictures", static_cast<long long>(paths.size()), arguments_.quiet);
    for (const fs::path& path : paths) {
      stop_if_interrupted();
      Image image;
      try {
        image = read_image(path, arguments_.max_pixels);
      } catch (const Error& error) {
        std::cerr << "limn: warning: skipped a picture: " << error.message() << " (" << error.where() << ")\n";
        continue;
      }
      predict_image(path, image);
      progress.step();
    }
    require(!files_.empty(), ErrorKind::input, "none of the pictures could be read", source.name,
            "the warnings above say why; check the files");
  }

  void predict_video(const Source& source) {
    VideoReader reader = source.open({.max_pixels = arguments_.max_pixels});
    const fs::path path = source.file();
    document_.frame_rate = reader.frame_rate() / arguments_.stride;
    PersonTracker tracker(predictor_, region_.crop);
    std::optional<VideoWriter> writer;
    Progress progress("frames", reader.approximate_frame_count(), arguments_.quiet);
    Image frame;
    for (int64_t number = 0, taken = 0; reader.next(frame); ++number) {
      if (reader.live() && take_interrupt()) break;
      stop_if_interrupted();
      progress.step();
      if (reader.seconds() > arguments_.end_s) break;
      if (reader.seconds() < arguments_.start_s || taken++ % arguments_.stride != 0) continue;
      const std::optional<PosePrediction> person = region_.whole ? person_in(frame) : tracker.next(frame);
      record(path, number, reader.seconds(), frame, person);
      if (wants("overlay")) {
        const Image picture = overlay_picture(predictor_, frame, person);
        if (!writer)
          writer.emplace(out_.staged(out_.free_name(path, ".overlay.mp4")), picture.width, picture.height,
                         VideoWriterOptions{.frame_rate = document_.frame_rate});
        writer->write(picture);
      }
    }
    require(!files_.empty(), ErrorKind::input, "no frames between --start and --end", path.string(),
            "name seconds within the video");
    if (writer) writer->close();
    video_ = true;
    if (!arguments_.raw) smooth_frames();
  }

  void smooth_frames() {
    std::vector<std::optional<PoseEstimate>> people;
    for (PoseFrame& frame : document_.frames) people.push_back(std::move(frame.person));
    smooth(predictor_.skeleton(), document_.frame_rate, {}, people);
    for (size_t t = 0; t < people.size(); ++t) document_.frames[t].person = std::move(people[t]);
    document_.smoothed = true;
  }

  bool wants(const char* format) const { return formats_.count(format) > 0; }

  void write(const char* format, const std::string& name, const std::function<std::string()>& content) {
    if (wants(format)) write_file_atomic(out_.staged(name), content());
  }

  std::string coco_text() const {
    const std::vector<int64_t> ids = coco_image_ids(files_);
    std::vector<CocoEntry> entries;
    for (size_t i = 0; i < document_.frames.size(); ++i)
      if (document_.frames[i].person)
        entries.push_back({video_ ? document_.frames[i].frame : ids[i], *document_.frames[i].person});
    return coco_keypoint_results(predictor_.skeleton(), entries);
  }

  void write_openpose() {
    if (!wants("openpose")) return;
    std::set<std::string> names;
    for (const PoseFrame& frame : document_.frames) {
      std::string name = openpose_name(frame, video_);
      if (!names.insert(name).second) name = frame.file + "_keypoints.json";  // a.jpg beside a.png
      write("openpose", "openpose/" + name, [&] { return openpose_json(predictor_.skeleton(), frame); });
    }
  }

  void write_motion() {
    if (!wants("bvh") && !wants("glb")) return;
    if (found_ == 0) {
      std::cerr << "limn: warning: no bvh and no glb: nobody was found to move\n";
      return;
    }
    const MotionClip clip = motion_clip(predictor_.skeleton(), document_);
    write("bvh", "poses.bvh", [&] { return bvh_text(predictor_.skeleton(), clip); });
    write("glb", "poses.glb", [&] { return glb_bytes(predictor_.skeleton(), clip); });
    if (video_) motion_note_ = describe(motion_quality(predictor_.skeleton(), clip)) + "\n";
  }

  void finish() {
    const Skeleton& skeleton = predictor_.skeleton();
    write("json", "poses.json", [&] { return pose_json(skeleton, document_); });
    write("coco", "coco.json", [&] { return coco_text(); });
    write("csv", "poses.csv", [&] { return pose_csv(skeleton, document_); });
    write("npz", "poses.npz", [&] { return pose_npz(skeleton, document_); });
    write_openpose();
    write_motion();
    stop_if_interrupted();
    const std::vector<fs::path> written = out_.commit();
    std::cout << "a person in " << found_ << " of " << files_.size() << (video_ ? " frames" : " pictures") << "\n"
              << motion_note_;
    const size_t shown = std::min<size_t>(written.size(), 6);
    for (size_t i = written.size() - shown; i < written.size(); ++i) std::cout << written[i].string() << "\n";
    if (written.size() > shown) std::cout << "... and " << written.size() - shown << " more\n";
  }

  const PredictArguments& arguments_;
  Formats formats_;
  Region region_;
  const Predictor& predictor_;
  OutputFolder out_;
  PoseDocument document_;
  std::vector<fs::path> files_;  ///< one a frame
  long long found_ = 0;
  bool video_ = false;
  std::string motion_note_;  ///< a line on the quality of bvh and glb
};

}  // namespace

void run_predict(const PredictArguments& arguments) {
  const Formats formats = parse_formats(arguments.formats);
  const Region region = parse_region(arguments.box);
  const std::vector<Source> sources = resolve_sources(arguments.sources);
  const fs::path model_path = find_model(arguments.model);
  const ModelFile model = ModelFile::load(model_path);
  model.require_same_skeleton(Skeleton::human(), model_path.string());
  const Predictor predictor(model, {.mirror = arguments.mirror});
  for (const Source& source : sources) {
    PredictArguments one = arguments;
    if (!source.folder.empty()) one.out = (fs::path(arguments.out) / source.folder).string();
    Prediction(one, formats, region, model_path, predictor).run(source);
  }
}

}  // namespace limn::app
