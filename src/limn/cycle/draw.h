// Stage 5: 2D pose -> skeleton image, analytic: no weights, exact gradient to the joints.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/draw.h"

namespace limn {

/// joints [B J 2] crop units -> skeleton image [B C height width] in [0, 1]; sigma in pixels of the output. Same kernel as
/// skeleton/draw.h on the CPU, its CUDA twin on a GPU; differentiable with respect to `joints`.
torch::Tensor draw_skeleton(const DrawPlan& plan, const torch::Tensor& joints, int height, int width, double sigma);

}  // namespace limn
