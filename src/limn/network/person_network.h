// The network that finds people, described as data.
#pragma once

#include "limn/network/spec.h"

namespace limn {

/// "image" [3 H W], normalised as stage 1's (network/architectures.h), H and W multiples of 32 -> "centre" [1 H/8 W/8],
/// logits, and "box" [4 H/8 W/8] (network/person_code.h). Fully convolutional: weights of one size serve every other.
/// `width` scales all channels: 16 is the released one.
NetworkSpec person_spec(int width, int image_height, int image_width);

}  // namespace limn
