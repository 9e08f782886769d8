// What lights a scene: the sun or a lamp with soft shadows, the sky and its reflection, a fill and a rim light.
#pragma once

#include "limn/synth/options.h"
#include "limn/synth/renderer.h"

namespace limn {

/// Linear light of a black body of that temperature, relative to 6500 K at the same luminance; 2000 ... 25000 K.
Vec3 light_of_kelvin(float kelvin);

/// Its directions do not depend on where the person faces, but for the rim light, which comes from behind the person as
/// `view` sees it.
Light sample_light(const LightOptions& options, const PlacedCamera& view, Random& random);

}  // namespace limn
