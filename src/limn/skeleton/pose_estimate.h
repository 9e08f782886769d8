// What is known about one person in one picture: the product of inference, the input of every export.
#pragma once

#include "limn/geometry/camera.h"
#include "limn/skeleton/pose.h"

namespace limn {

struct PoseEstimate {
  std::vector<Vec2> joints_px;    ///< [J] image pixels, pixel centres at +0.5
  std::vector<float> confidence;  ///< [J] in [0, 1]
  std::vector<float> bone_depths; ///< [J] as read in the picture (skeleton/bone_depths.h); empty: not known
  Pose pose;                      ///< camera-facing frame (x right, y down, z forward), root at the origin
  Kinematics kinematics;          ///< of `pose`: metres relative to the root, camera-facing frame
  WeakCamera camera;              ///< image pixels: root_uv px, scale px per metre
  float score = 0;                ///< how much the picture looks like a person, [0, 1]
};

}  // namespace limn
