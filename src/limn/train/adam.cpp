#include "limn/train/adam.h"

#include <torch/torch.h>

#include <sstream>

#include "limn/base/error.h"

namespace limn {

std::unique_ptr<torch::optim::Adam> make_adam(const std::vector<torch::Tensor>& parameters, double beta1,
                                              double beta2) {
  return std::make_unique<torch::optim::Adam>(parameters, torch::optim::AdamOptions(0).betas({beta1, beta2}));
}

void set_rate(torch::optim::Adam& optimiser, double rate) {
  for (auto& group : optimiser.param_groups()) static_cast<torch::optim::AdamOptions&>(group.options()).lr(rate);
}

TensorBlob adam_blob(const torch::optim::Adam& optimiser) {
  std::ostringstream stream;
  torch::serialize::OutputArchive archive;
  optimiser.save(archive);
  archive.save_to(stream);
  TensorBlob blob;
  blob.dtype = "U8";
  blob.bytes = stream.str();
  blob.shape = {static_cast<int64_t>(blob.bytes.size())};
  return blob;
}

void read_adam(const TensorFile& file, const std::string& name, torch::optim::Adam& optimiser,
               const std::string& origin) {
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end(), ErrorKind::model, "the checkpoint lacks an optimiser", origin + ": " + name,
          "resume from another checkpoint");
  std::istringstream stream(found->second.bytes);
  torch::serialize::InputArchive archive;
  archive.load_from(stream);
  optimiser.load(archive);
}

}  // namespace limn
