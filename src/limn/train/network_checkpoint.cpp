#include "limn/train/network_checkpoint.h"

#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/train/adam.h"

namespace limn {

void save_network_checkpoint(const std::filesystem::path& path, const std::string& kind,
                             const std::string& configuration, const NetworkTraining& training) {
  TensorFile file;
  file.metadata = {{"limn.checkpoint", kind},
                   {"limn.step", std::to_string(training.step)},
                   {"limn.configuration", configuration}};
  training.network.write_to(file, "network.");
  training.average.write_to(file, "average.");
  file.tensors["adam"] = adam_blob(training.adam);
  file.tensors["muon"] = blob_from_tensor(training.muon.momenta().begin()->second);
  write_safetensors(path, file);
}

TensorFile read_network_checkpoint(const std::filesystem::path& path, const std::string& kind, const std::string& what,
                                   const std::string& remedy) {
  TensorFile file = read_safetensors(path);
  const auto found = file.metadata.find("limn.checkpoint");
  if (found == file.metadata.end() || found->second != kind)
    throw Error(ErrorKind::model, "no checkpoint of " + what, path.string(), remedy);
  return file;
}

void resume_network(const TensorFile& file, const std::string& origin, NetworkTraining training) {
  training.network.read_from(file, "network.", origin);
  training.average.read_from(file, "average.", origin);
  read_adam(file, "adam", training.adam, origin);
  training.muon.read(file, "muon", training.muon.momenta().begin()->first, origin);
  training.step = std::stoll(file.metadata.at("limn.step"));
}

}  // namespace limn
