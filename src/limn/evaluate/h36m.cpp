#include <algorithm>
#include <cstdio>

#include "limn/base/error.h"
#include "limn/base/toml.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/facing_joints.h"
#include "limn/evaluate/hdf5_file.h"

namespace limn {
namespace {
namespace fs = std::filesystem;

struct TestSet {
  std::vector<std::string> subjects, activities;
};

const TestSet& full_test_set() {
  static const TestSet set = {
      {"S9", "S11"},
      {"Directions", "Discussion", "Eating", "Greeting", "Phoning", "Posing", "Purchases", "Sitting", "SittingDown",
       "Smoking", "TakingPhoto", "Waiting", "Walking", "WalkingDog", "WalkTogether"}};
  return set;
}
/// Of Zhang et al. 2018 and KeypointGAN.
const TestSet& simplified_test_set() {
  static const TestSet set = {{"S11"}, {"Directions", "Discussion", "Posing", "Waiting", "Greeting", "Walking"}};
  return set;
}

/// annot.h5 of one sequence, all cameras: points_px [2 P N], points_mm [3 P N] in the camera's frame (empty where not
/// asked for), frame [N] and camera [N].
struct Sequence {
  MatArray points_px, points_mm, frame, camera;
};

Sequence read_sequence(const fs::path& path, size_t points, bool in_3d) {
  Sequence s{read_hdf5_array(path, "pose/2d"), {}, read_hdf5_array(path, "frame"), read_hdf5_array(path, "camera")};
  if (in_3d) s.points_mm = read_hdf5_array(path, "pose/3d");
  const size_t frames = s.frame.values.size();
  const std::vector<size_t> flat = {2, points, frames}, solid = {3, points, frames};
  require(s.points_px.shape == flat && s.camera.values.size() == frames && (!in_3d || s.points_mm.shape == solid),
          ErrorKind::input, "annotations of another shape than N x 32 points", path.string(),
          "extract Human3.6M again (docs/eval_report.md)");
  return s;
}

/// "Directions" of the folder Directions-1.
std::string activity_of(const fs::path& sequence) {
  const std::string name = sequence.filename().string();
  return name.substr(0, name.find_last_of('-'));
}

std::vector<fs::path> sequences_of(const fs::path& subject) {
  require(fs::is_directory(subject), ErrorKind::input, "a test subject of Human3.6M is missing", subject.string(),
          "pass the folder that holds S9 and S11 (docs/eval_report.md)");
  std::vector<fs::path> sequences;
  for (const auto& entry : fs::directory_iterator(subject))
    if (entry.is_directory()) sequences.push_back(entry.path());
  std::sort(sequences.begin(), sequences.end());
  return sequences;
}

/// Where each joint of `map` stands among the 32 points.
std::vector<size_t> positions_of(const JointMap& map, const JointMap& points) {
  std::vector<size_t> positions;
  for (const MappedJoint& joint : map.joints) positions.push_back(points.joint(joint.name));
  return positions;
}

LabelledPerson person_of(const Sequence& s, size_t n, const std::vector<size_t>& positions, size_t root) {
  LabelledPerson person;
  std::vector<Vec3> joints_mm;
  for (const size_t p : positions) {
    const auto px = [&](size_t c) { return static_cast<float>(s.points_px.at({c, p, n})); };
    person.joints_px.emplace_back(px(0), px(1));
    person.counted.push_back(true);
    if (s.points_mm.values.empty()) continue;
    const auto mm = [&](size_t c) { return static_cast<float>(s.points_mm.at({c, p, n})); };
    joints_mm.emplace_back(mm(0), mm(1), mm(2));
  }
  if (!joints_mm.empty()) person.joints_m = facing_joints_m(joints_mm, root);
  return person;
}

void add_sequence(const fs::path& folder, const std::vector<size_t>& positions, size_t points, bool in_3d,
                  Benchmark& benchmark) {
  const Sequence sequence = read_sequence(folder / "annot.h5", points, in_3d);
  const size_t root = benchmark.map.joint("pelvis");
  for (size_t n = 0; n < sequence.frame.values.size(); ++n) {
    LabelledPerson person = person_of(sequence, n, positions, root);
    char name[32];
    std::snprintf(name, sizeof name, "img_%06.0f.jpg", sequence.frame.values[n]);
    char camera[32];
    std::snprintf(camera, sizeof camera, "%.0f", sequence.camera.values[n]);
    person.image = folder / "imageSequence" / camera / name;
    require(fs::exists(person.image), ErrorKind::input, "a labelled picture is missing", person.image.string(),
            "keep the pictures in imageSequence/");
    person.activity = activity_of(folder);
    benchmark.people.push_back(std::move(person));
  }
}

/// `benchmark` with the people of the test set.
Benchmark read_test_set(const fs::path& folder, const TestSet& set, Benchmark benchmark, const JointMap& points,
                        bool in_3d) {
  const std::vector<size_t> positions = positions_of(benchmark.map, points);
  const std::vector<std::string>& known = full_test_set().activities;
  for (const std::string& subject : set.subjects)
    for (const fs::path& sequence : sequences_of(folder / subject)) {
      const std::string activity = activity_of(sequence);
      if (std::find(known.begin(), known.end(), activity) == known.end())
        throw Error(ErrorKind::input, "an activity that Human3.6M does not have", sequence.string(),
                    "did you mean \"" + nearest_name(activity, known) + "\"?");
      if (std::find(set.activities.begin(), set.activities.end(), activity) != set.activities.end())
        add_sequence(sequence, positions, points.joints.size(), in_3d, benchmark);
    }
  for (const std::string& activity : set.activities)
    require(std::any_of(benchmark.people.begin(), benchmark.people.end(),
                        [&](const LabelledPerson& person) { return person.activity == activity; }),
            ErrorKind::input, "the test set lacks an activity", folder.string() + ": " + activity,
            "extract all of Human3.6M's test subjects: the protocol is a mean over activities");
  return benchmark;
}

}  // namespace

Benchmark read_h36m(const fs::path& folder, const Skeleton& skeleton) {
  return read_test_set(folder, full_test_set(), {"h36m", JointMap::built_in(skeleton, "h36m17"), {}},
                       JointMap::built_in(skeleton, "h36m32"), true);
}

Benchmark read_h36m_simplified(const fs::path& folder, const Skeleton& skeleton) {
  const JointMap points = JointMap::built_in(skeleton, "h36m32");
  Benchmark benchmark{"h36m-simplified", points, {}};
  benchmark.relative_to_crop = true;
  return read_test_set(folder, simplified_test_set(), std::move(benchmark), points, false);
}

}  // namespace limn
