#include <algorithm>
#include <map>
#include <optional>

#include "limn/base/error.h"
#include "limn/data/person_json.h"
#include "limn/data/shards.h"
#include "limn/data/tar_reader.h"
#include "limn/media/image_file.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::input, what, where, "delete the shard and make it again");
}

/// "a/0001.pair.jpg" -> {"a/0001", "pair.jpg"}, as WebDataset splits names.
std::pair<std::string, std::string> split_name(const std::string& name) {
  const size_t folder = name.rfind('/');
  const size_t dot = name.find('.', folder == std::string::npos ? 0 : folder + 1);
  if (dot == std::string::npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot + 1)};
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
  std::optional<TarReader> tar;
  std::optional<TarEntry> ahead;  ///< the first file of the next sample

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
    : state_(new State{skeleton, shards_of(path, "make some: limn synth --count 1000 --out FOLDER"), 0, {}, {}}) {}
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
