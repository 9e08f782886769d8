// Unlabelled real pictures for training: x, and x' that shows the same person in the same place in another pose.
//
// A source is a folder (searched to the bottom, hidden names left out) or a single file. What gives a pair:
//   a video                        two frames of it with the same crop; videos longer than `stretch_s` are cut into
//                                  stretches
//   NAME_a.jpg and NAME_b.jpg      two photographs of one person in one place (.jpeg, .png too). If their sizes
//                                  differ the camera was moved: each is then used as a still
//   any other picture              the picture and a thin-plate-spline warp of it
// A folder made by limn pack (packed_footage.h) is a source as well: its clips count as stretches of video, its pictures as
// stills. Where the camera moved, each crop of a clip is used as a still.
//
// Only opening lists files. What a sample needs is decoded once, scaled down to `stored_side` and kept in memory as
// JPEG up to `memory_mb`; beyond that it is decoded anew each time. Nothing of this changes what a sample holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/data/augment.h"
#include "limn/data/thin_plate_spline.h"

namespace limn {

struct RealPairsSettings {
  int size = 128;                                              ///< px, of both pictures
  int frames_per_stretch = 24;                                 ///< kept of each stretch of video, evenly spread
  double stretch_s = 10;                                       ///< seconds
  double max_gap_s = 10;                                       ///< between x and x' of a video
  int stored_side = 320;                                       ///< px, longer side of what is kept
  int stored_quality = 92;                                     ///< JPEG
  int memory_mb = 4096;                                        ///< for what is kept
  double video_weight = 1, pair_weight = 1, still_weight = 1;  ///< how often each kind is drawn, if it is there
  double mirror = 0.5;                                         ///< probability, both pictures alike
  double shift = 0.06;                                         ///< of the crop's centre, uniform, of its side
  double tightest = 1.1, widest = 1.6;                         ///< crop side over the longer side of the motion box
  double still_tightest = 0.65;                                ///< crop side of a still over its longer side, up to 1
  PhotometrySettings photometry;                               ///< alike for both: x' carries the look
  WarpSettings warp;
};

struct Footage;  // real_footage.h

struct RealPair {
  Image x, appearance;  ///< size x size
};

class RealPairs {
 public:
  /// Error(input) for a missing source, a folder without pictures or videos, a file that is neither, or when nothing in
  /// all sources can be read. Error(usage) without sources or for settings without sense.
  explicit RealPairs(const std::vector<std::filesystem::path>& sources, const RealPairsSettings& settings = {});
  ~RealPairs();

  /// A pure function of its arguments; safe to call from several threads.
  RealPair sample(uint64_t seed, uint64_t index) const;

  int video_stretches() const { return static_cast<int>(kinds_[0].items.size()); }
  int photo_pairs() const { return static_cast<int>(kinds_[1].items.size()); }
  int stills() const { return static_cast<int>(kinds_[2].items.size()); }
  /// What could not be read so far, and is skipped; one line a file.
  std::vector<std::string> problems() const;

 private:
  struct Item;
  struct Kind {
    double weight = 0;
    std::vector<std::unique_ptr<Item>> items;
  };
  Item& add_item(int kind);
  void add_video(const std::filesystem::path& path);
  void add_packed(const std::filesystem::path& folder);
  void add_pictures(const std::vector<std::filesystem::path>& sorted_paths);
  void add_source(const std::filesystem::path& source);
  std::shared_ptr<const Footage> find(Random& random) const;
  std::shared_ptr<const Footage> fetch(const Item& item) const;

  RealPairsSettings settings_;
  std::vector<Kind> kinds_;  ///< videos, pairs, stills
  mutable std::atomic<long long> bytes_kept_{0};
  void note_problem(const std::string& problem) const;

  mutable std::mutex problems_lock_;
  mutable std::vector<std::string> problems_;
};

}  // namespace limn
