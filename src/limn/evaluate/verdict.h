// What one person's prediction is worth by every score (METHOD 4).
#pragma once

#include <string>
#include <vector>

#include "limn/evaluate/bone_length.h"
#include "limn/evaluate/joint_angle.h"
#include "limn/evaluate/metrics.h"
#include "limn/evaluate/score.h"
#include "limn/skeleton/joint_map.h"

namespace limn {

/// One person's joints as predicted and as labelled, in the order of a joint map; pixels.
struct JudgedPose {
  std::vector<Vec2> predicted, truth;                ///< [K]
  std::vector<bool> counted;                         ///< [K] those with a label
  std::vector<Vec3> predicted_m = {}, truth_m = {};  ///< [K] metres, one frame; empty where the truth is not known
  std::vector<bool> counted_3d = {};                 ///< [K] those of 3DPCK and AUC; empty: all
  std::vector<JointAngle> angles = {};               ///< empty where the true rotations are not known
  std::vector<BoneLength> bone_lengths = {};         ///< empty where the true ones are not known
  double head_px = 0;                                ///< reference length of PCKh; 0 where it is not known
  double side_px = 0;         ///< edge of the square of which %-MSE is a share; 0 where the protocol has none
  std::string activity = {};  ///< what the protocol averages over; empty where it has none
};

/// The joints that the protocols name.
struct Protocol {
  std::vector<int> mirror, root;  ///< root: one joint or two
  size_t left_shoulder, right_shoulder, left_hip, right_hip;
  std::vector<bool> arms, legs;

  /// Error(usage) where the map lacks shoulders or hips.
  explicit Protocol(const JointMap& map);
};

constexpr double pck_threshold = 0.2, pckh_threshold = 0.5;
constexpr double well_read_share = 0.7;  ///< of the joints, Score::well_read

/// Left shoulder to right hip, px; 0 where one has no label.
double torso_px(const JudgedPose& person, const Protocol& protocol);
/// The pose in millimetres about its root.
std::vector<Vec3> rooted_mm(const std::vector<Vec3>& pose_m, const Protocol& protocol);

/// What a person adds to a score: the score of a set of people is the sum of `sum` over that of `weight`.
struct Tally {
  double sum = 0, weight = 0;
  Tally& operator+=(const Tally& other) { return sum += other.sum, weight += other.weight, *this; }
  double share() const { return weight > 0 ? sum / weight : 0; }
};

/// Joints are pooled in PCK, people elsewhere. A score that needs what is not known of the person has weight 0.
ScoreTable<Tally> verdict_on(const JudgedPose& person, const Protocol& protocol);

}  // namespace limn
