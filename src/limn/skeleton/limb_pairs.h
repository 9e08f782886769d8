// Limbs and the limbs on the other side.
#pragma once

#include <utility>
#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// Joints of one limb with those of the limb on the other side.
using LimbPair = std::vector<std::pair<int, int>>;

/// What hangs on one joint beside the midline and on its mirror image: arms, legs, eyes ...
std::vector<LimbPair> limb_pairs(const Skeleton& skeleton);

}  // namespace limn
