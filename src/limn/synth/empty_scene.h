// The generator's world without anybody in it: what a network that finds people must learn to leave alone.
#pragma once

#include <cstdint>

#include "limn/skeleton/skeleton.h"
#include "limn/synth/options.h"

namespace limn {

/// A room, landscape, pattern or photograph with boxes, bars and balls standing about and hanging before the camera;
/// options.image_size px square, a perfect sensor. A pure function of (seed, index) and the options; the camera frames
/// a person of the skeleton's size who is not there.
Image empty_scene(const Skeleton& skeleton, const SynthOptions& options, uint64_t seed, uint64_t index);

}  // namespace limn
