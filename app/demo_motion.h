// A moving synthetic person: one body, one place, one camera; the pose is a function of time.
#pragma once

#include "limn/base/image.h"
#include "limn/synth/backdrop.h"
#include "limn/synth/body.h"
#include "limn/synth/sensor.h"

namespace limn::app {

class DemoClip {
 public:
  /// size x size pictures; the same seed gives the same person and place.
  DemoClip(const Skeleton& skeleton, uint64_t seed, int size);
  /// The picture at a time, seconds: the person walks on the spot, turns, and raises the arms now and then.
  Image frame(double seconds) const;

 private:
  Pose pose_at(double seconds) const;

  const Skeleton& skeleton_;
  uint64_t seed_;
  Person person_;
  PlacedCamera view_;
  Light light_;
  Backdrop backdrop_;
  Sensor sensor_;
};

}  // namespace limn::app
