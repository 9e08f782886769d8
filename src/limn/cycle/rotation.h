// Differentiable rotations; the torch twin of geometry/rotation.h.
#pragma once

#include <torch/types.h>

namespace limn {

/// codes [... 6] (first two columns, first column first) -> rotations [... 3 3]. Gram-Schmidt, Zhou et al. 2019 eq. 15.
torch::Tensor rotation_from_6d(const torch::Tensor& codes);

/// Geodesic angle of a^T b, radians in [0, pi]; a, b [... 3 3] -> [...]. Its gradient is finite everywhere.
torch::Tensor geodesic_angle(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace limn
