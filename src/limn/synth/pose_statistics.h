// What recorded people do, as a distribution: a mixture of low-rank Gaussians over joint rotations, the direction of
// the ground and the height over it. Fitted by tools/fit_poses.cpp, committed as assets/motion/poses.safetensors and
// built into the library.
//
// A pose vector, D = 3 A + 4 for A rotating joints other than the root:
//   3 A  log(centre_j^T R_j), axis times angle, radians; centre_j is the joint's mean rotation (chart without wraps)
//   3    the world's up (+y) in the body's frame: the root's rotation without its heading
//   1    clearance: height of the lowest flesh over the ground, metres, 0 where the ground carries the body
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limn/skeleton/pose.h"
#include "limn/synth/gaussian_mixture.h"

namespace limn {

/// A pose without place and heading.
struct FreePose {
  Pose pose;            ///< the root's rotation is world_from_body with an arbitrary heading; root position 0, scales 1
  float clearance = 0;  ///< metres, >= 0
};

/// The joints and centres of pose vectors.
struct PoseChart {
  std::vector<std::string> joints;          ///< [A] names
  std::vector<Eigen::Quaternionf> centres;  ///< [A]

  /// All rotating joints of a skeleton but its root, with their mean rotations over the poses.
  static PoseChart around(const Skeleton& skeleton, std::span<const Pose> poses);
  int dimensions() const { return 3 * static_cast<int>(joints.size()) + 4; }
  /// The root's rotation is world_from_body.
  Eigen::VectorXd vector_of(const Skeleton& skeleton, const Pose& pose, float clearance) const;
  FreePose pose_of(const Skeleton& skeleton, const Eigen::VectorXd& vector) const;
};

struct PoseStatistics {
  PoseChart chart;
  GaussianMixture mixture;
  std::map<std::string, std::string> notes;  ///< source, licence, command

  /// Those built into the library, of the human skeleton.
  static const PoseStatistics& embedded();
  /// From safetensors bytes. Error(model), naming `origin`, for missing tensors, shapes that do not agree, values that
  /// are not finite.
  static PoseStatistics parse(std::string_view bytes, const std::string& origin);
  /// Atomic; means, factors and noise as F16.
  void save(const std::string& path) const;
};

}  // namespace limn
