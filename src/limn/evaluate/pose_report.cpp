#include "limn/evaluate/pose_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/random.h"

namespace limn {
namespace {

constexpr double threshold = 0.2;
constexpr int bootstrap_samples = 1000;
constexpr uint64_t bootstrap_seed = 1;

/// The joints that the protocol names.
struct Protocol {
  std::vector<int> mirror;
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
    }
  }

  static size_t named(const JointMap& map, const char* name) {
    for (size_t k = 0; k < map.joints.size(); ++k)
      if (map.joints[k].name == name) return k;
    throw Error(ErrorKind::usage, std::string("the joint map lacks ") + name, map.name, "measure with another map");
  }
};

/// What one person adds to the scores.
struct Verdict {
  JointCount raw, oracle, observer;
  bool flipped = false, arms_flipped = false, legs_flipped = false;
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

Verdict verdict_on(const JudgedPose& person, const Protocol& p) {
  Verdict v;
  v.flipped = is_flipped(person.predicted, person.truth, person.counted, p.mirror);
  v.arms_flipped = is_flipped(person.predicted, person.truth, both(person.counted, p.arms), p.mirror);
  v.legs_flipped = is_flipped(person.predicted, person.truth, both(person.counted, p.legs), p.mirror);
  const double torso = torso_of(person, p);
  if (torso <= 0) return v;
  const auto score = [&](const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth) {
    return pck(predicted, truth, person.counted, torso, threshold);
  };
  v.raw = score(person.predicted, person.truth);
  v.oracle = v.flipped ? score(side_swapped(person.predicted, p.mirror), person.truth) : v.raw;
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
    flipped += v.flipped, arms += v.arms_flipped, legs += v.legs_flipped;
  }
  const double n = static_cast<double>(verdicts.size());
  return {sum.raw.share(), sum.oracle.share(), sum.observer.share(), flipped / n, arms / n, legs / n};
}

/// A score by the key of the report, in the order of the table.
struct NamedScore {
  const char* key;
  const char* label;
  double PoseScores::*value;
};
constexpr NamedScore named_scores[] = {
    {"pck@0.2", "PCK@0.2, person-centric", &PoseScores::pck},
    {"pck@0.2_swap_oracle", "  after swapping by the truth", &PoseScores::pck_swap_oracle},
    {"pck@0.2_observer_centric", "  observer-centric", &PoseScores::pck_observer},
    {"flip_rate", "flip rate, whole body", &PoseScores::flip_rate},
    {"flip_rate_arms", "  arms", &PoseScores::flip_rate_arms},
    {"flip_rate_legs", "  legs", &PoseScores::flip_rate_legs},
};

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
  for (const NamedScore& score : named_scores) json[score.key] = report.scores.*score.value;
  for (const NamedScore& score : named_scores)
    json["confidence_95"][score.key] = {report.low.*score.value, report.high.*score.value};
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
  for (const NamedScore& score : named_scores)
    add("%-34s %7.1f   %.1f to %.1f\n", score.label, 100 * report.scores.*score.value, 100 * report.low.*score.value,
        100 * report.high.*score.value);
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
