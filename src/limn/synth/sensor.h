// From linear light to the 8-bit picture of an imperfect camera.
#pragma once

#include <vector>

#include "limn/base/image.h"
#include "limn/base/random.h"
#include "limn/geometry/rotation.h"

namespace limn {

/// What one camera does to all its pictures.
struct Sensor {
  Vec3 gain = Vec3::Ones();                            ///< white balance
  float contrast = 1, brightness = 0, saturation = 1;  ///< in sRGB
  float blur = 0;                                      ///< px, deviation of a Gaussian
  float motion = 0, motion_angle = 0;                  ///< px, length of a straight smear
  float shrink = 1;                                    ///< the picture is reduced by this factor and enlarged again
  float noise = 0;                                     ///< deviation in sRGB [0, 1]
  float blocks = 0;                                    ///< JPEG-like quantisation, 0 none ... 1 coarse
};

/// `strength` 0 gives a perfect sensor, 1 the usual variety.
Sensor sample_sensor(double strength, Random& random);

/// linear [size * size] -> picture. `random` gives the noise.
Image develop(const std::vector<Vec3>& linear, int size, const Sensor& sensor, Random& random);

}  // namespace limn
