// A folder of packed footage that is filled once, whatever stops the work in between. docs/packed_footage.md says what
// lies in it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "limn/data/pack_sources.h"
#include "limn/data/pack_stretch.h"
#include "limn/data/planned_folder.h"

namespace limn {

struct PackReport {
  PackCounts counts;
  std::vector<std::string> problems;  ///< what could not be read; one line a file
};

class PackFolder {
 public:
  /// `program` and `finder` name what packs and what looks for people; another one is another plan. Error(input) as
  /// PlannedFolder and plan_footage; Error(usage) for settings without sense.
  PackFolder(std::filesystem::path folder, const std::vector<std::filesystem::path>& sources,
             const PackSettings& settings, const std::string& program, const std::string& finder);
  ~PackFolder();

  int shard_count() const { return static_cast<int>(plan_.shards.size()); }
  int missing_shards() const { return static_cast<int>(missing_.size()); }
  /// About how many frames and pictures are still to be looked at.
  long long missing_frames() const;

  /// Makes the missing shards in order; `step` is called after each frame, and what it throws ends the work with whole
  /// shards only. A file that cannot be read costs only itself. Memory: one stretch of video.
  void fill(const PersonFinder& finder, const std::function<void()>& step);

  /// Of all finished shards; also written to report.json by fill().
  PackReport report() const;

 private:
  void fill_shard(int shard, const PersonFinder& finder, const std::function<void()>& step);

  PackSettings settings_;
  FootagePlan plan_;
  std::unique_ptr<PlannedFolder> folder_;
  std::vector<int> missing_;  ///< shards, ascending
};

}  // namespace limn
