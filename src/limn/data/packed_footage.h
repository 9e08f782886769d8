// Footage that limn pack has cut to people: shards of crops that know their clip. docs/packed_footage.md is the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/data/motion_box.h"
#include "limn/geometry/camera.h"

namespace limn {

enum class FoundBy { motion, model, whole };

/// What is known of one crop.
struct PackedFrame {
  std::string clip;        ///< one person before one camera
  std::string source;      ///< file, as it is called in the folder that was packed
  double seconds = 0;      ///< in the source; 0 of a picture
  Crop crop;               ///< px of the source
  std::optional<Box> box;  ///< crop units: what moved, or the joints; empty where only the crop is known
  bool still = false;      ///< the camera stood still, and all frames of the clip have the same crop
  FoundBy found_by = FoundBy::whole;
};

/// One JSON object in a line.
std::string packed_frame_json(const PackedFrame& frame);
/// Error(input) naming `where` for anything else.
PackedFrame parse_packed_frame(const std::string& json, const std::string& where);

/// Where the crops of one clip lie.
struct PackedClip {
  struct Picture {
    int64_t offset = 0, bytes = 0;  ///< of the JPEG in the shard
    double seconds = 0;
  };
  std::string name;
  std::string source;  ///< file, as PackedFrame's
  std::filesystem::path shard;
  bool still = false;
  std::optional<Box> box;         ///< crop units; holds the boxes of all frames
  std::vector<Picture> pictures;  ///< in time
};

/// True of a folder that limn pack made.
bool is_packed_footage(const std::filesystem::path& folder);

/// The clips of all shards of a folder. Error(input): no shard, a damaged one, a crop without its JSON.
std::vector<PackedClip> list_packed_clips(const std::filesystem::path& folder);

/// The JPEG of picture `i` of a clip. Error(input) where the shard is gone or cut short.
std::string read_packed_picture(const PackedClip& clip, size_t i);

}  // namespace limn
