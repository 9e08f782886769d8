#include <cstdio>

#include "limn/base/error.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/facing_joints.h"
#include "limn/evaluate/mat_file.h"

namespace limn {
namespace {
namespace fs = std::filesystem;

constexpr int sequences = 6;

/// annot2 [2 K 1 N] px, univ_annot3 [3 K 1 N] mm in the camera's frame, valid_frame [N].
struct Annotations {
  MatArray image, camera, valid;
};

Annotations read_annotations(const fs::path& path, size_t joints) {
  Annotations a{read_mat_array(path, "annot2"), read_mat_array(path, "univ_annot3"),
                read_mat_array(path, "valid_frame")};
  const size_t frames = a.valid.values.size();
  require(a.image.shape == std::vector<size_t>{2, joints, 1, frames} &&
              a.camera.shape == std::vector<size_t>{3, joints, 1, frames},
          ErrorKind::input, "annotations of another shape", path.string(), "pass the test set of MPI-INF-3DHP");
  return a;
}

LabelledPerson person_of(const Annotations& a, size_t frame, const JointMap& map) {
  LabelledPerson person;
  std::vector<Vec3> joints_mm;
  for (size_t k = 0; k < map.joints.size(); ++k) {
    // MATLAB's first pixel centre is (1, 1), ours (0.5, 0.5).
    person.joints_px.emplace_back(static_cast<float>(a.image.at({0, k, 0, frame})) - 0.5f,
                                  static_cast<float>(a.image.at({1, k, 0, frame})) - 0.5f);
    person.counted.push_back(true);
    const std::string& name = map.joints[k].name;
    person.counted_3d.push_back(name != "pelvis" && name != "spine" && name != "head");
    const auto mm = [&](size_t c) { return static_cast<float>(a.camera.at({c, k, 0, frame})); };
    joints_mm.emplace_back(mm(0), mm(1), mm(2));
  }
  person.joints_m = facing_joints_m(joints_mm, map.joint("pelvis"));
  return person;
}

}  // namespace

Benchmark read_mpi_inf_3dhp(const fs::path& folder, const Skeleton& skeleton) {
  Benchmark benchmark{"mpi-inf-3dhp", JointMap::built_in(skeleton, "mpi_inf_3dhp17"), {}};
  for (int s = 1; s <= sequences; ++s) {
    const fs::path sequence = folder / ("TS" + std::to_string(s));
    if (!fs::is_directory(sequence)) continue;
    const Annotations annotations = read_annotations(sequence / "annot_data.mat", benchmark.map.joints.size());
    for (size_t frame = 0; frame < annotations.valid.values.size(); ++frame) {
      if (annotations.valid.values[frame] == 0) continue;
      char name[32];
      std::snprintf(name, sizeof name, "img_%06zu.jpg", frame + 1);
      LabelledPerson person = person_of(annotations, frame, benchmark.map);
      person.image = sequence / "imageSequence" / name;
      require(fs::exists(person.image), ErrorKind::input, "a labelled picture is missing", person.image.string(),
              "keep the pictures in imageSequence/");
      benchmark.people.push_back(std::move(person));
    }
  }
  require(!benchmark.people.empty(), ErrorKind::input, "no test sequence of MPI-INF-3DHP", folder.string(),
          "pass the folder that holds TS1 to TS6");
  return benchmark;
}

}  // namespace limn
