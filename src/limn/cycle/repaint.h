// Stage 6: drawing + appearance of another frame -> image.
#pragma once

#include "limn/cycle/network.h"

namespace limn {

/// drawing [B C H W] in [0, 1]; appearance [B 3 S S], RGB in [0, 1], the same person and place in another pose
/// -> image [B 3 S S] in [0, 1].
torch::Tensor repaint(const Network& network, const torch::Tensor& drawing, const torch::Tensor& appearance,
                      bool training);

}  // namespace limn
