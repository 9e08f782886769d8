// From linear light to the 8-bit picture of an imperfect camera.
#pragma once

#include <vector>

#include "limn/base/image.h"
#include "limn/base/random.h"
#include "limn/geometry/rotation.h"
#include "limn/synth/options.h"

namespace limn {

/// What one camera does to all its pictures.
struct Sensor {
  Vec3 gain = Vec3::Ones();                            ///< white balance
  float contrast = 1, brightness = 0, saturation = 1;  ///< in sRGB
  float blur = 0;                                      ///< px, deviation of a Gaussian
  float motion = 0, motion_angle = 0;                  ///< px, length of a straight smear
  float shrink = 1;                                    ///< the picture is reduced by this factor and enlarged again
  float noise = 0;                                     ///< deviation in sRGB [0, 1]
  int jpeg = 0;                                        ///< quality of the file it was; 0: none
};

/// sensor_strength 0 gives a perfect sensor.
Sensor sample_sensor(const SensorOptions& options, Random& random);

/// linear [size * size] -> picture. `random` gives the noise.
Image develop(const std::vector<Vec3>& linear, int size, const Sensor& sensor, Random& random);

}  // namespace limn
