#include "limn/cycle/image_to_skeleton.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"
#include "limn/network/architectures.h"

namespace limn {

torch::Tensor normalised_image(const torch::Tensor& image) {
  return ((image - input_mean) / input_deviation).contiguous(torch::MemoryFormat::ChannelsLast);
}

ImageReading image_to_skeleton(const Network& network, const Network& orientation, const torch::Tensor& image,
                               bool training) {
  check_shape(image, {-1, 3, network.spec().inputs[0].shape.height, network.spec().inputs[0].shape.width}, "image");
  std::vector<std::string> names = network.spec().outputs;
  names.push_back(orientation.spec().inputs[0].name);
  const std::vector<torch::Tensor> products = network.taps({normalised_image(image)}, names, training);
  return {products[0], names.size() > 2 ? products[1] : torch::Tensor(),
          orientation.forward({products.back()}, training)[0].view({-1, 3, 2})};
}

}  // namespace limn
