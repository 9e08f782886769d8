// What a set of predictions is worth: METHOD 4's three columns side by side, per joint, with confidence intervals.
#pragma once

#include <string>
#include <vector>

#include "limn/evaluate/metrics.h"
#include "limn/skeleton/joint_map.h"

namespace limn {

/// One person's joints as predicted and as labelled, in the order of a joint map; pixels.
struct JudgedPose {
  std::vector<Vec2> predicted, truth;  ///< [K]
  std::vector<bool> counted;           ///< [K] those with a label
};

/// Shares in [0, 1]. The reference length of PCK is the torso, left shoulder to right hip.
struct PoseScores {
  double pck = 0;              ///< PCK@0.2, person-centric: left is the person's own
  double pck_swap_oracle = 0;  ///< the same after exchanging left and right where that lowers the person's mean error
  double pck_observer = 0;     ///< the same with prediction and truth renamed by what the observer sees: people of whom
                               ///< the right shoulder and hip lie further right are renamed (Eichner & Ferrari 2012)
  double flip_rate = 0;        ///< share of people for whom exchanging all left and right joints lowers the error
  double flip_rate_arms = 0;   ///< the same of shoulders, elbows and wrists alone
  double flip_rate_legs = 0;   ///< the same of hips, knees and ankles alone
};

struct PoseReport {
  int people = 0;
  PoseScores scores;
  PoseScores low, high;             ///< 95 % intervals: percentiles of 1000 bootstrap samples of the people (fixed seed)
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
