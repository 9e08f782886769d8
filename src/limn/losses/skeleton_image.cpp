#include "limn/losses/skeleton_image.h"

#include <torch/torch.h>

namespace limn {

torch::Tensor skeleton_image_loss(const torch::Tensor& predicted, const torch::Tensor& truth) {
  const torch::Tensor error = predicted - truth;
  return ((1.0 + 4.0 * truth) * error * error).mean();
}

}  // namespace limn
