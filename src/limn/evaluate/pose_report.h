// What a set of predictions is worth: METHOD 4's three columns side by side, per joint, with confidence intervals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "limn/evaluate/oks.h"
#include "limn/evaluate/verdict.h"

namespace limn {

using PoseScores = ScoreTable<double>;

/// One joint of all people, activities alike.
struct JointReport {
  JointCount pck, pckh;         ///< PCK@0.2, PCKh@0.5
  Tally percent_mse, mpjpe_mm;  ///< weight 0 where nobody's is known
};

struct JointAngleReport {
  std::string joint;
  Tally local_deg, global_deg;
};

struct BoneLengthReport {
  std::string joint;  ///< at the bone's end
  Tally ratio;        ///< predicted / true
};

/// Some of the people: those of an activity, or seen in one way.
struct GroupReport {
  std::string name;
  int people = 0;
  PoseScores scores;
};

/// COCO's, for the poses as predicted and after exchanging left and right where that lowers the person's mean error.
struct PrecisionReport {
  AveragePrecision raw, swap_oracle;
};

struct PoseReport {
  int people = 0;
  PoseScores scores;       ///< where people have activities, the mean over these
  PoseScores low, high;    ///< 95 % intervals: percentiles of 1000 bootstrap samples of the people (fixed seed)
  ScoreTable<bool> known;  ///< false: nobody has what the score needs, and it means nothing
  std::vector<GroupReport> activities;       ///< by name; empty where the protocol has none
  std::vector<GroupReport> views;            ///< evaluate/body_view.h; those in which anybody is seen
  std::optional<PrecisionReport> precision;  ///< set by the caller
  std::vector<JointReport> joints;           ///< [K]
  std::vector<JointAngleReport> angles;      ///< of the skeleton's joints; empty where unknown
  std::vector<BoneLengthReport> bone_lengths;  ///< likewise
  std::vector<double> mean_errors;           ///< [people] in torso lengths, for finding the worst
};

/// Error(usage) without people, or where the map lacks a joint that the protocol needs (shoulders, hips). People
/// without a torso (a label is missing or both ends coincide) have no reference length and are left out of PCK.
PoseReport judge(const JointMap& map, const std::vector<JudgedPose>& people);

/// What else stands in the report.
struct ReportSource {
  std::string dataset, data, model, crop, program;
  bool mirror = false;      ///< the mirror image was read, too
  std::string reread = {};  ///< weights that corrected exchanged sides; empty: none
};
/// docs/eval_report.md is the format.
std::string report_json(const ReportSource& source, const JointMap& map, const PoseReport& report);
/// The same for people, in lines of at most 80 characters.
std::string report_table(const JointMap& map, const PoseReport& report);

}  // namespace limn
