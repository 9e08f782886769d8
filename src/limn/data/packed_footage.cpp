#include "limn/data/packed_footage.h"

#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/data/tar_reader.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 3> found_by_names = {"motion", "model", "whole"};

/// Four significant decimals of a pixel or of a crop unit are more than anyone sees.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

void include(std::optional<Box>& all, const std::optional<Box>& box) {
  if (!box) return;
  all = all ? Box{all->low.cwiseMin(box->low), all->high.cwiseMax(box->high)} : *box;
}

}  // namespace

std::string packed_frame_json(const PackedFrame& frame) {
  Json json = {{"format", "limn.packed"},
               {"version", 1},
               {"clip", frame.clip},
               {"source", frame.source},
               {"seconds", rounded(frame.seconds)},
               {"crop",
                {{"centre_px", {rounded(frame.crop.centre_px.x()), rounded(frame.crop.centre_px.y())}},
                 {"side_px", rounded(frame.crop.side_px)}}},
               {"box", nullptr},
               {"static", frame.still},
               {"found_by", found_by_names[static_cast<size_t>(frame.found_by)]}};
  if (const auto& box = frame.box)
    json["box"] = {rounded(box->low.x()), rounded(box->low.y()), rounded(box->high.x()), rounded(box->high.y())};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

PackedFrame parse_packed_frame(const std::string& text, const std::string& where) {
  try {
    const Json json = Json::parse(text);
    PackedFrame frame;
    require(json.at("format") == "limn.packed" && json.at("version") == 1, ErrorKind::input,
            "not the description of a packed crop, or one of another version", where, "pack the footage again");
    frame.clip = json.at("clip");
    frame.source = json.at("source");
    frame.seconds = json.at("seconds");
    const Json& crop = json.at("crop");
    frame.crop = {Vec2(crop.at("centre_px").at(0), crop.at("centre_px").at(1)), crop.at("side_px")};
    if (const Json& box = json.at("box"); !box.is_null())
      frame.box = Box{Vec2(box.at(0), box.at(1)), Vec2(box.at(2), box.at(3))};
    frame.still = json.at("static");
    for (size_t i = 0; i < found_by_names.size(); ++i)
      if (json.at("found_by") == found_by_names[i]) frame.found_by = static_cast<FoundBy>(i);
    return frame;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::input, std::string("cannot read the description of a packed crop: ") + error.what(), where,
                "pack the footage again");
  }
}

bool is_packed_footage(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "pack.json", ignored);
}

std::vector<PackedClip> list_packed_clips(const fs::path& folder) {
  std::vector<PackedClip> clips;
  std::map<std::string, size_t> index;  // of a clip's name; several people of one stretch stand interleaved
  for (const fs::path& shard : shards_of(folder, "pack some footage: limn pack VIDEOS --out FOLDER")) {
    TarReader tar(shard);
    std::optional<TarEntry> picture;
    while (auto entry = tar.next()) {
      if (entry->name.ends_with(".jpg")) {
        picture = std::move(entry);
        continue;
      }
      if (!entry->name.ends_with(".json")) continue;
      const std::string where = shard.string() + ": " + entry->name;
      const std::string stem = entry->name.substr(0, entry->name.size() - 5);
      require(picture && picture->name == stem + ".jpg", ErrorKind::input, "a packed crop lacks its picture", where,
              "pack the footage again");
      const PackedFrame frame = parse_packed_frame(entry->bytes, where);
      const auto [found, is_new] = index.try_emplace(frame.clip, clips.size());
      if (is_new) clips.push_back({frame.clip, frame.source, shard, frame.still, {}, {}});
      PackedClip& clip = clips[found->second];
      clip.pictures.push_back({picture->offset, static_cast<int64_t>(picture->bytes.size()), frame.seconds});
      include(clip.box, frame.box);
    }
  }
  return clips;
}

std::string read_packed_picture(const PackedClip& clip, size_t i) {
  std::ifstream stream(clip.shard, std::ios::binary);
  std::string bytes(static_cast<size_t>(clip.pictures[i].bytes), '\0');
  stream.seekg(clip.pictures[i].offset);
  require(static_cast<bool>(stream.read(bytes.data(), clip.pictures[i].bytes)), ErrorKind::input,
          "cannot read a packed crop", clip.shard.string(), "check that the folder is still there, or pack it again");
  return bytes;
}

}  // namespace limn
