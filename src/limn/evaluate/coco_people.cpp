#include <map>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"

namespace limn {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr float coco_centre = 0.5f;  // where Limn puts the centre that COCO calls 0
constexpr int person_category = 1;

/// The file itself, or the one in the folder (or its annotations/) that is named person_keypoints_*.json: val before others.
fs::path annotations_in(const fs::path& path) {
  if (fs::is_regular_file(path)) return path;
  fs::path found;
  for (const fs::path& folder : {path, path / "annotations"}) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("person_keypoints_") || entry.path().extension() != ".json") continue;
      const bool better = found.empty() || (name.find("val") != std::string::npos) >
                                               (found.filename().string().find("val") != std::string::npos);
      if (better || (name < found.filename() && name.find("val") != std::string::npos)) found = entry.path();
    }
  }
  require(!found.empty(), ErrorKind::input, "no person_keypoints_*.json", path.string(),
          "pass COCO's folder, with annotations/ and val2017/, or the annotation file");
  return found;
}

/// Beside the annotations: <split>/, images/, or the folder itself.
fs::path picture_of(const fs::path& annotations, const std::string& file) {
  const std::string stem = annotations.stem().string();
  const std::string split = stem.substr(stem.rfind('_') + 1);
  const fs::path folder = annotations.parent_path(), around = folder.parent_path();
  for (const fs::path& place : {around / split, around / "images" / split, around / "images", folder / split,
                                folder / "images", folder})
    if (fs::exists(place / file)) return place / file;
  throw Error(ErrorKind::input, "a labelled picture is missing", (around / split / file).string(),
              "keep the pictures beside the annotations");
}

}  // namespace

Benchmark read_coco(const fs::path& path, const Skeleton& skeleton) {
  const fs::path annotations = annotations_in(path);
  const std::string where = annotations.string();
  Benchmark benchmark{"coco", JointMap::built_in(skeleton, "coco17"), {}};
  const size_t joints = benchmark.map.joints.size();
  try {
    const Json labels = Json::parse(read_file(annotations));
    std::map<int64_t, std::string> files;
    for (const Json& image : labels.at("images")) files[image.at("id")] = image.at("file_name");
    for (const Json& entry : labels.at("annotations")) {
      const bool counts = entry.at("category_id") == person_category && entry.value("iscrowd", 0) == 0;
      if (!counts || entry.value("num_keypoints", 0) == 0) continue;
      const auto numbers = entry.at("keypoints").get<std::vector<double>>();
      const auto file = files.find(entry.at("image_id").get<int64_t>());
      require(numbers.size() == 3 * joints && file != files.end(), ErrorKind::input, "damaged labels",
              where + ": annotation " + entry.at("id").dump(), "copy the file again");
      LabelledPerson person;
      person.image = picture_of(annotations, file->second);
      person.image_id = file->first;
      person.area = entry.at("area");
      for (size_t k = 0; k < joints; ++k) {
        person.joints_px.emplace_back(static_cast<float>(numbers[3 * k]) + coco_centre,
                                      static_cast<float>(numbers[3 * k + 1]) + coco_centre);
        person.counted.push_back(numbers[3 * k + 2] > 0);
      }
      benchmark.people.push_back(std::move(person));
    }
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::input, std::string("damaged labels: ") + e.what(), where, "copy the file again");
  }
  require(!benchmark.people.empty(), ErrorKind::input, "no labelled people", where, "pass COCO's keypoint annotations");
  return benchmark;
}

}  // namespace limn
