#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>

#include "limn/base/error.h"
#include "limn/data/person_json.h"
#include "limn/data/shards.h"
#include "limn/media/image_file.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

constexpr int64_t largest_file = 1 << 30;

struct Entry {
  std::string name, bytes;
};

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

/// The regular files of one tar, in order.
class TarFile {
 public:
  explicit TarFile(fs::path path) : path_(std::move(path)), tar_(archive_read_new(), archive_read_free) {
    if (!has_end_marker(path_)) fail("the shard is truncated, or no tar file", path_.string());
    archive_read_support_format_tar(tar_.get());
    if (archive_read_open_filename(tar_.get(), path_.c_str(), 1 << 16) != ARCHIVE_OK) damaged();
  }

  std::optional<Entry> next() {
    archive_entry* entry = nullptr;
    do {
      const int code = archive_read_next_header(tar_.get(), &entry);
      if (code == ARCHIVE_EOF) return std::nullopt;
      if (code != ARCHIVE_OK) damaged();
    } while (archive_entry_filetype(entry) != AE_IFREG);
    const char* name = archive_entry_pathname(entry);
    Entry result{name ? name : "", {}};
    const la_int64_t size = archive_entry_size(entry);
    if (size < 0 || size > largest_file) fail("a file of the shard is too large", path_.string() + ": " + result.name);
    result.bytes.resize(static_cast<size_t>(size));
    if (archive_read_data(tar_.get(), result.bytes.data(), result.bytes.size()) != size) damaged();
    return result;
  }

  const fs::path& path() const { return path_; }

 private:
  [[noreturn]] void damaged() const {
    const char* why = archive_error_string(tar_.get());
    fail(std::string("the shard is truncated or damaged: ") + (why ? why : "it ends early"), path_.string());
  }

  fs::path path_;
  std::unique_ptr<archive, decltype(&archive_read_free)> tar_;
};

/// "a/0001.pair.jpg" -> {"a/0001", "pair.jpg"}, as WebDataset splits names.
std::pair<std::string, std::string> split_name(const std::string& name) {
  const size_t folder = name.rfind('/');
  const size_t dot = name.find('.', folder == std::string::npos ? 0 : folder + 1);
  if (dot == std::string::npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

std::vector<fs::path> find_shards(const fs::path& path) {
  std::error_code ignored;
  require(fs::exists(path, ignored), ErrorKind::input, "no such shard or folder", path.string(), "check the path");
  if (!fs::is_directory(path, ignored)) return {path};
  std::vector<fs::path> shards;
  for (const fs::directory_entry& entry : fs::directory_iterator(path))
    if (entry.path().extension() == ".tar" && !entry.path().filename().string().starts_with('.'))
      shards.push_back(entry.path());
  std::sort(shards.begin(), shards.end());
  require(!shards.empty(), ErrorKind::input, "no shards in the folder", path.string(),
          "make some: limn synth --count 1000 --out FOLDER");
  return shards;
}

/// The files of one sample by extension.
struct Group {
  std::string where;  ///< "shard: key"
  std::map<std::string, std::string> files;
};

GreyImage read_grey(const Group& group, const std::string& extension, const Image& image) {
  GreyImage grey = decode_grey_png(group.files.at(extension), group.where + "." + extension);
  if (grey.width != image.width || grey.height != image.height)
    fail("a mask or depth map has another size than its picture", group.where + "." + extension);
  return grey;
}

PersonDocument read_view(const Skeleton& skeleton, const Group& group, const std::string& prefix) {
  for (const char* needed : {"jpg", "json"})
    if (group.files.count(prefix + needed) == 0) fail("a sample lacks a file", group.where + "." + prefix + needed);
  PersonDocument document =
      parse_person_json(skeleton, group.files.at(prefix + "json"), group.where + "." + prefix + "json");
  PersonView& view = document.view;
  view.image = decode_jpeg(group.files.at(prefix + "jpg"), group.where + "." + prefix + "jpg");
  if (view.image.width != view.camera.width || view.image.height != view.camera.height)
    fail("the labels are of a picture of another size", group.where + "." + prefix + "json");
  if (group.files.count(prefix + "mask.png") != 0) {
    const GreyImage grey = read_grey(group, prefix + "mask.png", view.image);
    if (std::ranges::any_of(grey.values, [](uint16_t v) { return v > 255; }))
      fail("a mask has more than 8 bits", group.where + "." + prefix + "mask.png");
    view.mask.assign(grey.values.begin(), grey.values.end());
  }
  if (group.files.count(prefix + "depth.png") != 0)
    for (uint16_t millimetres : read_grey(group, prefix + "depth.png", view.image).values)
      view.depth.push_back(0.001f * millimetres);
  return document;
}

}  // namespace

struct ShardReader::State {
  const Skeleton& skeleton;
  std::vector<fs::path> shards;
  size_t next_shard = 0;
  std::optional<TarFile> tar;
  std::optional<Entry> ahead;  ///< the first file of the next sample

  /// Fills `ahead` where it is empty; false at the end of the last shard.
  bool look_ahead() {
    while (!ahead) {
      if (!tar) {
        if (next_shard == shards.size()) return false;
        tar.emplace(shards[next_shard++]);
      }
      ahead = tar->next();
      if (!ahead) tar.reset();
    }
    return true;
  }
};

ShardReader::ShardReader(const fs::path& path, const Skeleton& skeleton)
    : state_(new State{skeleton, find_shards(path), 0, {}, {}}) {}
ShardReader::~ShardReader() = default;
ShardReader::ShardReader(ShardReader&&) noexcept = default;

bool ShardReader::next(ShardSample& sample) {
  State& s = *state_;
  if (!s.look_ahead()) return false;
  const std::string key = split_name(s.ahead->name).first;
  Group group{s.tar->path().string() + ": " + key, {}};
  while (s.ahead && split_name(s.ahead->name).first == key) {
    group.files[split_name(s.ahead->name).second] = std::move(s.ahead->bytes);
    s.ahead = s.tar->next();
  }
  if (!s.ahead) s.tar.reset();
  PersonDocument target = read_view(s.skeleton, group, "");
  sample = {key, target.seed, target.index, {std::move(target.view), {}}};
  if (group.files.count("pair.jpg") + group.files.count("pair.json") != 0)
    sample.sample.appearance = read_view(s.skeleton, group, "pair.").view;
  return true;
}

}  // namespace limn
