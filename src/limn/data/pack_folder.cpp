#include "limn/data/pack_folder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/pack_video.h"
#include "limn/data/plate_shelf.h"
#include "limn/data/shards.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t most_shards = 1'000'000;  // six digits

struct CountName {
  const char* name;
  long long PackCounts::*value;
};
constexpr CountName count_names[] = {{"frames", &PackCounts::frames},       {"crops", &PackCounts::crops},
                                     {"blurred", &PackCounts::blurred},     {"empty", &PackCounts::empty},
                                     {"duplicate", &PackCounts::duplicate}, {"not_searched", &PackCounts::not_searched},
                                     {"clips", &PackCounts::clips},         {"plates", &PackCounts::plates}};

std::string report_json(const PackReport& report) {
  Json json = {{"format", "limn.pack_report"}, {"version", 1}};
  for (const CountName& count : count_names) json[count.name] = report.counts.*count.value;
  json["problems"] = report.problems;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_report(const fs::path& path, PackReport& report) {
  const Json json = Json::parse(read_file(path), nullptr, false);
  require(json.is_object() && json.value("format", "") == "limn.pack_report", ErrorKind::input,
          "cannot read the report of a shard", path.string(), "delete it and its shard, and pack again");
  PackCounts counts;
  for (const CountName& count : count_names) counts.*count.value = json.value(count.name, 0ll);
  report.counts += counts;
  for (const std::string& problem : json.value("problems", std::vector<std::string>()))
    report.problems.push_back(problem);
}

std::string numbered(const char* format, long long a, long long b = 0) {
  char text[60];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

fs::path shard_file(const fs::path& folder, int shard, const char* extension) {
  return folder / (numbered("packed-%06lld", shard) + extension);
}

std::string plan_json(const PackSettings& settings, const FootagePlan& plan, const std::vector<fs::path>& sources,
                      const std::string& program, const std::string& finder) {
  Json json = {{"format", "limn.pack"},
               {"version", 1},
               {"program", program},
               {"size", settings.size},
               {"frames_per_second", settings.frames_per_second},
               {"stretch_s", settings.stretch_s},
               {"jpeg_quality", settings.jpeg_quality},
               {"plates", settings.plates},
               {"model", finder},
               {"sources", Json::array()},
               {"files", plan.files},
               {"bytes", plan.bytes}};
  for (const fs::path& source : sources) json["sources"].push_back(fs::absolute(source).lexically_normal().string());
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Writes one shard: gives clips their names and crops their places in the source.
class ShardFiller {
 public:
  ShardFiller(const fs::path& folder, int shard, const PackSettings& settings, const PersonFinder& finder,
              PlateShelf& plates)
      : shard_(shard), settings_(settings), finder_(finder), plates_(plates), tar_(shard_file(folder, shard, ".tar")) {}

  void add(const FootagePiece& piece, const std::function<void()>& step) {
    if (piece.video) {
      read_stretches(
          piece, settings_,
          [&](const Stretch& stretch, long long first, double scale) {
            take(piece, pack_stretch(stretch, settings_, finder_), first, scale);
          },
          step);
      return;
    }
    Image picture = read_image(piece.path);
    const int side = std::max(picture.width, picture.height);
    Stretch stretch{{shrunk_to(picture, settings_.read_side())}, {0}, true};
    const double scale = static_cast<double>(side) / std::max(stretch.frames[0].width, stretch.frames[0].height);
    take(piece, pack_stretch(stretch, settings_, finder_), 0, scale);
    step();
  }

  void close() { tar_.close(); }
  /// Whether the last failure was in writing: no other file would fare better.
  bool failed_to_write() const { return writing_; }
  PackReport report;

 private:
  void take(const FootagePiece& piece, PackedStretch packed, long long first_frame, double scale) {
    report.counts += packed.counts;
    writing_ = true;
    for (auto& clip : packed.clips) {
      const std::string name = numbered("clip%06lld-%04lld", shard_, next_clip_++);
      for (CropPicture& crop : clip) {
        crop.about.clip = name;
        crop.about.source = piece.name;
        crop.about.crop.centre_px *= static_cast<float>(scale);
        crop.about.crop.side_px *= static_cast<float>(scale);
        const std::string key = name + numbered("_%06lld", first_frame + static_cast<long long>(crop.frame));
        tar_.add(key + ".jpg", encode_jpeg(crop.picture, settings_.jpeg_quality));
        tar_.add(key + ".json", packed_frame_json(crop.about));
      }
    }
    for (const Image& plate : packed.plates)
      report.counts.plates += plates_.add(plate, numbered("plate%06lld-%04lld", shard_, next_plate_++));
    writing_ = false;
  }

  int shard_;
  const PackSettings& settings_;
  const PersonFinder& finder_;
  PlateShelf& plates_;
  ShardWriter tar_;
  long long next_clip_ = 0, next_plate_ = 0;
  bool writing_ = false;
};

}  // namespace

PackFolder::PackFolder(fs::path folder, const std::vector<fs::path>& sources, const PackSettings& settings,
                       const std::string& program, const std::string& finder)
    : settings_(settings) {
  require(settings.size >= 16 && settings.size <= 2048 && settings.frames_per_second > 0 &&
              settings.frames_per_second <= 1000 && settings.stretch_s > 0 &&
              settings.stretch_s * settings.frames_per_second <= 1000 && settings.jpeg_quality >= 1 &&
              settings.jpeg_quality <= 100,
          ErrorKind::usage, "settings of the packing are out of range", "limn pack",
          "a size of 16 ... 2048 px, and at most 1000 frames a clip");
  plan_ = plan_footage(sources);
  require(plan_.shards.size() < most_shards, ErrorKind::usage, "too much footage for one folder", "limn pack",
          "pack it into several folders");
  folder_ = std::make_unique<PlannedFolder>(std::move(folder), "pack.json",
                                            plan_json(settings_, plan_, sources, program, finder));
  std::error_code ignored;
  for (int shard = 0; shard < shard_count(); ++shard)
    if (!fs::exists(shard_file(folder_->path(), shard, ".tar"), ignored)) missing_.push_back(shard);
}

PackFolder::~PackFolder() = default;

long long PackFolder::missing_frames() const {
  const double all = plan_.seconds * settings_.frames_per_second + static_cast<double>(plan_.pictures);
  return std::llround(all * missing_shards() / std::max(1, shard_count()));
}

void PackFolder::fill(const PersonFinder& finder, const std::function<void()>& step) {
  while (!missing_.empty()) {
    fill_shard(missing_.front(), finder, step);
    missing_.erase(missing_.begin());
  }
  write_file_atomic(folder_->path() / "report.json", report_json(report()));
}

void PackFolder::fill_shard(int shard, const PersonFinder& finder, const std::function<void()>& step) {
  PlateShelf plates(folder_->path() / "plates");
  ShardFiller filler(folder_->path(), shard, settings_, finder, plates);
  for (const FootagePiece& piece : plan_.shards[static_cast<size_t>(shard)]) {
    try {
      filler.add(piece, step);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input || filler.failed_to_write()) throw;
      filler.report.problems.push_back(piece.name + ": " + error.message());
    }
  }
  write_file_atomic(shard_file(folder_->path(), shard, ".json"), report_json(filler.report));
  filler.close();  // last: a shard that exists has its report
}

PackReport PackFolder::report() const {
  PackReport report;
  std::error_code ignored;
  for (int shard = 0; shard < shard_count(); ++shard)
    if (fs::exists(shard_file(folder_->path(), shard, ".tar"), ignored))
      add_report(shard_file(folder_->path(), shard, ".json"), report);
  return report;
}

}  // namespace limn
