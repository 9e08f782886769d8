#include "limn/data/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "limn/base/error.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

constexpr int64_t largest_file = 1 << 30;
constexpr int64_t header_size = 512;  // of ustar

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::input, what, where, "delete the shard and make it again");
}

/// A tar file ends with two blocks of zeros. libarchive takes a file that ends after some entry for a whole one.
bool has_end_marker(const fs::path& path) {
  std::array<char, 1024> end{};
  std::ifstream stream(path, std::ios::binary);
  stream.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
  return stream.read(end.data(), end.size()) && std::all_of(end.begin(), end.end(), [](char c) { return c == 0; });
}

}  // namespace

struct TarReader::State {
  fs::path path;
  std::unique_ptr<archive, decltype(&archive_read_free)> tar{archive_read_new(), archive_read_free};

  [[noreturn]] void damaged() const {
    const char* why = archive_error_string(tar.get());
    fail(std::string("the shard is truncated or damaged: ") + (why ? why : "it ends early"), path.string());
  }
};

TarReader::TarReader(fs::path path) : state_(std::make_unique<State>()) {
  state_->path = std::move(path);
  if (!has_end_marker(state_->path)) fail("the shard is truncated, or no tar file", state_->path.string());
  archive_read_support_format_tar(state_->tar.get());
  if (archive_read_open_filename(state_->tar.get(), state_->path.c_str(), 1 << 16) != ARCHIVE_OK) state_->damaged();
}

TarReader::~TarReader() = default;
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;

std::optional<TarEntry> TarReader::next() {
  archive* tar = state_->tar.get();
  archive_entry* entry = nullptr;
  do {
    const int code = archive_read_next_header(tar, &entry);
    if (code == ARCHIVE_EOF) return std::nullopt;
    if (code != ARCHIVE_OK) state_->damaged();
  } while (archive_entry_filetype(entry) != AE_IFREG);
  const char* name = archive_entry_pathname(entry);
  TarEntry result{name ? name : "", {}, archive_read_header_position(tar) + header_size};
  const la_int64_t size = archive_entry_size(entry);
  if (size < 0 || size > largest_file)
    fail("a file of the shard is too large", state_->path.string() + ": " + result.name);
  result.bytes.resize(static_cast<size_t>(size));
  if (archive_read_data(tar, result.bytes.data(), result.bytes.size()) != size) state_->damaged();
  return result;
}

const fs::path& TarReader::path() const { return state_->path; }

std::vector<fs::path> shards_of(const fs::path& path, const char* remedy) {
  std::error_code ignored;
  require(fs::exists(path, ignored), ErrorKind::input, "no such shard or folder", path.string(), "check the path");
  if (!fs::is_directory(path, ignored)) return {path};
  std::vector<fs::path> shards;
  for (const fs::directory_entry& entry : fs::directory_iterator(path))
    if (entry.path().extension() == ".tar" && !entry.path().filename().string().starts_with('.'))
      shards.push_back(entry.path());
  std::sort(shards.begin(), shards.end());
  require(!shards.empty(), ErrorKind::input, "no shards in the folder", path.string(), remedy);
  return shards;
}

}  // namespace limn
