// The path of a root over time that fits what each frame says, moves smoothly and keeps planted points where they are.
#pragma once

#include <vector>

#include "limn/motion/root_solve.h"

namespace limn {

/// A point of the body that rests on the ground during some frames.
struct PlantedPoint {
  int first = 0, last = 0;                       ///< frames, both included
  double height = 0;                             ///< metres above the ground
  std::vector<Eigen::Vector3d> from_root;        ///< a vector a frame, metres, world: the point minus the root
  std::vector<Eigen::Matrix3d> ray_information;  ///< a matrix a frame, 1/m^2: how well the picture shows the point
                                                 ///< across its ray from the camera
};

struct RootPathSettings {
  double acceleration = 4;      ///< deviation, m/s^2: what a root does without being asked
  double planted_error = 0.04;  ///< deviation of a planted point's from_root, metres
  double gap_speed = 0.5;       ///< deviation, m/s, in long gaps
  double long_gap_s = 1;
};

struct RootPath {
  std::vector<Eigen::Vector3d> roots;   ///< [T] metres, world
  std::vector<Eigen::Vector3d> points;  ///< where each planted point rests
};

/// One sparse linear least-squares problem (Whittaker's smoother with anisotropic readings, extended by the points),
/// solved a few times while readings that disagree lose weight (Cauchy). It looks as far ahead as back: no lag.
/// fixes [T], information 0 where nobody was seen; there the path goes on as smoothly as it can, before the first and
/// after the last reading it stays. `camera` is the camera's place in the world. At least one frame must have
/// information.
RootPath solve_root_path(const std::vector<RootFix>& fixes, const std::vector<PlantedPoint>& points,
                         const Eigen::Vector3d& camera, double frame_rate, const RootPathSettings& settings = {});

}  // namespace limn
