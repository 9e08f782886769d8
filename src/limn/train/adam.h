// Adam, as every training of Limn's uses it: made, set and written to checkpoints.
#pragma once

#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

#include "limn/network/safetensors.h"

namespace torch::optim {
class Adam;
}

namespace limn {

std::unique_ptr<torch::optim::Adam> make_adam(const std::vector<torch::Tensor>& parameters, double beta1, double beta2);
void set_rate(torch::optim::Adam& optimiser, double rate);
TensorBlob adam_blob(const torch::optim::Adam& optimiser);
/// From tensor `name` of a checkpoint. Error(model) where it is missing.
void read_adam(const TensorFile& file, const std::string& name, torch::optim::Adam& optimiser,
               const std::string& origin);

}  // namespace limn
