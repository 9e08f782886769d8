// Which pieces of which files make up each shard of packed footage.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace limn {

/// A picture, or a part of a video.
struct FootagePiece {
  std::filesystem::path path;
  std::string name;           ///< as it is called in its source: "clips/a.mp4"
  double begin = 0, end = 0;  ///< seconds of a video; the end of the last part is infinite
  bool video = false;
  bool operator==(const FootagePiece&) const = default;
};

struct FootagePlan {
  std::vector<std::vector<FootagePiece>> shards;
  long long files = 0, bytes = 0;  ///< of all sources: whether they are still the same
  double seconds = 0;              ///< of video
  long long pictures = 0;
};

/// Files in the order of their names, long videos cut into parts of ten minutes; a shard takes about that much footage,
/// a picture counting as half a second. Sources are folders, searched to the bottom (hidden names left out), or files.
/// A video that cannot be opened stays in the plan: packing says why. Error(usage) without sources; Error(input) for a
/// missing one, a file that is neither picture nor video, or when there is nothing to pack.
FootagePlan plan_footage(const std::vector<std::filesystem::path>& sources);

}  // namespace limn
