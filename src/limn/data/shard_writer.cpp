#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/person_json.h"
#include "limn/data/shards.h"
#include "limn/media/image_file.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

void append_view(const Skeleton& skeleton, const PersonDocument& labels, const PersonView& view, int jpeg_quality,
                 const std::string& prefix, std::vector<ShardFile>& files) {
  files.push_back({prefix + "jpg", encode_jpeg(view.image, jpeg_quality)});
  files.push_back({prefix + "json", person_json(skeleton, labels)});
  GreyImage grey{view.image.width, view.image.height, {}};
  if (!view.mask.empty()) {
    grey.values.assign(view.mask.begin(), view.mask.end());
    files.push_back({prefix + "mask.png", encode_grey_png(grey, 8)});
  }
  if (!view.depth.empty()) {
    grey.values.clear();
    for (float z : view.depth) grey.values.push_back(static_cast<uint16_t>(std::min(std::lround(1000 * z), 65535l)));
    files.push_back({prefix + "depth.png", encode_grey_png(grey, 16)});
  }
}

}  // namespace

std::vector<ShardFile> encode_sample(const Skeleton& skeleton, const SynthSample& sample, uint64_t seed, uint64_t index,
                                     int jpeg_quality) {
  std::vector<ShardFile> files;
  append_view(skeleton, {seed, index, "target", sample.target}, sample.target, jpeg_quality, "", files);
  if (!sample.appearance.image.empty())
    append_view(skeleton, {seed, index, "appearance", sample.appearance}, sample.appearance, jpeg_quality, "pair.",
                files);
  return files;
}

struct ShardWriter::State {
  fs::path path, partial;
  int descriptor = -1;
  archive* tar = nullptr;

  ~State() {
    if (tar) archive_write_free(tar);
    if (descriptor < 0) return;
    ::close(descriptor);
    unlink(partial.c_str());
  }
  void check(bool good, const char* why) const {
    if (!good)
      throw Error(ErrorKind::input, std::string("cannot write the shard: ") + (why ? why : "unknown"), path.string(),
                  "check that the folder exists, is writable and has space");
  }
  /// What libarchive says, with the system's reason: "Write error: No space left on device".
  std::string why() const {
    const char* const text = archive_error_string(tar);
    const int code = archive_errno(tar);
    return std::string(text ? text : "unknown") + (code > 0 ? std::string(": ") + std::strerror(code) : "");
  }
  void check(int code) const { check(code == ARCHIVE_OK, why().c_str()); }
};

ShardWriter::ShardWriter(fs::path path) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.partial = temporary_beside(path);
  s.path = std::move(path);
  s.descriptor = open(s.partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  s.check(s.descriptor >= 0, std::strerror(errno));
  s.tar = archive_write_new();
  s.check(s.tar != nullptr, "out of memory");
  s.check(archive_write_set_format_ustar(s.tar));
  s.check(archive_write_open_fd(s.tar, s.descriptor));
}

ShardWriter::~ShardWriter() = default;
ShardWriter::ShardWriter(ShardWriter&&) noexcept = default;

void ShardWriter::add(const std::string& name, std::string_view bytes) {
  const State& s = *state_;
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), archive_entry_free);
  s.check(entry != nullptr, "out of memory");
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  archive_entry_set_mtime(entry.get(), 0, 0);  // owner 0, no names: the same bytes whoever writes, and when
  s.check(archive_write_header(s.tar, entry.get()));
  const la_ssize_t written = archive_write_data(s.tar, bytes.data(), bytes.size());
  s.check(written == static_cast<la_ssize_t>(bytes.size()), s.why().c_str());
}

void ShardWriter::close() {
  State& s = *state_;
  s.check(archive_write_close(s.tar));
  s.check(fsync(s.descriptor) == 0, std::strerror(errno));
  s.check(rename(s.partial.c_str(), s.path.c_str()) == 0, std::strerror(errno));
  ::close(s.descriptor);
  s.descriptor = -1;
}

}  // namespace limn
