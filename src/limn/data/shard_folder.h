// A folder of shards that is filled once, whatever stops the work in between.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

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
/// is whole; one process at a time works in a folder.
class ShardFolder {
 public:
  /// Makes the folder, or goes on with one of the same plan and removes what a killed run left half-written.
  /// Error(usage) for counts below 1 or more than a million shards; Error(input), with nothing changed, where the
  /// folder cannot be made, holds other files, or shards of another plan, or another process is at work in it.
  ShardFolder(std::filesystem::path folder, ShardPlan plan);
  ~ShardFolder();
  ShardFolder(const ShardFolder&) = delete;
  ShardFolder& operator=(const ShardFolder&) = delete;

  int64_t missing_samples() const;
  int shard_count() const;

  /// Makes the missing shards; `step` is called on this thread after each sample, and what it throws ends the work with
  /// whole shards only. Memory: about four samples a worker.
  void fill(const SampleSource& source, const Skeleton& skeleton, int workers, const std::function<void()>& step);

 private:
  std::filesystem::path shard_path(int shard) const;
  int64_t samples_in(int shard) const;

  struct Lock;
  std::filesystem::path folder_;
  ShardPlan plan_;
  std::vector<int> missing_;  ///< shards, ascending
  std::unique_ptr<Lock> lock_;
};

}  // namespace limn
