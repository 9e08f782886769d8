#include "limn/cycle/reproject.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

torch::Tensor reproject(const torch::Tensor& joints, const torch::Tensor& root_uv, const torch::Tensor& scale,
                        const CameraTensors& camera) {
  const int64_t batch = joints.size(0);
  check_shape(joints, {-1, -1, 3}, "joints");
  check_shape(root_uv, {batch, 2}, "root_uv");
  check_shape(scale, {batch}, "scale");
  const torch::Tensor s = scale.reshape({batch, 1, 1});
  const torch::Tensor principal = camera.principal.unsqueeze(1);
  const torch::Tensor from_axis = s * joints.narrow(-1, 0, 2) + root_uv.unsqueeze(1) - principal;
  const torch::Tensor depth_ratio = 1.0 + s * joints.narrow(-1, 2, 1) * camera.inverse_focal.reshape({batch, 1, 1});
  return principal + from_axis / depth_ratio.clamp_min(0.1);
}

}  // namespace limn
