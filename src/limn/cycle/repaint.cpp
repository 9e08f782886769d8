#include "limn/cycle/repaint.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

torch::Tensor repaint(const Network& network, const torch::Tensor& drawing, const torch::Tensor& appearance,
                      bool training) {
  const FeatureShape& in = network.spec().inputs[0].shape;
  const FeatureShape& look = network.spec().inputs[1].shape;
  check_shape(drawing, {-1, in.channels, in.height, in.width}, "drawing");
  check_shape(appearance, {drawing.size(0), 3, look.height, look.width}, "appearance");
  const torch::Tensor paper = drawing.contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor seen = ((appearance - 0.5) / 0.25).contiguous(torch::MemoryFormat::ChannelsLast);
  return network.forward({paper, seen}, training)[0];
}

}  // namespace limn
