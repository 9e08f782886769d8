#include "limn/evaluate/pose_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace limn {
namespace {

/// A score by the key of the report, in the order of the table.
struct NamedScore {
  Score score;
  const char* key;
  const char* label;
  double scale = 100;  ///< of the table: per cent, or 1 for the unit in the label
};
constexpr NamedScore named_scores[] = {
    {Score::pck, "pck@0.2", "PCK@0.2, person-centric"},
    {Score::pck_swap_oracle, "pck@0.2_swap_oracle", "  after swapping by the truth"},
    {Score::pck_observer, "pck@0.2_observer_centric", "  observer-centric"},
    {Score::flip_rate, "flip_rate", "flip rate, whole body"},
    {Score::flip_rate_arms, "flip_rate_arms", "  arms"},
    {Score::flip_rate_legs, "flip_rate_legs", "  legs"},
    {Score::well_read, "well_read", "read well, whichever the side"},
    {Score::flip_rate_well_read, "flip_rate_well_read", "  flip rate among these"},
    {Score::pckh, "pckh@0.5", "PCKh@0.5"},
    {Score::pckh_swap_oracle, "pckh@0.5_swap_oracle", "  after swapping by the truth"},
    {Score::percent_mse, "percent_mse", "%-MSE", 1},
    {Score::percent_mse_swap_oracle, "percent_mse_swap_oracle", "  after swapping by the truth", 1},
    {Score::mpjpe_mm, "mpjpe_mm", "MPJPE, mm", 1},
    {Score::mpjpe_mm_swap_oracle, "mpjpe_mm_swap_oracle", "  after swapping by the truth", 1},
    {Score::n_mpjpe_mm, "n_mpjpe_mm", "MPJPE after the best scale, mm", 1},
    {Score::n_mpjpe_mm_swap_oracle, "n_mpjpe_mm_swap_oracle", "  after swapping by the truth", 1},
    {Score::pa_mpjpe_mm, "pa_mpjpe_mm", "MPJPE after best similarity, mm", 1},
    {Score::pa_mpjpe_mm_swap_oracle, "pa_mpjpe_mm_swap_oracle", "  after swapping by the truth", 1},
    {Score::pck3d, "3dpck@150mm", "3DPCK, 150 mm"},
    {Score::pck3d_swap_oracle, "3dpck@150mm_swap_oracle", "  after swapping by the truth"},
    {Score::auc3d, "3dauc", "AUC, 0 to 150 mm"},
    {Score::auc3d_swap_oracle, "3dauc_swap_oracle", "  after swapping by the truth"},
    {Score::flip_rate_3d, "flip_rate_3d", "flip rate in 3D"},
    {Score::angle_local_deg, "joint_angle_local_deg", "joint angles, degrees, local", 1},
    {Score::angle_global_deg, "joint_angle_global_deg", "  global", 1},
    {Score::bone_length_percent, "bone_length_percent", "bone lengths, % off", 1},
};

/// Those that `report` has.
std::vector<NamedScore> scores_in(const PoseReport& report) {
  std::vector<NamedScore> result;
  for (const NamedScore& named : named_scores)
    if (report.known[named.score]) result.push_back(named);
  return result;
}

nlohmann::ordered_json joint_json(const JointReport& joint) {
  nlohmann::ordered_json json = {{"pck@0.2", joint.pck.share()}, {"counted", joint.pck.counted}};
  if (joint.pckh.counted > 0) json["pckh@0.5"] = joint.pckh.share();
  if (joint.percent_mse.weight > 0) json["percent_mse"] = joint.percent_mse.share();
  if (joint.mpjpe_mm.weight > 0) json["mpjpe_mm"] = joint.mpjpe_mm.share();
  return json;
}

void add_precision(const PrecisionReport& precision, nlohmann::ordered_json& json) {
  json["oks_ap"] = precision.raw.ap;
  json["oks_ap_swap_oracle"] = precision.swap_oracle.ap;
  json["oks_ap50"] = precision.raw.ap50;
  json["oks_ap75"] = precision.raw.ap75;
  json["oks_ar"] = precision.raw.ar;
}

/// A joint's line of the table, both sides together.
std::string joint_line(const JointMap& map, const PoseReport& report, size_t k) {
  const MappedJoint& joint = map.joints[k];
  JointReport sum = report.joints[k];
  const bool sided = joint.mirror != static_cast<int>(k);
  if (sided) {
    const JointReport& other = report.joints[joint.mirror];
    sum.pck += other.pck, sum.pckh += other.pckh;
    sum.percent_mse += other.percent_mse, sum.mpjpe_mm += other.mpjpe_mm;
  }
  char text[32];
  const auto column = [&](double value) {
    std::snprintf(text, sizeof text, " %7.1f", value);
    return std::string(text);
  };
  std::string line = sided && joint.name.starts_with("left_") ? joint.name.substr(5) : joint.name;
  line = "  " + line + std::string(line.size() < 32 ? 32 - line.size() : 0, ' ') + column(100 * sum.pck.share());
  if (report.known[Score::pckh]) line += column(100 * sum.pckh.share());
  if (report.known[Score::percent_mse]) line += column(sum.percent_mse.share());
  if (report.known[Score::mpjpe_mm]) line += column(sum.mpjpe_mm.share());
  return line + "\n";
}

/// What the columns of the lines below hold.
std::string joint_title(const PoseReport& report) {
  std::string title = "PCK@0.2";
  if (report.known[Score::pckh]) title += ", PCKh@0.5";
  if (report.known[Score::percent_mse]) title += ", %-MSE";
  if (report.known[Score::mpjpe_mm]) title += ", mm";
  return title + " of each joint, left and right together\n";
}

}  // namespace

std::string report_json(const ReportSource& source, const JointMap& map, const PoseReport& report) {
  nlohmann::ordered_json json = {{"format", "limn.eval"},     {"version", 1},
                                 {"program", source.program}, {"dataset", source.dataset},
                                 {"data", source.data},       {"model", source.model},
                                 {"crop", source.crop},       {"mirror", source.mirror},
                                 {"reread", source.reread},   {"n_images", report.people}};
  const std::vector<NamedScore> scores = scores_in(report);
  for (const NamedScore& named : scores) json[named.key] = report.scores[named.score];
  for (const NamedScore& named : scores)
    json["confidence_95"][named.key] = {report.low[named.score], report.high[named.score]};
  if (report.precision) add_precision(*report.precision, json);
  const auto add_groups = [&](const char* key, const std::vector<GroupReport>& groups) {
    for (const GroupReport& group : groups) {
      nlohmann::ordered_json& entry = json[key][group.name];
      entry["n_images"] = group.people;
      for (const NamedScore& named : scores) entry[named.key] = group.scores[named.score];
    }
  };
  add_groups("activities", report.activities);
  add_groups("views", report.views);
  for (size_t k = 0; k < map.joints.size(); ++k) json["joints"][map.joints[k].name] = joint_json(report.joints[k]);
  for (const JointAngleReport& angle : report.angles)
    json["joint_angles"][angle.joint] = {{"local_deg", angle.local_deg.share()},
                                         {"global_deg", angle.global_deg.share()}};
  for (const BoneLengthReport& length : report.bone_lengths) json["bone_lengths"][length.joint] = length.ratio.share();
  return json.dump(2) + "\n";
}

std::string report_table(const JointMap& map, const PoseReport& report) {
  char line[100];
  std::string table;
  const auto add = [&](const char* format, auto... values) {
    std::snprintf(line, sizeof line, format, values...);
    table += line;
  };
  add("%-34s %7s   95 %% interval\n", (std::to_string(report.people) + " people").c_str(), "%");
  for (const auto& [score, key, label, scale] : scores_in(report))
    add("%-34s %7.1f   %.1f to %.1f\n", label, scale * report.scores[score], scale * report.low[score],
        scale * report.high[score]);
  if (report.precision) {
    const AveragePrecision& raw = report.precision->raw;
    add("OKS-AP %.3f, AP50 %.3f, AP75 %.3f, AR %.3f (boxes given)\n", raw.ap, raw.ap50, raw.ap75, raw.ar);
    add("  after swapping by the truth %.3f\n", report.precision->swap_oracle.ap);
  }
  if (!report.activities.empty()) {
    const Score shown = report.known[Score::mpjpe_mm] ? Score::mpjpe_mm : Score::percent_mse;
    table += shown == Score::mpjpe_mm ? "MPJPE, mm, of each activity\n" : "%-MSE of each activity\n";
    for (const GroupReport& activity : report.activities)
      add("  %-32.32s %7.1f\n", activity.name.c_str(), activity.scores[shown]);
  }
  if (!report.views.empty()) table += "PCK@0.2, flip rate of people who are seen\n";
  for (const GroupReport& view : report.views)
    add("  %-32s %7.1f %7.1f\n", (view.name + " (" + std::to_string(view.people) + ")").c_str(),
        100 * view.scores[Score::pck], 100 * view.scores[Score::flip_rate]);
  table += joint_title(report);
  for (size_t k = 0; k < map.joints.size(); ++k)
    if (!map.joints[k].name.starts_with("right_")) table += joint_line(map, report, k);
  return table;
}

}  // namespace limn
