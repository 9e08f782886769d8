#include <algorithm>
#include <iostream>
#include <optional>
#include <sstream>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/data/pack_folder.h"
#include "limn/data/packed_footage.h"
#include "limn/infer/predictor.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "locate.h"
#include "progress.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr size_t clips_on_sheet = 60;
constexpr int sheet_columns = 12, caption_px = 11;
constexpr Rgb motion_colour = {120, 220, 120}, model_colour = {250, 170, 60}, whole_colour = {200, 200, 200};

/// The network's window about the person: the pose near the one before, else a search of the whole picture.
PersonFinder finder_of(const Predictor& predictor, float least_score) {
  return [&predictor, least_score](const Image& image, const std::optional<Crop>& near) -> std::optional<Crop> {
    if (near) {
      const PosePrediction person = predictor.predict(image, *near);
      if (person.score >= least_score) return crop_around(person.joints_px, person.confidence);
    }
    return predictor.find_person(image, least_score);
  };
}

/// Everything that can be wrong with the arguments, before anything is made.
void check(const PackArguments& arguments) {
  if (arguments.sheet.empty()) return;
  require(fs::path(arguments.sheet).extension() == ".png", ErrorKind::usage, "a sheet is a .png file",
          "--sheet " + arguments.sheet, "name it so");
  std::error_code ignored;
  require(fs::is_directory(fs::absolute(arguments.sheet, ignored).parent_path(), ignored), ErrorKind::input,
          "no such folder", "--sheet " + arguments.sheet, "make the folder first");
}

Image sheet_cell(const PackedClip& clip, size_t i) {
  Image picture = decode_jpeg(read_packed_picture(clip, i));
  const Rgb colour = clip.still ? motion_colour : clip.box ? model_colour : whole_colour;
  if (clip.box)
    draw_rectangle(picture, px_from_crop_units(clip.box->low, picture.width),
                   px_from_crop_units(clip.box->high, picture.width), 1, colour);
  Image cell = filled(picture.width, picture.height + caption_px, {24, 24, 24});
  paste(cell, picture, 0, 0);
  draw_text(cell, 2, picture.height + 2, clip.name.substr(4) + " " + std::to_string(i), colour);
  return cell;
}

/// Two crops of each clip, as far apart as they are in time; clips evenly out of all.
void make_sheet(const PackArguments& arguments) {
  const std::vector<PackedClip> clips = list_packed_clips(arguments.out);
  const size_t shown = std::min(clips.size(), clips_on_sheet);
  std::vector<Image> cells;
  for (size_t k = 0; k < shown; ++k) {
    const PackedClip& clip = clips[k * clips.size() / shown];
    cells.push_back(sheet_cell(clip, 0));
    cells.push_back(sheet_cell(clip, clip.pictures.size() - 1));
  }
  write_png(arguments.sheet, tile(cells, std::min(sheet_columns, static_cast<int>(cells.size()))));
  std::cout << arguments.sheet << "\n";
}

void print(const PackReport& report, const PackFolder& folder, const std::string& out) {
  const PackCounts& n = report.counts;
  for (const std::string& problem : report.problems) std::cerr << "limn: warning: skipped a file: " << problem << "\n";
  std::cout << n.frames << " frames looked at: " << n.crops << " crops in " << n.clips << " clips, in "
            << folder.shard_count() << " shards in " << out << "\n"
            << "dropped: " << n.duplicate << " as the one before, " << n.empty << " without a person, " << n.blurred
            << " blurred, " << n.not_searched << " of a moving camera with no model to search them\n";
  if (!report.problems.empty()) std::cout << report.problems.size() << " files could not be read\n";
  if (n.plates > 0)
    std::cout << n.plates << " places without people in " << (fs::path(out) / "plates").string() << "\n";
}

}  // namespace

void run_pack(const PackArguments& arguments, const std::string& version) {
  check(arguments);
  std::optional<Predictor> predictor;
  PersonFinder finder;
  std::string model = "none";
  if (arguments.model != "none") {
    const fs::path path = find_model(arguments.model);
    predictor.emplace(ModelFile::load(path));
    finder = finder_of(*predictor, static_cast<float>(arguments.least_score));
    std::ostringstream text;
    text << path.filename().string() << ", score " << arguments.least_score;
    model = text.str();
  }
  PackSettings settings;
  settings.size = arguments.size;
  settings.frames_per_second = arguments.rate;
  settings.stretch_s = arguments.stretch_s;
  settings.plates = arguments.plates;
  PackFolder folder(arguments.out, {arguments.sources.begin(), arguments.sources.end()}, settings, "limn " + version,
                    model);
  if (folder.missing_shards() < folder.shard_count())
    std::cout << "kept " << folder.shard_count() - folder.missing_shards() << " whole shards\n";
  {
    Progress progress("frames", folder.missing_frames(), arguments.quiet);
    folder.fill(finder, [&] {
      progress.step();
      stop_if_interrupted("whole shards stay; the same command goes on with the rest");
    });
  }
  const PackReport report = folder.report();
  print(report, folder, arguments.out);
  require(report.counts.crops > 0, ErrorKind::input, "nothing could be packed", arguments.out,
          report.counts.not_searched > 0 ? "name a model: --model FILE" : "see the counts above");
  if (!arguments.sheet.empty()) make_sheet(arguments);
}

}  // namespace limn::app
