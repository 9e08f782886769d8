#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>
#include <thread>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/ordered_queue.h"
#include "limn/data/person_json.h"
#include "limn/data/shard_folder.h"
#include "limn/media/image_file.h"
#include "limn/media/overlay.h"
#include "limn/media/video.h"
#include "limn/synth/folders.h"
#include "progress.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr int most_on_sheet = 100;
constexpr long long sheet_default = 100, shards_default = 1000;
constexpr double frame_rate = 25;
constexpr int caption_px = 11;

/// The generator's settings as they were given.
struct Settings {
  SynthOptions options;
  SynthFolders folders;
  FieldList fields;  ///< of the two above

  explicit Settings(const SynthArguments& arguments) {
    describe(options, fields);
    describe(folders, fields);
    if (!arguments.config.empty()) load_config(fields, arguments.config);
    for (const std::string& assignment : arguments.set) set_config(fields, assignment);
    options.image_size = arguments.size;
  }
  Settings(const Settings&) = delete;  // the fields point into it
  Settings& operator=(const Settings&) = delete;
};

ShardPlan plan_from(const SynthArguments& arguments, long long count, const Settings& settings,
                    const std::string& version) {
  ShardPlan plan;
  plan.seed = arguments.seed;
  plan.count = count;
  plan.per_shard = arguments.per_shard;
  plan.image_size = arguments.size;
  plan.parts = {.appearance = arguments.pairs, .mask = arguments.mask, .depth = arguments.depth};
  plan.program = "limn " + version;
  for (const Field& field : settings.fields.fields())
    if (const auto* number = std::get_if<double*>(&field.value))
      plan.generator[field.name] = **number;
    else
      plan.folders[field.name] = *std::get<std::vector<std::string>*>(field.value);
  plan.generator["held_out"] = arguments.held_out;
  return plan;
}

void require_folder_of(const std::string& file, const char* option) {
  std::error_code ignored;
  const fs::path folder = fs::absolute(file, ignored).parent_path();
  require(fs::is_directory(folder, ignored), ErrorKind::input, "no such folder", std::string(option) + " " + file,
          "make the folder first");
}

/// Everything that can be wrong, before anything is made.
void check(const SynthArguments& arguments) {
  require(!arguments.out.empty() || !arguments.sheet.empty() || !arguments.clip.empty(), ErrorKind::usage,
          "nothing to make", "limn synth", "say --out FOLDER, --sheet FILE.png or --clip FILE.mp4");
  if (!arguments.sheet.empty()) {
    require(fs::path(arguments.sheet).extension() == ".png", ErrorKind::usage, "a sheet is a .png file",
            "--sheet " + arguments.sheet, "name it so");
    require_folder_of(arguments.sheet, "--sheet");
  }
  if (!arguments.clip.empty()) {
    require(fs::path(arguments.clip).extension() == ".mp4", ErrorKind::usage, "a clip is an .mp4 file",
            "--clip " + arguments.clip, "name it so");
    require_folder_of(arguments.clip, "--clip");
    require(arguments.seconds > 0 && arguments.seconds <= 3600, ErrorKind::usage,
            "a clip is empty or longer than an hour", "--seconds " + std::to_string(arguments.seconds), "choose 4");
  }
}

/// The picture with its skeleton, hidden joints thin, and a line that says which sample it is and where the joints are.
Image sheet_cell(const Skeleton& skeleton, const PersonView& view, long long index) {
  Image image = view.image;
  std::vector<float> confidence;
  int visible = 0, self = 0, others = 0;
  for (size_t j = 0; j < view.visibility.size(); ++j) {
    const bool seen = view.visibility[j] == Visibility::visible;
    confidence.push_back(seen ? 1.0f : view.visibility[j] == Visibility::occluded ? 0.3f : 0.0f);
    visible += seen;
    self += view.occluder[j] == Occluder::self;
    others += view.occluder[j] == Occluder::other_person || view.occluder[j] == Occluder::thing;
  }
  draw_pose(image, skeleton, skeleton.grouping("limbs"), view.joints_px, confidence);
  Image cell = filled(image.width, image.height + caption_px, {24, 24, 24});
  paste(cell, image, 0, 0);
  const std::string counts =
      image.width < 96 ? ""
                       : " v" + std::to_string(visible) + " s" + std::to_string(self) + " o" + std::to_string(others);
  draw_text(cell, 2, image.height + 2, std::to_string(index) + counts, {220, 220, 220});
  return cell;
}

void make_sheet(const SynthArguments& arguments, const ProceduralPeople& people, long long count, int workers) {
  const Skeleton& skeleton = Skeleton::human();
  const long long shown = std::min<long long>(count, most_on_sheet);
  OrderedQueue<Image> cells(
      [&](int64_t i) {
        const PersonView view = people.sample(arguments.seed, static_cast<uint64_t>(i), false).target;
        return arguments.plain ? view.image : sheet_cell(skeleton, view, i);
      },
      0, shown, workers, 4 * workers);
  std::vector<Image> images;
  Progress progress("people drawn", shown, arguments.quiet);
  for (long long i = 0; i < shown; ++i, progress.step()) {
    stop_if_interrupted("the sheet was not written; run it again");
    images.push_back(cells.next());
  }
  const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(shown))));
  write_png(arguments.sheet, tile(images, columns));
  std::cout << arguments.sheet << "\n";
}

void make_clip(const SynthArguments& arguments, const ProceduralPeople& people, int workers) {
  const int64_t frames = std::max<int64_t>(1, std::llround(arguments.seconds * frame_rate));
  const SynthClip clip = people.clip(arguments.seed, 0, arguments.seconds);
  OrderedQueue<PersonView> views([&](int64_t i) { return clip.frame(static_cast<double>(i) / frame_rate); }, 0, frames,
                                 workers, 4 * workers);
  std::string labels;
  VideoWriter writer(arguments.clip, arguments.size, arguments.size, {.frame_rate = frame_rate, .quality = 18});
  Progress progress("frames drawn", frames, arguments.quiet);
  for (int64_t i = 0; i < frames; ++i, progress.step()) {
    stop_if_interrupted("the clip was not written; run it again");
    PersonDocument document{arguments.seed, 0, "target", views.next()};
    writer.write(document.view.image);
    labels += person_json(Skeleton::human(), document);
  }
  const fs::path labels_path = fs::path(arguments.clip).replace_extension(".jsonl");
  write_file_atomic(labels_path, labels);
  writer.close();
  std::cout << arguments.clip << "\n" << labels_path.string() << "\n";
}

void fill(ShardFolder& folder, const SynthArguments& arguments, const ProceduralPeople& people, long long count,
          int workers) {
  const long long missing = folder.missing_samples();
  if (missing < count) std::cout << "kept whole shards with " << count - missing << " people\n";
  Progress progress("people", missing, arguments.quiet);
  folder.fill(people, Skeleton::human(), workers, [&] {
    progress.step();
    stop_if_interrupted("whole shards stay; the same command goes on with the rest");
  });
  std::cout << count << " people in " << folder.shard_count() << " shards in " << arguments.out << "\n";
}

}  // namespace

void run_synth(const SynthArguments& arguments, const std::string& version) {
  const Settings settings(arguments);
  if (arguments.lists) {
    std::cout << config_help(settings.fields);
    return;
  }
  check(arguments);
  const ProceduralPeople people(Skeleton::human(),
                                with_folders(settings.options, settings.folders, Skeleton::human(),
                                             arguments.held_out ? Split::held_out : Split::training));
  const long long count = arguments.count > 0     ? arguments.count
                          : arguments.out.empty() ? sheet_default
                                                  : shards_default;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  const int workers = arguments.workers > 0 ? arguments.workers : std::max(1, cores);
  std::optional<ShardFolder> folder;  // a folder that cannot be used fails before anything is drawn
  if (!arguments.out.empty()) folder.emplace(arguments.out, plan_from(arguments, count, settings, version));
  if (!arguments.sheet.empty()) make_sheet(arguments, people, count, workers);
  if (!arguments.clip.empty()) make_clip(arguments, people, workers);
  if (folder) fill(*folder, arguments, people, count, workers);
}

}  // namespace limn::app
