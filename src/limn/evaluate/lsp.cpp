#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"

namespace limn {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Where each joint of the map stands in the file.
std::vector<size_t> positions_of(const JointMap& map, const std::vector<std::string>& names, const std::string& where) {
  std::vector<size_t> positions;
  for (const MappedJoint& joint : map.joints) {
    const auto found = std::find(names.begin(), names.end(), joint.name);
    require(found != names.end(), ErrorKind::input, "the labels lack a joint", where + ": joint_names has no " + joint.name,
            "pass the labels of Leeds Sports Pose");
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

}  // namespace

Benchmark read_lsp(const fs::path& folder, const Skeleton& skeleton) {
  const fs::path path = folder / "labels.json";
  const std::string where = path.string();
  Benchmark benchmark{"lsp", JointMap::built_in(skeleton, "lsp14"), {}};
  try {
    const Json labels = Json::parse(read_file(path));
    const auto positions = positions_of(benchmark.map, labels.at("joint_names").get<std::vector<std::string>>(), where);
    for (const Json& entry : labels.at("images"))
      benchmark.people.push_back(person_of(entry, positions, folder));
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::input, std::string("damaged labels: ") + e.what(), where, "copy the file again");
  }
  require(!benchmark.people.empty(), ErrorKind::input, "no labelled pictures", where, "pass the labels of Leeds Sports Pose");
  return benchmark;
}

}  // namespace limn
