#include "limn/train/state.h"

#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/train/adam.h"
#include "limn/train/device.h"

namespace limn {
namespace {

constexpr const char* checkpoint_version = "4";

CycleOptions cycle_options(const TrainOptions& options) {
  return {options.grouping, options.architecture(), options.sigma_px, profile_from_name(options.profile), options.strict};
}

ArchitectureOptions discriminator_architecture(const Skeleton& skeleton, const TrainOptions& options) {
  ArchitectureOptions architecture = options.architecture();
  architecture.channels = skeleton.grouping(options.grouping).channels();
  return architecture;
}

std::vector<torch::Tensor> moved_by_adam(const Cycle& cycle, const TrainOptions& options) {
  if (options.optimiser == "adam") return cycle.parameters();
  std::vector<torch::Tensor> others;
  for (const auto& [name, network] : cycle.networks()) others.push_back(network->others());
  return others;
}

TensorFile read_checkpoint(const std::filesystem::path& path) {
  TensorFile file = read_safetensors(path);
  require(file.metadata.count("limn.checkpoint") == 1, ErrorKind::model, "not a training checkpoint", path.string(),
          "resume from a run's checkpoint.safetensors");
  require(file.metadata.at("limn.checkpoint") == checkpoint_version, ErrorKind::model,
          "a checkpoint of another version of Limn", path.string(),
          "resume with the version that wrote it, or start anew");
  return file;
}

}  // namespace

TrainState::TrainState(const Skeleton& skeleton, const TrainOptions& options, torch::Device device)
    : cycle(skeleton, cycle_options(options), options.seed, device),
      average(cycle.frozen_copy()),
      discriminator(discriminator_spec(discriminator_architecture(skeleton, options)), options.seed, device),
      perceptual(options.perceptual, options.perceptual_file, device),
      optimiser(make_adam(moved_by_adam(cycle, options), 0.9, 0.999)),
      discriminator_optimiser(make_adam({discriminator.parameters()}, 0.5, 0.999)) {
  if (options.optimiser == "muon") muon = std::make_unique<Muon>(cycle.networks());
  const torch::ScalarType precision = precision_from_name(options.precision, device);
  cycle.set_arithmetic(precision);
  average.set_arithmetic(precision);
  discriminator.set_arithmetic(precision);
}

TrainState::~TrainState() = default;
TrainState::TrainState(TrainState&&) noexcept = default;

RunningStatistics running_statistics(TrainState& state) {
  RunningStatistics copy;
  for (auto& [name, network] : state.cycle.networks()) copy.norms.push_back(network->statistics().clone());
  copy.norms.push_back(state.discriminator.statistics().clone());
  copy.perceptual = state.perceptual.averages();  // replaced at every step, never changed
  return copy;
}

void restore(TrainState& state, const RunningStatistics& statistics) {
  if (statistics.norms.empty()) return;
  size_t i = 0;
  for (auto& [name, network] : state.cycle.networks()) network->statistics().copy_(statistics.norms[i++]);
  state.discriminator.statistics().copy_(statistics.norms[i]);
  state.perceptual.set_averages(statistics.perceptual);
}

void save_checkpoint(const std::filesystem::path& path, const TrainState& state, const std::string& configuration) {
  TensorFile file;
  file.metadata = {{"limn.checkpoint", checkpoint_version},
                   {"limn.step", std::to_string(state.step)},
                   {"limn.configuration", configuration},
                   {"limn.skeleton", state.cycle.skeleton().text()}};
  const auto write = [&file](const Cycle& cycle, const std::string& prefix) {
    for (const auto& [name, network] : cycle.networks()) network->write_to(file, prefix + name + ".");
  };
  write(state.cycle, "cycle.");
  write(state.average, "average.");
  state.discriminator.write_to(file, "discriminator.");
  file.tensors["best_mpjpe"] = blob_from_tensor(torch::tensor({state.best_mpjpe}, torch::kFloat64));
  if (state.perceptual.averages().defined())
    file.tensors["perceptual.averages"] = blob_from_tensor(state.perceptual.averages());
  file.tensors["optimiser"] = adam_blob(*state.optimiser);
  if (state.muon)
    for (const auto& [name, momentum] : state.muon->momenta())
      file.tensors["muon." + name] = blob_from_tensor(momentum);
  file.tensors["discriminator_optimiser"] = adam_blob(*state.discriminator_optimiser);
  write_safetensors(path, file);
}

void load_checkpoint(const std::filesystem::path& path, TrainState& state) {
  const TensorFile file = read_checkpoint(path);
  const std::string origin = path.string();
  require(Skeleton::parse(file.metadata.at("limn.skeleton"), origin).same_structure(state.cycle.skeleton()),
          ErrorKind::model, "the checkpoint belongs to another skeleton", origin,
          "resume with the skeleton the run was started with");
  for (auto& [name, network] : state.cycle.networks()) network->read_from(file, "cycle." + name + ".", origin);
  for (auto& [name, network] : state.average.networks()) network->read_from(file, "average." + name + ".", origin);
  state.discriminator.read_from(file, "discriminator.", origin);
  if (const auto found = file.tensors.find("perceptual.averages"); found != file.tensors.end())
    state.perceptual.set_averages(tensor_from_blob(found->second));
  read_adam(file, "optimiser", *state.optimiser, origin);
  if (state.muon)
    for (const auto& [name, momentum] : state.muon->momenta()) state.muon->read(file, "muon." + name, name, origin);
  read_adam(file, "discriminator_optimiser", *state.discriminator_optimiser, origin);
  state.best_mpjpe = tensor_from_blob(file.tensors.at("best_mpjpe")).item<double>();
  state.step = std::stoll(file.metadata.at("limn.step"));
}

std::string checkpoint_configuration(const std::filesystem::path& path) {
  return read_checkpoint(path).metadata.at("limn.configuration");
}

}  // namespace limn
