#include "limn/cycle/image_to_skeleton.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

torch::Tensor normalised_image(const torch::Tensor& image) {
  return ((image - 0.5) / 0.25).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor image_to_skeleton(const Network& network, const torch::Tensor& image, bool training) {
  check_shape(image, {-1, 3, network.spec().inputs[0].shape.height, network.spec().inputs[0].shape.width}, "image");
  return network.forward({normalised_image(image)}, training)[0];
}

}  // namespace limn
