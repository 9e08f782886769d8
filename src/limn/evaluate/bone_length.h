// How long bones come out beside the true ones.
#pragma once

#include <string>
#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

struct BoneLength {
  std::string joint;  ///< at its end
  double ratio = 1;   ///< predicted / true
};

/// One for each joint but the root; positions [J] metres. Error(usage) for another number of joints.
std::vector<BoneLength> bone_lengths(const Skeleton& skeleton, const std::vector<Vec3>& predicted,
                                     const std::vector<Vec3>& truth);

}  // namespace limn
