#include "limn/data/pack_sources.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

constexpr double shard_s = 600, picture_s = 0.5;

class Planner {
 public:
  void add_source(const fs::path& source) {
    std::error_code ignored;
    require(fs::exists(source, ignored), ErrorKind::input, "source not found", source.string(), "check the path");
    if (fs::is_directory(source, ignored)) {
      for (const fs::path& path : files_below(source))
        if (is_video_path(path) || is_image_path(path)) add_file(path, path.lexically_relative(source).string());
      return;
    }
    require(is_video_path(source) || is_image_path(source), ErrorKind::input,
            "neither a picture nor a video by its name", source.string(), "name a folder, a .jpg, .png or .mp4 file");
    add_file(source, source.filename().string());
  }

  FootagePlan plan;

 private:
  void add_file(const fs::path& path, const std::string& name) {
    std::error_code ignored;
    ++plan.files;
    plan.bytes += static_cast<long long>(fs::file_size(path, ignored));
    if (!is_video_path(path)) {
      ++plan.pictures;
      return add_piece({path, name, 0, 0, false}, picture_s);
    }
    const double duration = duration_of(path);
    plan.seconds += duration;
    const int parts = std::max(1, static_cast<int>(std::lround(duration / shard_s)));
    for (int i = 0; i < parts; ++i)
      add_piece({path, name, duration * i / parts,
                 i + 1 < parts ? duration * (i + 1) / parts : std::numeric_limits<double>::infinity(), true},
                duration / parts);
  }

  static double duration_of(const fs::path& path) {
    try {
      return VideoReader(path, {16, 1}).duration();
    } catch (const Error&) {
      return 0;  // packing it says why
    }
  }

  void add_piece(FootagePiece piece, double seconds) {
    if (plan.shards.empty() || filled_ + 0.5 * seconds > shard_s) {
      plan.shards.emplace_back();
      filled_ = 0;
    }
    filled_ += seconds;
    plan.shards.back().push_back(std::move(piece));
  }

  double filled_ = 0;  ///< of the last shard
};

}  // namespace

FootagePlan plan_footage(const std::vector<fs::path>& sources) {
  require(!sources.empty(), ErrorKind::usage, "nothing to pack", "limn pack", "name videos, pictures or folders");
  Planner planner;
  for (const fs::path& source : sources) planner.add_source(source);
  require(planner.plan.files > 0, ErrorKind::input, "the folder holds no pictures or videos", sources[0].string(),
          "name one with .jpg, .png or .mp4 files");
  return std::move(planner.plan);
}

}  // namespace limn
