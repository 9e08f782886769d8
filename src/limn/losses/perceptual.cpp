#include "limn/losses/perceptual.h"

#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/cycle/image_to_skeleton.h"

namespace limn {
namespace {

constexpr double average_decay = 0.99;
const std::vector<std::string> self_taps = {"enc0", "enc1", "enc2", "enc3"};

/// A network file: safetensors with the description in metadata "limn.network" and weights under their plain names.
Network load_network(const std::string& path, torch::Device device) {
  require(!path.empty(), ErrorKind::usage, "no feature network given", "loss.perceptual_file",
          "set loss.perceptual_file, or choose loss.perceptual = \"laplacian\"");
  const TensorFile file = read_safetensors(path);
  const auto description = file.metadata.find("limn.network");
  require(description != file.metadata.end(), ErrorKind::model, "not a Limn network file", path,
          "its metadata must hold the description under limn.network");
  Network network(NetworkSpec::from_json(description->second, path), 0, device);
  network.read_from(file, "", path);
  return network.frozen_copy();
}

}  // namespace

std::vector<torch::Tensor> laplacian_pyramid(const torch::Tensor& image) {
  std::vector<torch::Tensor> levels;
  torch::Tensor current = image;
  while (current.size(2) > 8 && current.size(2) % 2 == 0 && current.size(3) % 2 == 0) {
    const torch::Tensor smaller = torch::avg_pool2d(current, 2);
    levels.push_back(current - torch::upsample_bilinear2d(smaller, {current.size(2), current.size(3)}, false));
    current = smaller;
  }
  levels.push_back(current);
  return levels;
}

PerceptualDistance::PerceptualDistance(const std::string& kind, const std::string& file, torch::Device device)
    : kind_(kind) {
  require(kind == "laplacian" || kind == "self" || kind == "file", ErrorKind::usage, "unknown perceptual distance",
          "loss.perceptual = " + kind, "choose laplacian, self or file");
  if (kind == "file") network_ = load_network(file, device);
}

std::vector<torch::Tensor> PerceptualDistance::features(const torch::Tensor& image, const Network& self) const {
  if (kind_ == "laplacian") {
    std::vector<torch::Tensor> all = {image};
    for (const torch::Tensor& level : laplacian_pyramid(image)) {
      all.push_back(level);
      all.push_back(level.diff(1, 2));
      all.push_back(level.diff(1, 3));
    }
    return all;
  }
  const torch::Tensor seen = normalised_image(image);
  std::vector<torch::Tensor> all =
      kind_ == "self" ? self.taps({seen}, self_taps) : network_.taps({seen}, network_.spec().outputs);
  all.push_back(image);
  return all;
}

torch::Tensor PerceptualDistance::operator()(const torch::Tensor& reconstruction, const torch::Tensor& image,
                                             const Network& self, Ranks* ranks) {
  std::vector<torch::Tensor> truth;
  {
    torch::NoGradGuard no_grad;
    truth = features(image, self);
  }
  const std::vector<torch::Tensor> painted = features(reconstruction, self);
  std::vector<torch::Tensor> errors;
  for (size_t t = 0; t < truth.size(); ++t) errors.push_back((painted[t] - truth[t]).pow(2).mean());
  const torch::Tensor error = torch::stack(errors);
  const torch::Tensor now = mean_over_ranks(error.detach(), ranks).cpu();
  averages_ = averages_.defined() ? average_decay * averages_ + (1 - average_decay) * now : now.clone();
  return (error / averages_.to(error.device()).clamp_min(1e-8)).mean();
}

}  // namespace limn
