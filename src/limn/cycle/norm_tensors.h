// What a batch norm holds.
#pragma once

#include <torch/types.h>

namespace limn {

/// [C] each.
struct NormTensors {
  torch::Tensor weight, bias;                    ///< may need gradients
  torch::Tensor running_mean, running_variance;  ///< changed in place in training
};

}  // namespace limn
