#include "limn/evaluate/verdict.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {

constexpr double reach_3d_mm = 150;
constexpr int auc_steps = 30;
using Verdict = ScoreTable<Tally>;

Tally tally_of(const JointCount& count) {
  return {static_cast<double>(count.correct), static_cast<double>(count.counted)};
}
Tally once(double value) { return {value, 1}; }

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

double mean_px(const std::vector<Vec2>& a, const std::vector<Vec2>& b, const std::vector<bool>& counted) {
  Tally sum;
  for (size_t k = 0; k < a.size(); ++k)
    if (counted[k]) sum += once((a[k] - b[k]).norm());
  return sum.share();
}

void judge_2d(const JudgedPose& person, const Protocol& p, Verdict& v) {
  const bool flipped = is_flipped(person.predicted, person.truth, person.counted, p.mirror);
  v[Score::flip_rate] = once(flipped);
  v[Score::flip_rate_arms] = once(is_flipped(person.predicted, person.truth, both(person.counted, p.arms), p.mirror));
  v[Score::flip_rate_legs] = once(is_flipped(person.predicted, person.truth, both(person.counted, p.legs), p.mirror));
  const std::vector<Vec2> best = flipped ? side_swapped(person.predicted, p.mirror) : person.predicted;
  const auto score = [&](const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth, double length,
                         double threshold) {
    return tally_of(pck(predicted, truth, person.counted, length, threshold));
  };
  if (person.head_px > 0) {
    v[Score::pckh] = score(person.predicted, person.truth, person.head_px, pckh_threshold);
    v[Score::pckh_swap_oracle] = score(best, person.truth, person.head_px, pckh_threshold);
  }
  if (person.side_px > 0) {
    v[Score::percent_mse] = once(100 * mean_px(person.predicted, person.truth, person.counted) / person.side_px);
    v[Score::percent_mse_swap_oracle] = once(100 * mean_px(best, person.truth, person.counted) / person.side_px);
  }
  const double torso = torso_px(person, p);
  if (torso <= 0) return;
  v[Score::pck] = score(person.predicted, person.truth, torso, pck_threshold);
  v[Score::pck_swap_oracle] = score(best, person.truth, torso, pck_threshold);
  const bool well_read = v[Score::pck_swap_oracle].share() >= well_read_share;
  v[Score::well_read] = once(well_read);
  if (well_read) v[Score::flip_rate_well_read] = once(flipped);
  v[Score::pck_observer] = score(as_observed(person.predicted, p), as_observed(person.truth, p), torso, pck_threshold);
}

/// The distances of one pose in 3D, mm and shares.
struct Distances {
  double mean, scaled, aligned;
  double within_reach = 0, auc = 0;
};

/// `counted`: of the shares; empty: all.
Distances distances_of(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth,
                       const std::vector<bool>& counted) {
  Distances d{mean_distance(predicted, truth), scaled_mean_distance(predicted, truth),
              procrustes_mean_distance(predicted, truth)};
  Tally reached, area;
  for (size_t k = 0; k < truth.size(); ++k) {
    if (!counted.empty() && !counted[k]) continue;
    const double distance = (predicted[k] - truth[k]).norm();
    reached += once(distance < reach_3d_mm);
    for (int step = 0; step <= auc_steps; ++step) area += once(distance < reach_3d_mm * step / auc_steps);
  }
  d.within_reach = reached.share();
  d.auc = area.share();
  return d;
}

void judge_3d(const JudgedPose& person, const Protocol& p, Verdict& v) {
  if (person.truth_m.empty()) return;
  const std::vector<Vec3> predicted = rooted_mm(person.predicted_m, p), truth = rooted_mm(person.truth_m, p);
  const Distances raw = distances_of(predicted, truth, person.counted_3d);
  const Distances swapped = distances_of(side_swapped(predicted, p.mirror), truth, person.counted_3d);
  const bool flipped = swapped.mean < raw.mean;
  const Distances& best = flipped ? swapped : raw;
  v[Score::mpjpe_mm] = once(raw.mean);
  v[Score::mpjpe_mm_swap_oracle] = once(best.mean);
  v[Score::n_mpjpe_mm] = once(raw.scaled);
  v[Score::n_mpjpe_mm_swap_oracle] = once(best.scaled);
  v[Score::pa_mpjpe_mm] = once(raw.aligned);
  v[Score::pa_mpjpe_mm_swap_oracle] = once(best.aligned);
  v[Score::pck3d] = once(raw.within_reach);
  v[Score::pck3d_swap_oracle] = once(best.within_reach);
  v[Score::auc3d] = once(raw.auc);
  v[Score::auc3d_swap_oracle] = once(best.auc);
  v[Score::flip_rate_3d] = once(flipped);
}

}  // namespace

Protocol::Protocol(const JointMap& map)
    : left_shoulder(map.joint("left_shoulder")),
      right_shoulder(map.joint("right_shoulder")),
      left_hip(map.joint("left_hip")),
      right_hip(map.joint("right_hip")) {
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

double torso_px(const JudgedPose& person, const Protocol& p) {
  const bool known = person.counted[p.left_shoulder] && person.counted[p.right_hip];
  return known ? (person.truth[p.left_shoulder] - person.truth[p.right_hip]).norm() : 0;
}

std::vector<Vec3> rooted_mm(const std::vector<Vec3>& pose_m, const Protocol& p) {
  Vec3 root = Vec3::Zero();
  for (int j : p.root) root += pose_m[j] / static_cast<float>(p.root.size());
  std::vector<Vec3> result;
  for (const Vec3& joint : pose_m) result.push_back(1000 * (joint - root));
  return result;
}

ScoreTable<Tally> verdict_on(const JudgedPose& person, const Protocol& protocol) {
  Verdict verdict;
  judge_2d(person, protocol, verdict);
  judge_3d(person, protocol, verdict);
  for (const JointAngle& angle : person.angles) {
    const double share = 1.0 / static_cast<double>(person.angles.size());
    verdict[Score::angle_local_deg] += {share * angle.local_deg, share};
    verdict[Score::angle_global_deg] += {share * angle.global_deg, share};
  }
  for (const BoneLength& length : person.bone_lengths) {
    const double share = 1.0 / static_cast<double>(person.bone_lengths.size());
    verdict[Score::bone_length_percent] += {share * 100 * std::abs(length.ratio - 1), share};
  }
  return verdict;
}

}  // namespace limn
