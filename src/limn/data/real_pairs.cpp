#include "limn/data/real_pairs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/real_footage.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"
#include "limn/media/video.h"

namespace limn {
namespace fs = std::filesystem;

struct RealPairs::Item {
  std::vector<fs::path> paths;  ///< one video, one still, or the two of a pair
  PackedClip packed;            ///< instead of paths
  double begin = 0, end = 0;    ///< seconds, of a stretch of video
  bool video = false;
  mutable std::mutex lock;  ///< guards what follows
  mutable std::shared_ptr<const Footage> footage;
  mutable bool unreadable = false;
};

namespace {

enum KindIndex { video_kind, pair_kind, still_kind };

/// NAME_b for NAME_a, same extension; empty for other names.
fs::path partner_of(const fs::path& path) {
  std::string stem = path.stem().string();
  if (!stem.ends_with("_a")) return {};
  stem.back() = 'b';
  return path.parent_path() / (stem + path.extension().string());
}

void check(const RealPairsSettings& s) {
  require(s.size >= 8 && s.size <= 4096 && s.frames_per_stretch >= 2 && s.stretch_s > 0 && s.max_gap_s > 0 &&
              s.stored_side >= 16 && s.memory_mb >= 0 && s.warp.grid >= 2 && s.tightest > 0 && s.widest >= s.tightest &&
              s.still_tightest > 0 && s.still_tightest <= 1 && s.video_weight >= 0 && s.pair_weight >= 0 &&
              s.still_weight >= 0,
          ErrorKind::usage, "settings of the real pictures are out of range", "RealPairsSettings",
          "see data/real_pairs.h");
}

/// A square window on a picture with a known box of motion.
Crop crop_about(const Box& box, const Footage& footage, const RealPairsSettings& settings, Random& random) {
  // A small motion does not mean a small person: an arm may be all that moved.
  const float least = 0.65f * static_cast<float>(std::min(footage.width, footage.height));
  const float most = static_cast<float>(std::max(footage.width, footage.height));
  const float side = std::min(most, std::max(box.size().maxCoeff(), least) *
                                        static_cast<float>(random.uniform(settings.tightest, settings.widest)));
  const Vec2 shift(static_cast<float>(random.uniform(-settings.shift, settings.shift)),
                   static_cast<float>(random.uniform(-settings.shift, settings.shift)));
  Vec2 centre = box.centre() + side * shift;
  const Vec2 extent(static_cast<float>(footage.width), static_cast<float>(footage.height));
  for (int k = 0; k < 2; ++k)  // a window that fits into the picture stays inside: no replicated edges without need
    if (side <= extent[k]) centre[k] = std::clamp(centre[k], 0.5f * side, extent[k] - 0.5f * side);
  return Crop{centre, side};
}

/// A square window on a picture about which nothing is known: photographers put people
/// near the middle, so it slides only half of the way to the edges.
Crop crop_somewhere(int width, int height, const RealPairsSettings& settings, Random& random) {
  const float longer = static_cast<float>(std::max(width, height));
  const float side = longer * static_cast<float>(random.uniform(settings.still_tightest, 1));
  Vec2 centre(0.5f * static_cast<float>(width), 0.5f * static_cast<float>(height));
  const Vec2 slack(std::max(0.0f, static_cast<float>(width) - side), std::max(0.0f, static_cast<float>(height) - side));
  for (int k = 0; k < 2; ++k)
    centre[k] += 0.25f * slack[k] * static_cast<float>(random.uniform(-1, 1)) +
                 side * static_cast<float>(random.uniform(-settings.shift, settings.shift));
  return Crop{centre, side};
}

/// x is frame i; x' is another frame of the same view at most max_gap_s away.
RealPair pair_of_frames(const Footage& footage, const RealPairsSettings& settings, Random& random) {
  const int count = static_cast<int>(footage.frames.size());
  const int i = random.integer(count);
  std::vector<int> others;
  for (int j = 0; j < count; ++j)
    if (j != i && (footage.seconds.empty() || std::abs(footage.seconds[j] - footage.seconds[i]) <= settings.max_gap_s))
      others.push_back(j);
  const int j = others.empty() ? (i + 1) % count : others[random.integer(static_cast<int>(others.size()))];
  const Crop crop = footage.person ? crop_about(*footage.person, footage, settings, random)
                                   : crop_somewhere(footage.width, footage.height, settings, random);
  return RealPair{crop_resized(decode_image(footage.frames[i], "kept frame"), crop, settings.size, std::nullopt),
                  crop_resized(decode_image(footage.frames[j], "kept frame"), crop, settings.size, std::nullopt)};
}

/// x is a still, x' a warp of it. The warp fetches from a larger window of the same scale.
RealPair pair_of_still(const std::string& bytes, const RealPairsSettings& settings, Random& random) {
  constexpr float extent = 1.25f;
  const Image still = decode_image(bytes, "kept still");
  const Crop crop = crop_somewhere(still.width, still.height, settings, random);
  const Crop wide{crop.centre_px, crop.side_px * extent};
  const ThinPlateSpline warp = random_warp(settings.warp, random);
  const int wide_size = static_cast<int>(std::lround(extent * static_cast<float>(settings.size)));
  return RealPair{crop_resized(still, crop, settings.size, std::nullopt),
                  warped(crop_resized(still, wide, wide_size, std::nullopt), extent, warp, settings.size)};
}

}  // namespace

RealPairs::RealPairs(const std::vector<fs::path>& sources, const RealPairsSettings& settings)
    : settings_(settings), kinds_(3) {
  check(settings);
  require(!sources.empty(), ErrorKind::usage, "no source of real pictures is named", "RealPairs",
          "name folders or files with pictures or videos");
  kinds_[video_kind].weight = settings.video_weight;
  kinds_[pair_kind].weight = settings.pair_weight;
  kinds_[still_kind].weight = settings.still_weight;
  for (const fs::path& source : sources) add_source(source);
  for (const Kind& kind : kinds_)  // one readable item is enough; the rest is found out when it is drawn
    for (const auto& item : kind.items)
      if (kind.weight > 0 && fetch(*item)) return;
  const std::string first = problems_.empty() ? sources[0].string() : problems_[0];
  throw Error(ErrorKind::input, "none of the real pictures and videos can be read", first,
              "check the files, and that the weight of their kind is not 0");
}

RealPairs::~RealPairs() = default;

RealPairs::Item& RealPairs::add_item(int kind) { return *kinds_[kind].items.emplace_back(std::make_unique<Item>()); }

void RealPairs::add_source(const fs::path& source) {
  std::error_code ignored;
  require(fs::exists(source, ignored), ErrorKind::input, "source of real pictures not found", source.string(),
          "check the path");
  if (!fs::is_directory(source, ignored)) {
    require(is_video_path(source) || is_image_path(source), ErrorKind::input,
            "neither a picture nor a video by its name", source.string(), "name a folder, a .jpg, .png or .mp4 file");
    is_video_path(source) ? add_video(source) : add_pictures({source});
    return;
  }
  if (is_packed_footage(source)) return add_packed(source);
  std::vector<fs::path> pictures;
  size_t videos = 0;
  for (const fs::path& path : files_below(source)) {
    if (is_image_path(path)) pictures.push_back(path);
    if (!is_video_path(path)) continue;
    ++videos;
    add_video(path);
  }
  require(videos + pictures.size() > 0, ErrorKind::input, "the folder holds no pictures or videos", source.string(),
          "name one with .jpg, .png or .mp4 files");
  add_pictures(pictures);
}

void RealPairs::add_video(const fs::path& path) {
  try {
    const double duration = VideoReader(path, {settings_.stored_side, 1}).duration();
    const int stretches = std::max(1, static_cast<int>(std::lround(duration / settings_.stretch_s)));
    for (int i = 0; i < stretches; ++i) {
      Item& item = add_item(video_kind);
      item.paths = {path};
      item.video = true;
      item.begin = duration * i / stretches;
      item.end = i + 1 < stretches ? duration * (i + 1) / stretches : std::numeric_limits<double>::infinity();
    }
  } catch (const Error& error) {
    note_problem(error.what());
  }
}

void RealPairs::add_packed(const fs::path& folder) {
  for (PackedClip& clip : list_packed_clips(folder))
    add_item(is_image_path(clip.source) ? still_kind : video_kind).packed = std::move(clip);
}

void RealPairs::add_pictures(const std::vector<fs::path>& sorted_paths) {
  const auto present = [&](const fs::path& path) {
    return !path.empty() && std::binary_search(sorted_paths.begin(), sorted_paths.end(), path);
  };
  for (const fs::path& path : sorted_paths) {
    const fs::path second = partner_of(path);
    if (present(second)) {
      add_item(pair_kind).paths = {path, second};
      continue;
    }
    std::string stem = path.stem().string();
    if (stem.ends_with("_b")) {
      stem.back() = 'a';
      if (present(path.parent_path() / (stem + path.extension().string()))) continue;  // came with its partner
    }
    add_item(still_kind).paths = {path};
  }
}

std::shared_ptr<const Footage> RealPairs::fetch(const Item& item) const {
  const std::lock_guard<std::mutex> guard(item.lock);
  if (item.unreadable || item.footage) return item.footage;
  try {
    auto footage = std::make_shared<const Footage>(
        item.video           ? load_stretch(item.paths[0], item.begin, item.end, settings_)
        : item.paths.empty() ? load_packed(item.packed, settings_)
                             : load_pictures(item.paths, settings_));
    const long long bytes = footage->bytes();
    if (bytes_kept_.fetch_add(bytes) + bytes <= settings_.memory_mb * 1'000'000LL)
      item.footage = footage;
    else
      bytes_kept_.fetch_sub(bytes);
    return footage;
  } catch (const Error& error) {
    item.unreadable = true;
    note_problem(error.what());
    return nullptr;
  }
}

std::shared_ptr<const Footage> RealPairs::find(Random& random) const {
  double total = 0;
  for (const Kind& kind : kinds_) total += kind.items.empty() ? 0 : kind.weight;
  for (int attempt = 0; attempt < 32; ++attempt) {
    double rest = random.uniform(0, total);
    const Kind* chosen = nullptr;
    for (const Kind& kind : kinds_) {
      if (kind.items.empty() || kind.weight <= 0) continue;
      chosen = &kind;
      if ((rest -= kind.weight) < 0) break;
    }
    const int drawn = random.integer(static_cast<int>(chosen->items.size()));
    const auto footage = fetch(*chosen->items[drawn]);
    if (footage) return footage;
  }
  for (const Kind& kind : kinds_)  // nearly nothing is readable: take the first that is
    for (const auto& item : kind.items)
      if (const auto footage = kind.weight > 0 ? fetch(*item) : nullptr) return footage;
  throw Error(ErrorKind::input, "none of the real pictures and videos can be read any more", problems().front(),
              "check that the disk is still there");
}

RealPair RealPairs::sample(uint64_t seed, uint64_t index) const {
  Random random(seed, "real_pair", index);
  const std::shared_ptr<const Footage> footage = find(random);
  RealPair pair;
  if (footage->same_view) {
    pair = pair_of_frames(*footage, settings_, random);
  } else {
    const int i = random.integer(static_cast<int>(footage->frames.size()));
    pair = pair_of_still(footage->frames[i], settings_, random);
  }
  if (random.chance(settings_.mirror)) {
    pair.x = mirrored(pair.x);
    pair.appearance = mirrored(pair.appearance);
  }
  const Photometry photometry = random_photometry(settings_.photometry, random);
  apply_photometry(pair.x, photometry);
  apply_photometry(pair.appearance, photometry);
  return pair;
}

void RealPairs::note_problem(const std::string& problem) const {
  const std::lock_guard<std::mutex> guard(problems_lock_);
  problems_.push_back(problem);
}

std::vector<std::string> RealPairs::problems() const {
  const std::lock_guard<std::mutex> guard(problems_lock_);
  return problems_;
}

}  // namespace limn
