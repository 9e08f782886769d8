// Labelled people of public benchmarks, for measuring only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "limn/skeleton/joint_map.h"

namespace limn {

struct LabelledPerson {
  std::filesystem::path image;
  std::vector<Vec2> joints_px;  ///< [K] in the order of the benchmark's joint map; pixel centres at +0.5
  std::vector<bool> counted;    ///< [K] false where the joint has no label
};

struct Benchmark {
  std::string name;
  JointMap map;
  std::vector<LabelledPerson> people;
};

/// Leeds Sports Pose (Johnson & Everingham 2010) from a folder with `labels.json`: "joint_names" (the names of the map
/// lsp14, in any order) and "images", a list of {"file", "joints": [[x, y, visible] ...]} with x, y in pixels whose
/// first centre is (0, 0); files lie in the folder or in its subfolder "images". Occluded joints count: LSP places them.
/// Error(input) for a missing or damaged file, a joint that is missing or unknown, a picture that is not there.
Benchmark read_lsp(const std::filesystem::path& folder, const Skeleton& skeleton);

/// The data set of that name: "lsp". Error(usage) naming the nearest.
Benchmark read_benchmark(const std::string& name, const std::filesystem::path& folder, const Skeleton& skeleton);

}  // namespace limn
