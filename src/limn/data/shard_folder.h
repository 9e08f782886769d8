// A folder of shards that is filled once, whatever stops the work in between.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "limn/data/planned_folder.h"
#include "limn/data/shards.h"

namespace limn {

/// What the shards of a folder hold. The same plan gives the same bytes on any number of workers.
struct ShardPlan {
  uint64_t seed = 1;
  int64_t count = 1000;  ///< samples, of index 0 ... count - 1
  int per_shard = 1000;
  int image_size = 128;  ///< px, of the source
  SampleParts parts;     ///< surfaces are not written
  int jpeg_quality = 95;
  std::string program;                      ///< name and version of what makes the samples
  std::map<std::string, double> generator;  ///< its settings, by name
  std::map<std::string, std::vector<std::string>> folders;  ///< what it was given, by setting
};

/// Shards limn-000000.tar, limn-000001.tar ... and synth.json, which holds the plan. A shard has its name only when it
/// is whole.
class ShardFolder {
 public:
  /// Error(usage) for counts below 1 or more than a million shards; Error(input) as PlannedFolder.
  ShardFolder(std::filesystem::path folder, ShardPlan plan);
  ~ShardFolder();

  int64_t missing_samples() const;
  int shard_count() const;

  /// Makes the missing shards; `step` is called on this thread after each sample, and what it throws ends the work with
  /// whole shards only. Memory: about four samples a worker.
  void fill(const SampleSource& source, const Skeleton& skeleton, int workers, const std::function<void()>& step);

 private:
  std::filesystem::path shard_path(int shard) const;
  int64_t samples_in(int shard) const;

  ShardPlan plan_;
  std::unique_ptr<PlannedFolder> folder_;
  std::vector<int> missing_;  ///< shards, ascending
};

}  // namespace limn
