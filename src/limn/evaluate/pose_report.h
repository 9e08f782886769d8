// What a set of predictions is worth: METHOD 4's three columns side by side, per joint, with confidence intervals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "limn/evaluate/metrics.h"
#include "limn/evaluate/oks.h"
#include "limn/skeleton/joint_map.h"

namespace limn {

/// One person's joints as predicted and as labelled, in the order of a joint map; pixels.
struct JudgedPose {
  std::vector<Vec2> predicted, truth;  ///< [K]
  std::vector<bool> counted;           ///< [K] those with a label
  std::vector<Vec3> predicted_m = {}, truth_m = {};  ///< [K] metres, one frame; empty where the truth is not known
  double head_px = 0;                  ///< reference length of PCKh; 0 where it is not known
};

/// Shares in [0, 1], lengths in millimetres. The reference length of PCK is the torso, left shoulder to right hip.
struct PoseScores {
  double pck = 0;              ///< PCK@0.2, person-centric: left is the person's own
  double pck_swap_oracle = 0;  ///< the same after exchanging left and right where that lowers the person's mean error
  double pck_observer = 0;     ///< the same with prediction and truth renamed by what the observer sees: people of whom
                               ///< the right shoulder and hip lie further right are renamed (Eichner & Ferrari 2012)
  double flip_rate = 0;        ///< share of people for whom exchanging all left and right joints lowers the error
  double flip_rate_arms = 0;   ///< the same of shoulders, elbows and wrists alone
  double flip_rate_legs = 0;   ///< the same of hips, knees and ankles alone
  double pckh = 0;             ///< PCKh@0.5: share of joints nearer than half the head's length (Andriluka et al. 2014)
  double pckh_swap_oracle = 0; ///< after exchanging left and right as above
  // 3D, over all joints of the map, both poses moved to their root (the pelvis, or the middle of the hips).
  double mpjpe_mm = 0;         ///< mean distance
  double n_mpjpe_mm = 0;       ///< after the best scale
  double pa_mpjpe_mm = 0;      ///< after the best similarity without reflection
  double pck3d = 0;            ///< share of joints nearer than 150 mm (Mehta et al. 2017)
  double auc3d = 0;            ///< mean of that share over the thresholds 0, 5 ... 150 mm
};

struct PoseReport {
  int people = 0;
  int people_head = 0;              ///< those of whom the head's length is known; 0: PCKh means nothing
  int people_3d = 0;                ///< those whose truth is known in 3D; 0: the 3D scores mean nothing
  PoseScores scores;
  PoseScores low, high;             ///< 95 % intervals: percentiles of 1000 bootstrap samples of the people (fixed seed)
  std::optional<AveragePrecision> precision;  ///< of COCO; set by the caller
  std::vector<JointCount> joints;   ///< [K] PCK@0.2
  std::vector<double> mean_errors;  ///< [people] in torso lengths, for finding the worst
};

/// Error(usage) without people, or where the map lacks a joint that the protocol needs (shoulders, hips). People without
/// a torso (a label is missing or both ends coincide) have no reference length and are left out of PCK.
PoseReport judge(const JointMap& map, const std::vector<JudgedPose>& people);

/// What else stands in the report.
struct ReportSource {
  std::string dataset, data, model, crop, program;
};
/// docs/eval_report.md is the format.
std::string report_json(const ReportSource& source, const JointMap& map, const PoseReport& report);
/// The same for people, in lines of at most 80 characters.
std::string report_table(const JointMap& map, const PoseReport& report);

}  // namespace limn
