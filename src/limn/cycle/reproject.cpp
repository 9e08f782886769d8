#include "limn/cycle/reproject.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

CameraTensors CameraTensors::to(torch::Device device) const {
  return {inverse_focal.to(device), principal.to(device), from_facing.to(device)};
}

CameraTensors CameraTensors::joined(const CameraTensors& first, const CameraTensors& second) {
  return {torch::cat({first.inverse_focal, second.inverse_focal}), torch::cat({first.principal, second.principal}),
          torch::cat({first.from_facing, second.from_facing})};
}

torch::Tensor reproject(const torch::Tensor& joints, const torch::Tensor& root_uv, const torch::Tensor& scale,
                        const CameraTensors& camera) {
  const int64_t batch = joints.size(0);
  check_shape(joints, {-1, -1, 3}, "joints");
  check_shape(root_uv, {batch, 2}, "root_uv");
  check_shape(scale, {batch}, "scale");
  check_shape(camera.from_facing, {batch, 3, 3}, "camera.from_facing");
  const torch::Tensor p = torch::matmul(joints, camera.from_facing.transpose(1, 2));
  const torch::Tensor s = scale.reshape({batch, 1, 1});
  const torch::Tensor principal = camera.principal.unsqueeze(1);
  const torch::Tensor from_axis = s * p.narrow(-1, 0, 2) + root_uv.unsqueeze(1) - principal;
  const torch::Tensor depth_ratio = 1.0 + s * p.narrow(-1, 2, 1) * camera.inverse_focal.reshape({batch, 1, 1});
  return principal + from_axis / depth_ratio.clamp_min(0.1);
}

}  // namespace limn
