// What the lifter's output vector means (stage 3). The plain decoder here; cycle/lift.h is its torch twin.
//
// Input of the lifter, [3 K]: the keypoints normalised per person, then the confidences:
//   (x_0, y_0, x_1, y_1, ... x_K-1, y_K-1, c_0 ... c_K-1),  (x, y) = (uv - centre) / spread
//   centre = confidence-weighted mean of uv; spread = sqrt(confidence-weighted mean of |uv - centre|^2), at least 1e-3.
//   The sum of the confidences counts as at least 1e-6.
// Models that read bone depths in the picture (skeleton/bone_depths.h) have a lifter of [4 K], those depths last; zeros
// where nothing is known of them.
// Output, [6 R + G + 3], R rotating joints, G length groups of the skeleton:
//   6 R   per rotating joint in order: 6D code minus that of a reference (identity; for the root the
//         upright figure facing the camera, diag(1, -1, -1)), column by column
//   G     bone-length logs: scale = exp(0.5 tanh(v))
//   3     (u', v', s'): root_uv = centre + spread * (u', v');  scale = spread * exp(s'), crop units per metre,
//         s' clamped to [-4, 4]
#pragma once

#include <vector>

#include "limn/geometry/camera.h"
#include "limn/skeleton/pose.h"

namespace limn {

/// Numbers a joint that the lifter reads: 4 with bone depths, else 3.
int lifter_input_size(const Skeleton& skeleton, bool bone_depths);
/// Whether a lifter of so many inputs reads bone depths.
bool lifter_reads_bone_depths(const Skeleton& skeleton, int64_t inputs);
int lifter_output_size(const Skeleton& skeleton);

struct LiftNormalisation {
  Vec2 centre = Vec2::Zero();
  float spread = 1;
};

/// What is read of a person in a picture.
struct Keypoints {
  std::vector<Vec2> uv;            ///< [K] crop units, or others, which are then those of what comes of it
  std::vector<float> confidence;   ///< [K] in [0, 1]
  std::vector<float> bone_depths;  ///< [K] skeleton/bone_depths.h; empty: not known
};

/// -> lifter input of `size` numbers, [3 K] or [4 K].
LiftNormalisation normalise_keypoints(const Keypoints& keypoints, size_t size, std::vector<float>& lifter_input);

struct LiftedPose {
  Pose pose;          ///< camera-facing frame (x right, y down, z forward), root at the origin
  WeakCamera camera;  ///< crop units per metre
};

LiftedPose decode_lifted_pose(const Skeleton& skeleton, const float* lifter_output,
                              const LiftNormalisation& normalisation);

inline constexpr float largest_canonical_log = 3;

/// The same pose's output in bounded numbers: 6D codes of the rotations themselves, which the lifter's have any length of,
/// and logs clamped to [-3, 3], where scales hardly change any more.
std::vector<float> canonical_output(const Skeleton& skeleton, const float* lifter_output);

}  // namespace limn
