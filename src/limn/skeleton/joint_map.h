// From our joints to those of a benchmark: each target joint is a weighted mean of ours.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

struct MappedJoint {
  std::string name;
  int mirror = 0;                                ///< index within the map
  std::vector<std::pair<int, float>> sources;    ///< our joint, weight; weights sum to 1
};

struct JointMap {
  std::string name;                   ///< "coco17", "h36m17", "h36m32", "lsp14", "mpii16", "mpi_inf_3dhp17"
  std::vector<MappedJoint> joints;
  std::vector<std::pair<int, int>> bones;  ///< for drawing; pairs of indices within the map

  /// Error(input) with origin:line for unknown joints, weights that do not sum to 1, unknown keys, duplicate
  /// names, mirrors that are not mutual or not made of mirrored joints.
  static JointMap parse(const Skeleton& skeleton, const std::string& text, const std::string& origin);
  /// One of the built-in maps (assets/skeleton/maps); Error(usage) naming the nearest.
  static JointMap built_in(const Skeleton& skeleton, const std::string& name);
  static std::vector<std::string> built_in_names();
  /// Where the joint of that name stands in `joints`; Error(usage) where there is none.
  size_t joint(const std::string& name) const;

  template <class V>  ///< V: Vec2 or Vec3
  std::vector<V> apply(const std::vector<V>& ours) const {
    std::vector<V> result(joints.size(), V(V::Zero()));
    for (size_t k = 0; k < joints.size(); ++k)
      for (const auto& [j, weight] : joints[k].sources) result[k] += weight * ours[j];
    return result;
  }
};

}  // namespace limn
