#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/mat_file.h"

namespace limn {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Where each joint of the map stands in the file.
std::vector<size_t> positions_of(const JointMap& map, const std::vector<std::string>& names, const std::string& where) {
  std::vector<size_t> positions;
  for (const MappedJoint& joint : map.joints) {
    const auto found = std::find(names.begin(), names.end(), joint.name);
    require(found != names.end(), ErrorKind::input, "the labels lack a joint",
            where + ": joint_names has no " + joint.name, "pass the labels of Leeds Sports Pose");
    positions.push_back(static_cast<size_t>(found - names.begin()));
  }
  require(names.size() == positions.size(), ErrorKind::input, "the labels have other joints than the benchmark", where,
          "pass the labels of Leeds Sports Pose");
  return positions;
}

LabelledPerson person_of(const Json& entry, const std::vector<size_t>& positions, const fs::path& folder) {
  LabelledPerson person;
  const std::string file = entry.at("file").get<std::string>();
  person.image = fs::exists(folder / file) ? folder / file : folder / "images" / file;
  require(fs::exists(person.image), ErrorKind::input, "a labelled picture is missing", person.image.string(),
          "keep the pictures beside the labels");
  for (size_t position : positions) {
    const Json& joint = entry.at("joints").at(position);
    const Vec2 place(joint.at(0).get<float>(), joint.at(1).get<float>());
    const bool placed = place.allFinite();
    person.joints_px.push_back(placed ? Vec2(place + Vec2::Constant(0.5f)) : Vec2(Vec2::Zero()));
    person.counted.push_back(placed);
  }
  return person;
}

constexpr size_t half = 1000;  ///< people of the training split; as many again are the test split

/// First person of the split, and one beyond the last.
std::pair<size_t, size_t> range_of(const std::string& split, size_t people) {
  require(split == "all" || split == "train" || split == "test", ErrorKind::usage, "unknown split", "--split " + split,
          "choose all, train or test");
  require(split == "all" || people == 2 * half, ErrorKind::usage, "the extended set has no split", "--split " + split,
          "leave --split out");
  return {split == "test" ? half : 0, split == "train" ? half : people};
}

/// joints.mat as published; the map's joints stand in its order.
std::vector<LabelledPerson> read_published(const fs::path& folder, const std::string& split, size_t joints) {
  const fs::path path = folder / "joints.mat";
  const MatArray labels = read_mat_array(path, "joints");
  const bool extended = labels.shape.size() == 3 && labels.shape[0] == joints && labels.shape[1] == 3;
  const bool first_set = labels.shape.size() == 3 && labels.shape[0] == 3 && labels.shape[1] == joints;
  require(extended || first_set, ErrorKind::input, "labels of another shape than 3 x 14 x N or 14 x 3 x N",
          path.string(), "pass the joints.mat of Leeds Sports Pose");
  std::vector<LabelledPerson> people;
  const auto [first, end] = range_of(split, labels.shape[2]);
  for (size_t n = first; n < end; ++n) {
    char name[32];
    std::snprintf(name, sizeof name, extended ? "im%05zu.jpg" : "im%04zu.jpg", n + 1);
    LabelledPerson& person = people.emplace_back();
    person.image = folder / "images" / name;
    require(fs::exists(person.image), ErrorKind::input, "a labelled picture is missing", person.image.string(),
            "keep the pictures in images/ beside joints.mat");
    for (size_t k = 0; k < joints; ++k) {
      const auto value = [&](size_t row) { return extended ? labels.at({k, row, n}) : labels.at({row, k, n}); };
      // MATLAB's first pixel centre is (1, 1), ours (0.5, 0.5).
      person.joints_px.emplace_back(static_cast<float>(value(0) - 0.5), static_cast<float>(value(1) - 0.5));
      person.counted.push_back(!extended || value(2) != 0);  // the extended set does not place hidden joints
    }
  }
  return people;
}

}  // namespace

Benchmark read_lsp(const fs::path& folder, const std::string& split, const Skeleton& skeleton) {
  const fs::path path = folder / "labels.json";
  const std::string where = path.string();
  Benchmark benchmark{"lsp", JointMap::built_in(skeleton, "lsp14"), {}};
  if (!fs::exists(path) && fs::exists(folder / "joints.mat")) {
    benchmark.people = read_published(folder, split, benchmark.map.joints.size());
    return benchmark;
  }
  require(split == "all", ErrorKind::usage, "labels.json holds one split", "--split " + split, "leave --split out");
  try {
    const Json labels = Json::parse(read_file(path));
    const auto positions = positions_of(benchmark.map, labels.at("joint_names").get<std::vector<std::string>>(), where);
    for (const Json& entry : labels.at("images")) benchmark.people.push_back(person_of(entry, positions, folder));
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::input, std::string("damaged labels: ") + e.what(), where, "copy the file again");
  }
  require(!benchmark.people.empty(), ErrorKind::input, "no labelled pictures", where,
          "pass the labels of Leeds Sports Pose");
  return benchmark;
}

}  // namespace limn
