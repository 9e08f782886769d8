// What lies behind the person: rooms, landscapes, clutter, plain plates or a photograph, per pixel in linear light.
#pragma once

#include <vector>

#include "limn/base/random.h"
#include "limn/synth/options.h"
#include "limn/synth/renderer.h"

namespace limn {

struct Backdrop {
  int size = 0;
  std::vector<Vec3> colour;  ///< [size * size] linear, exposed
  std::vector<Vec3> ground;  ///< [size * size] where the pixel's ray meets the ground y = 0 (world); y = -1 where not
  bool shows_ground = false;
};

/// A photograph (cropped at random, maybe mirrored), a room, a landscape, a pattern or a plain plate.
Backdrop sample_backdrop(const PlacedCamera& view, const Light& light, const Vec3& person, const SceneOptions& options,
                         Random& random);

/// The backdrop with the shadows and the contact darkening of what stands on the ground.
std::vector<Vec3> with_shadows(const Backdrop& backdrop, const Light& light, const ShadowMap& shadows,
                               const std::vector<Vec3>& joints);

}  // namespace limn
