#include <algorithm>
#include <map>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/evaluate/body_view.h"
#include "limn/evaluate/pose_report.h"

namespace limn {
namespace {

constexpr int bootstrap_samples = 1000;
constexpr uint64_t bootstrap_seed = 1;
using Verdict = ScoreTable<Tally>;

/// Who does what: the protocol's activities, in order, and one of them for each person.
struct Activities {
  std::vector<std::string> names;
  std::vector<size_t> of_person;

  explicit Activities(const std::vector<JudgedPose>& people) {
    std::map<std::string, size_t> known;
    for (const JudgedPose& person : people) known[person.activity] = 0;
    for (auto& [name, index] : known) {
      index = names.size();
      names.push_back(name);
    }
    for (const JudgedPose& person : people) of_person.push_back(known[person.activity]);
  }
};

/// One sum an activity; `pick(i)` names the i-th person.
template <class Pick>
std::vector<Verdict> summed(const std::vector<Verdict>& verdicts, const Activities& activities, Pick pick) {
  std::vector<Verdict> sums(activities.names.size());
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const size_t person = pick(i);
    Verdict& sum = sums[activities.of_person[person]];
    for (size_t s = 0; s < sum.values.size(); ++s) sum.values[s] += verdicts[person].values[s];
  }
  return sums;
}

/// The mean over the activities that anybody does.
PoseScores scores_of(const std::vector<Verdict>& sums) {
  PoseScores scores;
  for (size_t s = 0; s < scores.values.size(); ++s) {
    Tally mean;
    for (const Verdict& sum : sums)
      if (sum.values[s].weight > 0) mean += {sum.values[s].share(), 1};
    scores.values[s] = mean.share();
  }
  return scores;
}

void add_intervals(const std::vector<Verdict>& verdicts, const Activities& activities, PoseReport& report) {
  std::vector<PoseScores> samples;
  for (int b = 0; b < bootstrap_samples; ++b) {
    Random random(bootstrap_seed, "evaluate.bootstrap", static_cast<uint64_t>(b));
    const int count = static_cast<int>(verdicts.size());
    samples.push_back(
        scores_of(summed(verdicts, activities, [&](size_t) { return static_cast<size_t>(random.integer(count)); })));
  }
  std::vector<double> values(samples.size());
  for (size_t s = 0; s < report.scores.values.size(); ++s) {
    std::transform(samples.begin(), samples.end(), values.begin(), [&](const PoseScores& p) { return p.values[s]; });
    std::sort(values.begin(), values.end());
    report.low.values[s] = values[values.size() * 25 / 1000];
    report.high.values[s] = values[values.size() * 975 / 1000 - 1];
  }
}

void add_joints(const JudgedPose& person, const Protocol& protocol, PoseReport& report) {
  const double torso = torso_px(person, protocol);
  Tally error;
  for (size_t k = 0; k < report.joints.size(); ++k) {
    if (!person.counted[k]) continue;
    const double distance = (person.predicted[k] - person.truth[k]).norm();
    if (torso > 0) {
      report.joints[k].pck += {distance / torso < pck_threshold, 1};
      error += {distance / torso, 1};
    }
    if (person.head_px > 0) report.joints[k].pckh += {distance < pckh_threshold * person.head_px, 1};
    if (person.side_px > 0) report.joints[k].percent_mse += {100 * distance / person.side_px, 1};
  }
  report.mean_errors.push_back(error.share());
  if (person.truth_m.empty()) return;
  const std::vector<Vec3> predicted = rooted_mm(person.predicted_m, protocol),
                          truth = rooted_mm(person.truth_m, protocol);
  for (size_t k = 0; k < report.joints.size(); ++k) report.joints[k].mpjpe_mm += {(predicted[k] - truth[k]).norm(), 1};
}

void add_angles(const JudgedPose& person, PoseReport& report) {
  if (report.angles.empty())
    for (const JointAngle& angle : person.angles) report.angles.push_back({angle.joint, {}, {}});
  for (size_t j = 0; j < person.angles.size(); ++j) {
    report.angles[j].local_deg += {person.angles[j].local_deg, 1};
    report.angles[j].global_deg += {person.angles[j].global_deg, 1};
  }
}

void add_bone_lengths(const JudgedPose& person, PoseReport& report) {
  if (report.bone_lengths.empty())
    for (const BoneLength& length : person.bone_lengths) report.bone_lengths.push_back({length.joint, {}});
  for (size_t j = 0; j < person.bone_lengths.size(); ++j) report.bone_lengths[j].ratio += {person.bone_lengths[j].ratio, 1};
}

void add_activities(const std::vector<Verdict>& sums, const Activities& activities, PoseReport& report) {
  if (activities.names == std::vector<std::string>{""}) return;
  for (size_t a = 0; a < sums.size(); ++a)
    report.activities.push_back(
        {activities.names[a], static_cast<int>(std::count(activities.of_person.begin(), activities.of_person.end(), a)),
         scores_of({sums[a]})});
}

/// Activities alike, since a view is no protocol's.
void add_views(const std::vector<JudgedPose>& people, const std::vector<Verdict>& verdicts, const Protocol& protocol,
               PoseReport& report) {
  std::map<std::string, std::pair<int, Verdict>> sums;
  for (size_t i = 0; i < people.size(); ++i)
    for (const std::string& view : body_views(people[i], protocol)) {
      auto& [count, sum] = sums[view];
      ++count;
      for (size_t s = 0; s < sum.values.size(); ++s) sum.values[s] += verdicts[i].values[s];
    }
  for (const std::string& view : all_body_views())
    if (const auto found = sums.find(view); found != sums.end())
      report.views.push_back({view, found->second.first, scores_of({found->second.second})});
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
    add_joints(person, protocol, report);
    add_angles(person, report);
    add_bone_lengths(person, report);
  }
  const Activities activities(people);
  const std::vector<Verdict> sums = summed(verdicts, activities, [](size_t i) { return i; });
  report.scores = scores_of(sums);
  for (const Verdict& sum : sums)
    for (size_t s = 0; s < sum.values.size(); ++s) report.known.values[s] |= sum.values[s].weight > 0;
  add_activities(sums, activities, report);
  add_views(people, verdicts, protocol, report);
  add_intervals(verdicts, activities, report);
  return report;
}

}  // namespace limn
