// Shards of synthetic people: tar files of pictures and labels that WebDataset reads. docs/synth_shards.md is the
// format.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "limn/synth/sample.h"

namespace limn {

/// One file of a sample, "jpg", "json", "mask.png", "pair.jpg" ...
struct ShardFile {
  std::string extension;
  std::string bytes;
};

/// A sample as its files, in their order in the shard: the target, then the pair where the sample has an appearance;
/// masks and depths (16-bit millimetres, 65535 at most) where the views hold them.
std::vector<ShardFile> encode_sample(const Skeleton& skeleton, const SynthSample& sample, uint64_t seed, uint64_t index,
                                     int jpeg_quality);

/// Writes one POSIX ustar file whose bytes depend on nothing but names and contents. It appears, whole, on close();
/// without close() nothing stays behind.
class ShardWriter {
 public:
  /// Error(input) when the file cannot be made.
  explicit ShardWriter(std::filesystem::path path);
  ~ShardWriter();
  ShardWriter(ShardWriter&&) noexcept;

  /// Error(input) when the disk is full.
  void add(const std::string& name, std::string_view bytes);
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a shard says of one person. `sample.appearance` is empty where there is no pair.
struct ShardSample {
  std::string key;  ///< name of its files, without extension
  uint64_t seed = 0, index = 0;
  SynthSample sample;
};

/// Reads the samples of one shard, or of all *.tar of a folder by name, in order.
class ShardReader {
 public:
  /// `skeleton` must outlive the reader. Error(input): no such file or folder, no shard in the folder.
  explicit ShardReader(const std::filesystem::path& path, const Skeleton& skeleton = Skeleton::human());
  ~ShardReader();
  ShardReader(ShardReader&&) noexcept;

  /// The next sample; false at the end. Error(input) naming the shard, and the file in it: truncated or no tar, a
  /// sample without picture or labels, a damaged file, labels that do not fit their picture.
  bool next(ShardSample& sample);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
