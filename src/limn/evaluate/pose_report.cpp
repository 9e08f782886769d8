#include "limn/evaluate/pose_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/random.h"

namespace limn {
namespace {

constexpr double threshold = 0.2, head_threshold = 0.5;
constexpr double reach_3d_mm = 150;
constexpr int auc_steps = 30;
constexpr int bootstrap_samples = 1000;
constexpr uint64_t bootstrap_seed = 1;

/// The joints that the protocol names.
struct Protocol {
  std::vector<int> mirror, root;  ///< root: one joint or two
  size_t left_shoulder, right_shoulder, left_hip, right_hip;
  std::vector<bool> arms, legs;

  explicit Protocol(const JointMap& map)
      : left_shoulder(named(map, "left_shoulder")), right_shoulder(named(map, "right_shoulder")),
        left_hip(named(map, "left_hip")), right_hip(named(map, "right_hip")) {
    const auto is_one_of = [](const std::string& name, std::initializer_list<const char*> parts) {
      return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return name.ends_with(part); });
    };
    for (const MappedJoint& joint : map.joints) {
      mirror.push_back(joint.mirror);
      arms.push_back(is_one_of(joint.name, {"_shoulder", "_elbow", "_wrist"}));
      legs.push_back(is_one_of(joint.name, {"_hip", "_knee", "_ankle"}));
      if (joint.name == "pelvis") root = {static_cast<int>(mirror.size()) - 1};
    }
    if (root.empty()) root = {static_cast<int>(left_hip), static_cast<int>(right_hip)};
  }

  static size_t named(const JointMap& map, const char* name) {
    for (size_t k = 0; k < map.joints.size(); ++k)
      if (map.joints[k].name == name) return k;
    throw Error(ErrorKind::usage, std::string("the joint map lacks ") + name, map.name, "measure with another map");
  }
};

/// What one person adds to the scores.
struct Verdict {
  JointCount raw, oracle, observer, head, head_oracle;
  bool flipped = false, arms_flipped = false, legs_flipped = false;
  int known_3d = 0;
  double mpjpe = 0, n_mpjpe = 0, pa_mpjpe = 0, pck3d = 0, auc3d = 0;  ///< mm; shares
};

std::vector<bool> both(const std::vector<bool>& a, const std::vector<bool>& b) {
  std::vector<bool> result(a.size());
  for (size_t k = 0; k < a.size(); ++k) result[k] = a[k] && b[k];
  return result;
}

/// Named by the side of the picture, as if everyone faced the observer.
std::vector<Vec2> as_observed(const std::vector<Vec2>& pose, const Protocol& p) {
  const float right = pose[p.right_shoulder].x() + pose[p.right_hip].x();
  const float left = pose[p.left_shoulder].x() + pose[p.left_hip].x();
  return right > left ? side_swapped(pose, p.mirror) : pose;
}

double torso_of(const JudgedPose& person, const Protocol& p) {
  const bool known = person.counted[p.left_shoulder] && person.counted[p.right_hip];
  return known ? (person.truth[p.left_shoulder] - person.truth[p.right_hip]).norm() : 0;
}

std::vector<Vec3> rooted_mm(const std::vector<Vec3>& pose, const Protocol& p) {
  Vec3 root = Vec3::Zero();
  for (int j : p.root) root += pose[j] / static_cast<float>(p.root.size());
  std::vector<Vec3> result;
  for (const Vec3& joint : pose) result.push_back(1000 * (joint - root));
  return result;
}

void judge_3d(const JudgedPose& person, const Protocol& p, Verdict& v) {
  if (person.truth_m.empty()) return;
  const std::vector<Vec3> predicted = rooted_mm(person.predicted_m, p), truth = rooted_mm(person.truth_m, p);
  v.known_3d = 1;
  v.mpjpe = mean_distance(predicted, truth);
  v.n_mpjpe = scaled_mean_distance(predicted, truth);
  v.pa_mpjpe = procrustes_mean_distance(predicted, truth);
  const double joints = static_cast<double>(truth.size());
  for (size_t k = 0; k < truth.size(); ++k) {
    const double distance = (predicted[k] - truth[k]).norm();
    v.pck3d += (distance < reach_3d_mm) / joints;
    for (int step = 0; step <= auc_steps; ++step)
      v.auc3d += (distance < reach_3d_mm * step / auc_steps) / joints / (auc_steps + 1);
  }
}

Verdict verdict_on(const JudgedPose& person, const Protocol& p) {
  Verdict v;
  judge_3d(person, p, v);
  v.flipped = is_flipped(person.predicted, person.truth, person.counted, p.mirror);
  v.arms_flipped = is_flipped(person.predicted, person.truth, both(person.counted, p.arms), p.mirror);
  v.legs_flipped = is_flipped(person.predicted, person.truth, both(person.counted, p.legs), p.mirror);
  const std::vector<Vec2> best = v.flipped ? side_swapped(person.predicted, p.mirror) : person.predicted;
  if (person.head_px > 0) {
    v.head = pck(person.predicted, person.truth, person.counted, person.head_px, head_threshold);
    v.head_oracle = pck(best, person.truth, person.counted, person.head_px, head_threshold);
  }
  const double torso = torso_of(person, p);
  if (torso <= 0) return v;
  const auto score = [&](const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth) {
    return pck(predicted, truth, person.counted, torso, threshold);
  };
  v.raw = score(person.predicted, person.truth);
  v.oracle = score(best, person.truth);
  v.observer = score(as_observed(person.predicted, p), as_observed(person.truth, p));
  return v;
}

/// `pick(i)` names the verdict of the i-th person.
template <class Pick>
PoseScores scores_of(const std::vector<Verdict>& verdicts, Pick pick) {
  Verdict sum;
  int flipped = 0, arms = 0, legs = 0;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const Verdict& v = verdicts[pick(i)];
    sum.raw += v.raw, sum.oracle += v.oracle, sum.observer += v.observer;
    sum.head += v.head, sum.head_oracle += v.head_oracle;
    flipped += v.flipped, arms += v.arms_flipped, legs += v.legs_flipped;
    sum.known_3d += v.known_3d;
    sum.mpjpe += v.mpjpe, sum.n_mpjpe += v.n_mpjpe, sum.pa_mpjpe += v.pa_mpjpe;
    sum.pck3d += v.pck3d, sum.auc3d += v.auc3d;
  }
  const double n = static_cast<double>(verdicts.size()), m = std::max(1, sum.known_3d);
  return {.pck = sum.raw.share(), .pck_swap_oracle = sum.oracle.share(), .pck_observer = sum.observer.share(),
          .flip_rate = flipped / n, .flip_rate_arms = arms / n, .flip_rate_legs = legs / n,
          .pckh = sum.head.share(), .pckh_swap_oracle = sum.head_oracle.share(),
          .mpjpe_mm = sum.mpjpe / m, .n_mpjpe_mm = sum.n_mpjpe / m, .pa_mpjpe_mm = sum.pa_mpjpe / m,
          .pck3d = sum.pck3d / m, .auc3d = sum.auc3d / m};
}

/// A score by the key of the report, in the order of the table.
struct NamedScore {
  const char* key;
  const char* label;
  double PoseScores::*value;
  double scale = 100;               ///< of the table: per cent, or 1 for millimetres
  int PoseReport::*people = nullptr;  ///< whose number must not be 0
};
constexpr NamedScore named_scores[] = {
    {"pck@0.2", "PCK@0.2, person-centric", &PoseScores::pck},
    {"pck@0.2_swap_oracle", "  after swapping by the truth", &PoseScores::pck_swap_oracle},
    {"pck@0.2_observer_centric", "  observer-centric", &PoseScores::pck_observer},
    {"flip_rate", "flip rate, whole body", &PoseScores::flip_rate},
    {"flip_rate_arms", "  arms", &PoseScores::flip_rate_arms},
    {"flip_rate_legs", "  legs", &PoseScores::flip_rate_legs},
    {"pckh@0.5", "PCKh@0.5", &PoseScores::pckh, 100, &PoseReport::people_head},
    {"pckh@0.5_swap_oracle", "  after swapping by the truth", &PoseScores::pckh_swap_oracle, 100, &PoseReport::people_head},
    {"mpjpe_mm", "MPJPE, mm", &PoseScores::mpjpe_mm, 1, &PoseReport::people_3d},
    {"n_mpjpe_mm", "  after the best scale, mm", &PoseScores::n_mpjpe_mm, 1, &PoseReport::people_3d},
    {"pa_mpjpe_mm", "  after the best similarity, mm", &PoseScores::pa_mpjpe_mm, 1, &PoseReport::people_3d},
    {"3dpck@150mm", "3DPCK, 150 mm", &PoseScores::pck3d, 100, &PoseReport::people_3d},
    {"3dauc", "  AUC, 0 to 150 mm", &PoseScores::auc3d, 100, &PoseReport::people_3d},
};

/// Those that `report` has.
std::vector<NamedScore> scores_in(const PoseReport& report) {
  std::vector<NamedScore> result;
  for (const NamedScore& score : named_scores)
    if (score.people == nullptr || report.*score.people > 0) result.push_back(score);
  return result;
}

void add_intervals(const std::vector<Verdict>& verdicts, PoseReport& report) {
  std::vector<PoseScores> samples;
  for (int b = 0; b < bootstrap_samples; ++b) {
    Random random(bootstrap_seed, "evaluate.bootstrap", static_cast<uint64_t>(b));
    const int count = static_cast<int>(verdicts.size());
    samples.push_back(scores_of(verdicts, [&](size_t) { return static_cast<size_t>(random.integer(count)); }));
  }
  std::vector<double> values(samples.size());
  for (const NamedScore& score : named_scores) {
    std::transform(samples.begin(), samples.end(), values.begin(), [&](const PoseScores& s) { return s.*score.value; });
    std::sort(values.begin(), values.end());
    report.low.*score.value = values[values.size() * 25 / 1000];
    report.high.*score.value = values[values.size() * 975 / 1000 - 1];
  }
}

}  // namespace

PoseReport judge(const JointMap& map, const std::vector<JudgedPose>& people) {
  require(!people.empty(), ErrorKind::usage, "nobody to judge", map.name, "pass at least one person");
  const Protocol protocol(map);
  PoseReport report;
  report.people = static_cast<int>(people.size());
  report.joints.resize(map.joints.size());
  std::vector<Verdict> verdicts;
  for (const JudgedPose& person : people) {
    verdicts.push_back(verdict_on(person, protocol));
    report.people_3d += verdicts.back().known_3d;
    report.people_head += person.head_px > 0;
    const double torso = torso_of(person, protocol);
    double error = 0;
    int counted = 0;
    for (size_t k = 0; k < map.joints.size() && torso > 0; ++k) {
      if (!person.counted[k]) continue;
      const double distance = (person.predicted[k] - person.truth[k]).norm() / torso;
      report.joints[k] += {distance < threshold, 1};
      error += distance, ++counted;
    }
    report.mean_errors.push_back(counted > 0 ? error / counted : 0);
  }
  report.scores = scores_of(verdicts, [](size_t i) { return i; });
  add_intervals(verdicts, report);
  return report;
}

std::string report_json(const ReportSource& source, const JointMap& map, const PoseReport& report) {
  nlohmann::ordered_json json = {{"format", "limn.eval"},       {"version", 1},
                                 {"program", source.program},   {"dataset", source.dataset},
                                 {"data", source.data},         {"model", source.model},
                                 {"crop", source.crop},         {"n_images", report.people}};
  for (const NamedScore& score : scores_in(report)) json[score.key] = report.scores.*score.value;
  for (const NamedScore& score : scores_in(report))
    json["confidence_95"][score.key] = {report.low.*score.value, report.high.*score.value};
  if (report.precision) {
    json["oks_ap"] = report.precision->ap;
    json["oks_ap50"] = report.precision->ap50;
    json["oks_ap75"] = report.precision->ap75;
    json["oks_ar"] = report.precision->ar;
  }
  for (size_t k = 0; k < map.joints.size(); ++k)
    json["joints"][map.joints[k].name] = {{"pck@0.2", report.joints[k].share()}, {"counted", report.joints[k].counted}};
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
  for (const NamedScore& score : scores_in(report))
    add("%-34s %7.1f   %.1f to %.1f\n", score.label, score.scale * report.scores.*score.value,
        score.scale * report.low.*score.value, score.scale * report.high.*score.value);
  if (report.precision)
    add("OKS-AP %.3f, AP50 %.3f, AP75 %.3f, AR %.3f (boxes given)\n", report.precision->ap, report.precision->ap50,
        report.precision->ap75, report.precision->ar);
  table += "PCK@0.2 of each joint, left and right together\n";
  for (size_t k = 0; k < map.joints.size(); ++k) {
    const MappedJoint& joint = map.joints[k];
    if (joint.name.starts_with("right_")) continue;
    JointCount count = report.joints[k];
    const bool sided = joint.mirror != static_cast<int>(k);
    if (sided) count += report.joints[joint.mirror];
    add("  %-32s %7.1f\n", (sided && joint.name.starts_with("left_") ? joint.name.substr(5) : joint.name).c_str(),
        100 * count.share());
  }
  return table;
}

}  // namespace limn
