#include "limn/data/given_boxes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

using Json = nlohmann::json;

constexpr double largest_px = 1e6;

[[noreturn]] void refuse(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::input, what, where,
              "see docs/boxes_json.md: [{\"file\": \"a.jpg\", \"bbox\": [x, y, width, height]}, ...] or a list of "
              "boxes a frame");
}

Box read_box(const Json& json, const std::string& where) {
  if (!json.is_array() || json.size() != 4) refuse("a box is not four numbers", where);
  double values[4];
  for (size_t k = 0; k < 4; ++k) {
    if (!json[k].is_number()) refuse("a box is not four numbers", where);
    values[k] = json[k].get<double>();
    if (!std::isfinite(values[k]) || std::abs(values[k]) > largest_px) refuse("a box is out of range", where);
  }
  if (values[2] <= 0 || values[3] <= 0) refuse("a box has no width or no height", where);
  const Vec2 low(static_cast<float>(values[0]), static_cast<float>(values[1]));
  return {low, low + Vec2(static_cast<float>(values[2]), static_cast<float>(values[3]))};
}

std::string entry_name(const std::string& origin, size_t i) { return origin + ", entry " + std::to_string(i); }

}  // namespace

GivenBoxes GivenBoxes::load(const std::filesystem::path& path) { return parse(read_file(path), path.string()); }

GivenBoxes GivenBoxes::parse(const std::string& text, const std::string& origin) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) refuse("the file of boxes is no JSON", origin);
  if (json.is_object() && json.contains("annotations")) json = Json(json["annotations"]);
  if (!json.is_array()) refuse("the file of boxes holds no list", origin);
  GivenBoxes result;
  for (size_t i = 0; i < json.size(); ++i) {
    const Json& item = json[i];
    const std::string where = entry_name(origin, i);
    if (item.is_array()) {  // the boxes of frame i
      std::vector<Entry>& boxes = result.by_number_[static_cast<int64_t>(i)];
      for (const Json& box : item) boxes.push_back({read_box(box, where), 0});
      continue;
    }
    if (!item.is_object() || !item.contains("bbox")) refuse("an entry has no \"bbox\"", where);
    const Entry entry{read_box(item["bbox"], where),
                      item.contains("score") && item["score"].is_number() ? item["score"].get<double>() : 0};
    const bool file = item.contains("file") && item["file"].is_string();
    const char* const number = item.contains("frame") ? "frame" : "image_id";
    if (file && !item.contains("frame"))
      result.by_file_[std::filesystem::path(item["file"].get<std::string>()).filename().string()].push_back(entry);
    else if (item.contains(number) && item[number].is_number_integer())
      result.by_number_[item[number].get<int64_t>()].push_back(entry);
    else
      refuse("an entry says neither \"file\", \"frame\" nor \"image_id\"", where);
  }
  return result;
}

std::optional<std::vector<Box>> GivenBoxes::of(const std::string& file, int64_t number) const {
  const auto named = by_file_.find(file);
  const auto numbered = by_number_.find(number);
  if (named == by_file_.end() && numbered == by_number_.end()) return std::nullopt;
  std::vector<Entry> entries;
  if (named != by_file_.end()) entries = named->second;
  if (numbered != by_number_.end()) entries.insert(entries.end(), numbered->second.begin(), numbered->second.end());
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.score > b.score; });
  std::vector<Box> boxes;
  for (const Entry& entry : entries) boxes.push_back(entry.box);
  return boxes;
}

}  // namespace limn
