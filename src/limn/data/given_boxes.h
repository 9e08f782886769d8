// Where people are, as somebody else has found: boxes from a JSON file. docs/boxes_json.md is the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "limn/geometry/box.h"

namespace limn {

class GivenBoxes {
 public:
  /// Error(input) naming the file and the entry: no such file, no JSON, a box that is not four finite numbers with
  /// width and height above 0, an entry that does not say which picture it belongs to.
  static GivenBoxes load(const std::filesystem::path& path);
  static GivenBoxes parse(const std::string& text, const std::string& origin);

  /// The boxes of a picture, px: those that name `file` (its name without folders), and those of number `number`: a
  /// video's frame, from 0, or a picture's COCO id. Best score first, else as they stand in the file. Nothing where the file does not
  /// speak of the picture; a frame's empty list says that nobody is there.
  std::optional<std::vector<Box>> of(const std::string& file, int64_t number) const;

 private:
  struct Entry {
    Box box;
    double score = 0;
  };
  std::map<std::string, std::vector<Entry>> by_file_;
  std::map<int64_t, std::vector<Entry>> by_number_;
};

}  // namespace limn
