// Thin-plate splines: smooth warps of the plane (Bookstein 1989, "Principal Warps").
//
//   f(p) = A (1, x, y) + sum_i w_i U(|p - c_i|),  U(r) = r^2 log r^2
//
// Points are in crop units, [-1, 1] x [-1, 1].
#pragma once

#include <Eigen/Core>
#include <vector>

#include "limn/base/image.h"
#include "limn/base/random.h"
#include "limn/geometry/rotation.h"

namespace limn {

struct ThinPlateSpline {
  std::vector<Vec2> controls;                                              ///< c_i
  std::vector<Vec2> weights;                                               ///< w_i
  Eigen::Matrix<float, 2, 3> affine = Eigen::Matrix<float, 2, 3>::Zero();  ///< A, constant first

  Vec2 operator()(const Vec2& point) const;

  /// The spline of least bending that takes each source to its target; affine maps are reproduced exactly.
  /// Error(usage) with fewer than 3 points, unequal counts, or sources that coincide or lie on one line.
  static ThinPlateSpline fit(const std::vector<Vec2>& sources, const std::vector<Vec2>& targets);
};

/// Deviations of a random warp; the values are KeypointGAN's (METHOD 2), weights on a 10 x 10 grid.
struct WarpSettings {
  double rotation_deg = 5;
  double scale = 0.05;
  double translation = 0.05;    ///< crop units
  double weights = 0.0005;      ///< of all control points
  double weights_half = 0.005;  ///< of the random half of the coordinates that bends more
  int grid = 10;
};

ThinPlateSpline random_warp(const WarpSettings& settings, Random& random);

/// A size x size picture whose pixel at crop units u is `image` at warp(u), bilinear, edges replicated. `image` spans
/// [-extent, extent] in crop units: an extent above 1 gives the warp something to fetch from outside.
/// The warp is evaluated every 8 px and interpolated between, which is below 0.1 px for warps this smooth.
Image warped(const Image& image, float extent, const ThinPlateSpline& warp, int size);

}  // namespace limn
