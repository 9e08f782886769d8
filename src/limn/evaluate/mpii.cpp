#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/mat_file.h"

namespace limn {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double head_share =
    0.6;  ///< of the head box's diagonal: the reference length of PCKh (Andriluka et al. 2014)

/// Reference length of person n, px. headboxes_src [2 corners 2 coordinates N].
double head_length(const MatArray& boxes, size_t n) {
  return head_share * std::hypot(boxes.at({1, 0, n}) - boxes.at({0, 0, n}), boxes.at({1, 1, n}) - boxes.at({0, 1, n}));
}

LabelledPerson person_of(const Json& entry, const JointMap& map, const fs::path& folder, const std::string& where) {
  LabelledPerson person;
  person.image = folder / "images" / entry.at("image").get<std::string>();
  require(fs::exists(person.image), ErrorKind::input, "a labelled picture is missing", person.image.string(),
          "keep the pictures in images/");
  const Json &joints = entry.at("joints"), &seen = entry.at("joints_vis");
  require(joints.size() == map.joints.size() && seen.size() == map.joints.size(), ErrorKind::input,
          "a person of another number of joints", where, "pass the labels of MPII Human Pose");
  for (size_t k = 0; k < map.joints.size(); ++k) {
    // MATLAB's first pixel centre is (1, 1), ours (0.5, 0.5).
    person.joints_px.emplace_back(joints[k].at(0).get<float>() - 0.5f, joints[k].at(1).get<float>() - 0.5f);
    const std::string& name = map.joints[k].name;
    person.counted.push_back(seen[k].get<double>() > 0 && name != "pelvis" && name != "thorax");
  }
  return person;
}

}  // namespace

Benchmark read_mpii(const fs::path& folder, const Skeleton& skeleton) {
  const fs::path path = folder / "annot" / "valid.json";
  const std::string where = path.string();
  Benchmark benchmark{"mpii", JointMap::built_in(skeleton, "mpii16"), {}};
  try {
    const Json labels = Json::parse(read_file(path));
    for (const Json& entry : labels) benchmark.people.push_back(person_of(entry, benchmark.map, folder, where));
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::input, std::string("damaged labels: ") + e.what(), where, "copy the file again");
  }
  require(!benchmark.people.empty(), ErrorKind::input, "no labelled pictures", where,
          "pass the labels of MPII Human Pose");
  const MatArray boxes = read_mat_array(folder / "annot" / "gt_valid.mat", "headboxes_src");
  require(boxes.shape == std::vector<size_t>{2, 2, benchmark.people.size()}, ErrorKind::input,
          "the head boxes are of other people than the labels", (folder / "annot" / "gt_valid.mat").string(),
          "take both files from one release");
  for (size_t n = 0; n < benchmark.people.size(); ++n) benchmark.people[n].head_px = head_length(boxes, n);
  return benchmark;
}

}  // namespace limn
