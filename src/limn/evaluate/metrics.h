// Metrics with their protocols (METHOD 4). Points are one pose; V is Vec2 or Vec3.
#pragma once

#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

/// Correct and counted joints, summed over images by the caller.
struct JointCount {
  int correct = 0, counted = 0;
  JointCount& operator+=(const JointCount& other);
  double share() const { return counted > 0 ? static_cast<double>(correct) / counted : 0; }
};

/// PCK: joints (of those with counted[j]) whose distance is less than threshold * reference_length.
JointCount pck(const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth, const std::vector<bool>& counted,
               double reference_length, double threshold);

/// The pose with left and right joints exchanged; mirror[j] is the joint on the other side.
template <class V>
std::vector<V> side_swapped(const std::vector<V>& points, const std::vector<int>& mirror) {
  std::vector<V> result(points.size());
  for (size_t j = 0; j < points.size(); ++j) result[j] = points[mirror[j]];
  return result;
}

/// Whether exchanging all left and right joints lowers the mean error over the counted joints: a left/right flip.
bool is_flipped(const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth, const std::vector<bool>& counted,
                const std::vector<int>& mirror);

/// Mean distance of corresponding points, in their unit. MPJPE when both are root-aligned.
double mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth);
/// The same after the best scale about the root (both root-aligned): N-MPJPE.
double scaled_mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth);
/// The same after the best similarity without reflection (Umeyama 1991): PA-MPJPE.
double procrustes_mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth);

}  // namespace limn
