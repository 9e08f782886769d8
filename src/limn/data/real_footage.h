// What is kept in memory of one video stretch, pair of photographs or still. Private to real_pairs.cpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "limn/data/motion_box.h"
#include "limn/data/packed_footage.h"

namespace limn {

struct RealPairsSettings;

struct Footage {
  int width = 0, height = 0;        ///< px, of each frame; 0 where the frames differ
  std::vector<std::string> frames;  ///< encoded
  std::vector<double> seconds;      ///< of each frame, for the gap; empty: any two frames go together
  bool same_view = false;           ///< two or more frames of one camera; else each frame is a still
  std::optional<Box> person;        ///< px
  long long bytes() const;
};

/// The frames of [begin, end) seconds of a video, every k-th. Error(input) as VideoReader.
Footage load_stretch(const std::filesystem::path& path, double begin, double end, const RealPairsSettings& settings);
/// One picture, or two that are a pair. Error(input) as read_image.
Footage load_pictures(const std::vector<std::filesystem::path>& paths, const RealPairsSettings& settings);
/// The crops of a clip, at most settings.frames_per_stretch, evenly spread. Error(input) where they cannot be read.
Footage load_packed(const PackedClip& clip, const RealPairsSettings& settings);

}  // namespace limn
