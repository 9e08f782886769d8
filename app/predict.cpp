#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>

#include "earlier_people.h"
#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/export/coco.h"
#include "limn/infer/people_tracker.h"
#include "limn/infer/person_finder.h"
#include "limn/infer/side_correction.h"
#include "limn/infer/smoothing.h"
#include "limn/infer/tracker.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "load_predictor.h"
#include "locate.h"
#include "output_folder.h"
#include "overlay_picture.h"
#include "pose_files.h"
#include "predict_region.h"
#include "progress.h"
#include "sources.h"
#include "verbs.h"
#include "video_overlay.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr double longest_gap_s = 1;  // of a person unseen, to be filled

Crop whole_crop(const Image& image) {
  return {Vec2(image.width / 2.0f, image.height / 2.0f), static_cast<float>(std::max(image.width, image.height))};
}

/// One run: what was asked for, and what has been found so far.
class Prediction {
 public:
  Prediction(const PredictArguments& arguments, const Formats& formats, const Region& region,
             const fs::path& model_path, const Predictor& predictor, const PersonFinder* finder)
      : arguments_(arguments),
        formats_(formats),
        region_(region),
        predictor_(predictor),
        finder_(finder),
        out_(arguments.out),
        read_([&predictor](const Image& image, const Crop& crop) { return predictor.predict(image, crop); }) {
    document_.model = model_path.filename().string();
  }

  void run(const Source& source) {
    if (source.kind != Source::Kind::pictures)
      predict_video(source);
    else if (source.one_picture)
      predict_image(source.files[0], coco_image_ids(source.files).front(),
                    read_image(source.files[0], arguments_.max_pixels));
    else
      predict_pictures(source);
    finish();
  }

 private:
  PeopleSettings people_settings() const {
    PeopleSettings settings{.most_people = arguments_.people};
    if (region_.boxes) settings.smallest_presence = 0;
    return settings;
  }

  /// Those in one window that is known, or that the pose networks' own search finds.
  std::vector<TrackedPerson> person_in(const Image& image) const {
    std::optional<Crop> crop = region_.crop;
    if (region_.whole) crop = whole_crop(image);
    if (!crop) crop = predictor_.find_person(image);
    if (!crop) return {};
    return {{0, predictor_.predict(image, *crop)}};
  }

  std::vector<TrackedPerson> people_in(const fs::path& path, int64_t id, const Image& image) const {
    if (region_.whole || region_.crop || (!region_.boxes && finder_ == nullptr)) return person_in(image);
    std::vector<FoundBox> boxes;
    if (region_.boxes) {
      for (const Box& box : region_.boxes->of(path.filename().string(), id).value_or(std::vector<Box>()))
        boxes.push_back({box, 1});
    } else {
      boxes = finder_->find(image);
    }
    std::vector<TrackedPerson> people;
    for (PosePrediction& pose : read_people(read_, image, boxes, people_settings()))
      people.push_back({0, std::move(pose)});
    return people;
  }

  /// People without a number get one, from 1.
  void record(const fs::path& file, int64_t frame, double seconds, const Image& image,
              const std::vector<TrackedPerson>& people) {
    if (!people.empty()) ++found_;
    document_.frames.push_back({file.filename().string(), frame, seconds, image.width, image.height, {}});
    for (const TrackedPerson& person : people) {
      PosePerson& recorded = document_.frames.back().people.emplace_back();
      static_cast<PoseEstimate&>(recorded) = person.pose;
      recorded.id = person.id > 0 ? person.id : static_cast<int>(document_.frames.back().people.size());
    }
  }

  void predict_image(const fs::path& path, int64_t id, const Image& image) {
    const std::vector<TrackedPerson> people = people_in(path, id, image);
    record(path, 0, 0, image, people);
    if (!wants("overlay")) return;
    std::vector<OverlayPerson> drawn;
    for (const TrackedPerson& person : people)
      drawn.push_back({person.id, person.pose, person.pose.crop, skeleton_picture(predictor_, person.pose)});
    write_png(out_.staged(out_.free_name(path, ".overlay.png")), overlay_picture(predictor_.skeleton(), image, drawn));
  }

  void predict_pictures(const Source& source) {
    const std::vector<fs::path>& paths = source.files;
    Progress progress("pictures", static_cast<long long>(paths.size()), arguments_.quiet);
    const std::vector<int64_t> ids = coco_image_ids(paths);
    for (size_t i = 0; i < paths.size(); ++i) {
      stop_if_interrupted();
      const fs::path& path = paths[i];
      Image image;
      try {
        image = read_image(path, arguments_.max_pixels);
      } catch (const Error& error) {
        std::cerr << "limn: warning: skipped a picture: " << error.message() << " (" << error.where() << ")\n";
        continue;
      }
      predict_image(path, ids[i], image);
      progress.step();
    }
    require(!document_.frames.empty(), ErrorKind::input, "none of the pictures could be read", source.name,
            "the warnings above say why; check the files");
  }

  void predict_video(const Source& source) {
    VideoReader reader = source.open({.max_pixels = arguments_.max_pixels});
    const fs::path path = source.file();
    document_.frame_rate = reader.frame_rate() / arguments_.stride;
    const VideoReading read_frame = reading_of(path);
    std::optional<VideoOverlay> overlay;
    if (wants("overlay")) overlay.emplace(predictor_, source, out_.scratch("frames.mp4"), document_.frame_rate);
    Progress progress("frames", reader.approximate_frame_count(), arguments_.quiet);
    Image frame;
    for (int64_t number = 0, taken = 0; reader.next(frame); ++number) {
      if (reader.live() && take_interrupt()) break;
      stop_if_interrupted();
      progress.step();
      if (reader.seconds() > arguments_.end_s) break;
      if (reader.seconds() < arguments_.start_s || taken++ % arguments_.stride != 0) continue;
      const std::vector<TrackedPerson> people = read_frame(number, frame);
      record(path, number, reader.seconds(), frame, people);
      if (overlay) overlay->add(frame, people);
      if (earlier_) earlier_->add(frame, document_, overlay ? &*overlay : nullptr);
    }
    require(!document_.frames.empty(), ErrorKind::input, "no frames between --start and --end", path.string(),
            "name seconds within the video");
    video_ = true;
    const std::map<int, int> numbers = keep_lasting();
    if (!arguments_.raw) smooth_frames();
    if (overlay)
      overlay->write(document_, numbers, arguments_, out_.staged(out_.free_name(path, ".overlay.mp4")));
  }

  using VideoReading = std::function<std::vector<TrackedPerson>(int64_t number, const Image& frame)>;

  /// How the frames of a video are read, one after the other.
  VideoReading reading_of(const fs::path& path) {
    if (region_.whole) return [this](int64_t, const Image& frame) { return with_id(person_in(frame)); };
    if (region_.crop || (!region_.boxes && finder_ == nullptr)) {
      const auto tracker = std::make_shared<PersonTracker>(predictor_, region_.crop);
      return [this, tracker](int64_t, const Image& frame) {
        std::vector<TrackedPerson> people;
        if (std::optional<PosePrediction> person = tracker->next(frame)) people.push_back({1, std::move(*person)});
        return people;
      };
    }
    const TrackerSettings settings = with_sight(
        {.people = people_settings(), .frame_rate = document_.frame_rate}, predictor_.skeleton());
    FindPeople find;
    if (!region_.boxes) find = [this](const Image& frame) { return finder_->find(frame); };
    tracker_ = std::make_unique<PeopleTracker>(find, read_, settings);
    if (!region_.boxes) earlier_.emplace(read_, settings);
    const std::string name = path.filename().string();
    return [this, name](int64_t number, const Image& frame) {
      std::optional<std::vector<Box>> boxes;
      if (region_.boxes) boxes = region_.boxes->of(name, number);
      std::vector<TrackedPerson> people;
      for (TrackedPerson& person : tracker_->next(frame, boxes)) people.push_back({person.id, std::move(person.pose)});
      return people;
    };
  }

  static std::vector<TrackedPerson> with_id(std::vector<TrackedPerson> people) {
    for (TrackedPerson& person : people) person.id = 1;
    return people;
  }

  /// Of many people, tracks too short to be people go; the others are numbered from 1. The numbers by the tracks'.
  std::map<int, int> keep_lasting() {
    std::map<int, int> number;
    if (!tracker_) return {{1, 1}};
    for (const int id : tracker_->lasting()) number.emplace(id, static_cast<int>(number.size()) + 1);
    found_ = 0;
    for (PoseFrame& frame : document_.frames) {
      std::erase_if(frame.people, [&](const PosePerson& person) { return number.count(person.id) == 0; });
      for (PosePerson& person : frame.people) person.id = number.at(person.id);
      found_ += !frame.people.empty();
    }
    return number;
  }

  void smooth_frames() {
    for (const int id : people_of(document_)) {
      std::vector<std::optional<PoseEstimate>> person;
      for (PersonFrame& frame : frames_of(document_, id)) person.push_back(std::move(frame.person));
      const auto lift = [this](const PoseEstimate& seen) { return predictor_.lift(seen); };
      exchanged_ += correct_sides(predictor_.skeleton(), document_.frame_rate, {}, lift, person);
      if (arguments_.over_time) predictor_.lift_over_time(document_.frame_rate, person);
      fill_gaps(predictor_.skeleton(), static_cast<int>(longest_gap_s * document_.frame_rate), person);
      smooth(predictor_.skeleton(), document_.frame_rate, {}, person);
      for (size_t t = 0; t < person.size(); ++t)
        if (person[t]) put_person(document_.frames[t], id, std::move(*person[t]));
    }
    document_.smoothed = true;
  }

  bool wants(const char* format) const { return formats_.count(format) > 0; }

  void finish() {
    const std::string motion_notes = write_pose_files(predictor_.skeleton(), document_, video_, formats_, out_);
    stop_if_interrupted();
    const std::vector<fs::path> written = out_.commit();
    std::cout << "a person in " << found_ << " of " << document_.frames.size() << (video_ ? " frames" : " pictures");
    if (const size_t people = people_of(document_).size(); people > 1)
      std::cout << (video_ ? ", " : ", up to ") << people << " people";
    std::cout << "\n";
    if (exchanged_ > 0) std::cout << "left and right taken back in " << exchanged_ << " readings\n";
    std::cout << motion_notes;
    const size_t shown = std::min<size_t>(written.size(), 6);
    for (size_t i = written.size() - shown; i < written.size(); ++i) std::cout << written[i].string() << "\n";
    if (written.size() > shown) std::cout << "... and " << written.size() - shown << " more\n";
  }

  const PredictArguments& arguments_;
  Formats formats_;
  Region region_;
  const Predictor& predictor_;
  const PersonFinder* finder_;  ///< null: the pose networks search, for one person
  OutputFolder out_;
  ReadPose read_;
  std::unique_ptr<PeopleTracker> tracker_;  ///< of a video with many people
  std::optional<EarlierPeople> earlier_;    ///< of such a video, unless boxes are given
  PoseDocument document_;
  long long found_ = 0;
  int exchanged_ = 0;  ///< readings in which sides were corrected
  bool video_ = false;
};

}  // namespace

void run_predict(const PredictArguments& arguments) {
  const Formats formats = parse_formats(arguments.formats);
  const Region region = region_of(arguments);
  const std::vector<Source> sources = resolve_sources(arguments.sources);
  const fs::path model_path = find_model(arguments.model);
  const Predictor predictor =
      load_predictor(model_path, {.mirror = arguments.mirror, .threads = arguments.threads}, arguments.precision);
  std::optional<PersonFinder> finder;
  if (const fs::path path = find_person_model(arguments.finder, model_path); !path.empty())
    finder.emplace(PersonFinder::load(path, {.threads = arguments.threads}));
  for (const Source& source : sources) {
    PredictArguments one = arguments;
    if (!source.folder.empty()) one.out = (fs::path(arguments.out) / source.folder).string();
    Prediction(one, formats, region, model_path, predictor, finder ? &*finder : nullptr).run(source);
  }
}

}  // namespace limn::app
