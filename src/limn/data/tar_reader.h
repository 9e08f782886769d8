// The regular files of a shard, one after the other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace limn {

struct TarEntry {
  std::string name, bytes;
  int64_t offset = 0;  ///< of the bytes in the shard
};

class TarReader {
 public:
  /// Error(input): no tar file, or a truncated one.
  explicit TarReader(std::filesystem::path path);
  ~TarReader();
  TarReader(TarReader&&) noexcept;
  TarReader& operator=(TarReader&&) noexcept;

  /// The next file; empty at the end. Error(input) where the shard is damaged, or a file larger than 1 GiB.
  std::optional<TarEntry> next();
  const std::filesystem::path& path() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `path` itself, or all *.tar of the folder by name, hidden ones left out. Error(input) where there is none;
/// `remedy` says how shards are made.
std::vector<std::filesystem::path> shards_of(const std::filesystem::path& path, const char* remedy);

}  // namespace limn
