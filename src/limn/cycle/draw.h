// Stage 5 of the cycle: drawing. No weights, exact gradients from the skeleton image to the joints.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/draw.h"

namespace limn {

/// joints_crop [B J 2], crop units (geometry/camera.h: the picture spans [-1, 1], edges at +-1) -> skeleton image
/// [B C H W] in [0, 1], on the same device. sigma is in pixels of the drawn image. Differentiable once in joints_crop.
///
/// float and double keep their type, others are drawn as float. Non-finite joints draw nothing. The same plan, joints
/// and settings give the same bits on any number of threads. Error(usage): a shape that does not fit the plan, an
/// empty picture, a CUDA tensor in a build without LIMN_CUDA, a second derivative.
torch::Tensor draw_skeleton(const DrawPlan& plan, const torch::Tensor& joints_crop, int height, int width, double sigma,
                            Profile profile = Profile::gaussian);

}  // namespace limn
