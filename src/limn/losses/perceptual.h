// L_reconstruction: the perceptual distance between the reconstructed and the real picture.
//
// As in KeypointGAN, each tap's squared error is divided by its own moving average (decay 0.99), so that every scale counts
// alike, and the taps are averaged. The feature network is a setting, because a network with a free licence is not to
// be had everywhere:
//   laplacian   no weights: the levels of a Laplacian pyramid (Burt & Adelson 1983) and their gradients
//   self        the encoder levels of the project's own stage 1 (its moving average), and the picture itself
//   file        any network that the user supplies as a Limn network file : safetensors, description in metadata
#pragma once

#include <string>
#include <vector>

#include "limn/cycle/network.h"

namespace limn {

class PerceptualDistance {
 public:
  /// `kind`: "laplacian", "self" or "file"; `file`: the path for the last. Error(usage) for another kind.
  PerceptualDistance(const std::string& kind, const std::string& file, torch::Device device);

  /// reconstruction, image [B 3 S S] in [0, 1] -> scalar near 1 at first, falling as the picture improves.
  /// `self`: stage 1, read only by kind "self". Updates the moving averages, with `ranks` those of all their pictures.
  torch::Tensor operator()(const torch::Tensor& reconstruction, const torch::Tensor& image, const Network& self,
                           Ranks* ranks = nullptr);

  /// The moving averages [taps], for checkpoints.
  torch::Tensor averages() const { return averages_; }
  void set_averages(const torch::Tensor& averages) { averages_ = averages.defined() ? averages.clone() : averages; }

 private:
  std::vector<torch::Tensor> features(const torch::Tensor& image, const Network& self) const;
  std::string kind_;
  Network network_;
  torch::Tensor averages_;  ///< [taps], 0 before the first call; on the CPU
};

/// Levels of a Laplacian pyramid of [B C H W], finest first, the coarsest last; sizes are halved while above 8 px.
std::vector<torch::Tensor> laplacian_pyramid(const torch::Tensor& image);

}  // namespace limn
