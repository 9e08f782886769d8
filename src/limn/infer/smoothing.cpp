#include "limn/infer/smoothing.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/base/median.h"
#include "limn/geometry/box.h"
#include "limn/synth/pose_path.h"

namespace limn {
namespace {

using People = std::vector<std::optional<PoseEstimate>>;

/// The neighbours that a frame's values are a mean of, and how much each weighs by time alone.
struct Window {
  std::vector<int> frames;
  std::vector<double> weights;
};

Window window_around(const People& people, int frame, double deviation) {
  Window window;
  const int reach = static_cast<int>(std::ceil(2.5 * deviation)), count = static_cast<int>(people.size());
  for (int t = std::max(0, frame - reach); t <= std::min(count - 1, frame + reach); ++t) {
    if (!people[t]) continue;
    window.frames.push_back(t);
    window.weights.push_back(std::exp(-0.5 * (t - frame) * (t - frame) / (deviation * deviation)));
  }
  return window;
}

double nearness(double difference, double still) { return std::exp(-0.5 * difference * difference / (still * still)); }

/// The rotation nearest to a sum of weighted rotations, in the Frobenius norm.
Mat3 chordal_mean(const Eigen::Matrix3d& sum) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(sum, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);
  return (svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose()).cast<float>();
}

/// The middle one of a frame and its two neighbours: the value with the smallest sum of distances to the others.
template <class Value, class Distance>
Value middle_of(const Value& before, const Value& here, const Value& after, const Distance& distance) {
  const double to_before = distance(here, before), to_after = distance(here, after), across = distance(before, after);
  if (to_before + to_after <= std::min(to_before, to_after) + across) return here;
  return to_before < to_after ? before : after;
}

People without_outliers(const People& people) {
  People result = people;
  for (size_t t = 1; t + 1 < people.size(); ++t) {
    if (!people[t - 1] || !people[t] || !people[t + 1]) continue;
    const PoseEstimate &a = *people[t - 1], &b = *people[t], &c = *people[t + 1];
    for (size_t j = 0; j < b.joints_px.size(); ++j) {
      result[t]->joints_px[j] = middle_of(a.joints_px[j], b.joints_px[j], c.joints_px[j],
                                          [](const Vec2& p, const Vec2& q) { return (p - q).norm(); });
      result[t]->pose.rotations[j] =
          middle_of(a.pose.rotations[j], b.pose.rotations[j], c.pose.rotations[j],
                    [](const Mat3& p, const Mat3& q) { return static_cast<double>(geodesic_angle(p, q)); });
    }
    result[t]->camera.scale = median({a.camera.scale, b.camera.scale, c.camera.scale});
  }
  return result;
}

/// Largest extent of the joints, px.
double size_of(const PoseEstimate& person) {
  return std::max(1.0f, box_around(person.joints_px).size().maxCoeff());
}

void smooth_joint(const People& from, int frame, const Window& window, size_t joint, const SmoothingSettings& settings,
                  PoseEstimate& to) {
  const PoseEstimate& here = *from[frame];
  const double still_px = settings.still_size * size_of(here), still = settings.still_deg * std::numbers::pi / 180;
  Eigen::Vector2d place = Eigen::Vector2d::Zero();
  Eigen::Matrix3d turn = Eigen::Matrix3d::Zero();
  double total = 0;
  for (size_t i = 0; i < window.frames.size(); ++i) {
    const PoseEstimate& other = *from[window.frames[i]];
    const double moved = (other.joints_px[joint] - here.joints_px[joint]).norm();
    const double weight = window.weights[i] * (0.05 + other.confidence[joint]) * nearness(moved, still_px);
    place += weight * other.joints_px[joint].cast<double>();
    total += weight;
    const Mat3 &theirs = other.pose.rotations[joint], &ours = here.pose.rotations[joint];
    turn += window.weights[i] * nearness(geodesic_angle(theirs, ours), still) * theirs.cast<double>();
  }
  to.joints_px[joint] = (place / total).cast<float>();
  to.pose.rotations[joint] = chordal_mean(turn);
}

void smooth_camera(const People& from, int frame, const Window& window, const SmoothingSettings& settings,
                   PoseEstimate& to) {
  const PoseEstimate& here = *from[frame];
  const double still_px = settings.still_size * size_of(here);
  Eigen::Vector2d place = Eigen::Vector2d::Zero();
  double total = 0, log_scale = 0, times = 0;
  for (size_t i = 0; i < window.frames.size(); ++i) {
    const WeakCamera& other = from[window.frames[i]]->camera;
    const double weight = window.weights[i] * nearness((other.root_uv - here.camera.root_uv).norm(), still_px);
    place += weight * other.root_uv.cast<double>();
    total += weight;
    log_scale += window.weights[i] * std::log(std::max(1e-6f, other.scale));
    times += window.weights[i];
  }
  to.camera.root_uv = (place / total).cast<float>();
  to.camera.scale = static_cast<float>(std::exp(log_scale / times));
}

std::vector<float> median_lengths(const People& people) {
  std::vector<std::vector<float>> seen;
  for (const auto& person : people) {
    if (!person) continue;
    seen.resize(person->pose.bone_scales.size());
    for (size_t j = 0; j < seen.size(); ++j) seen[j].push_back(person->pose.bone_scales[j]);
  }
  std::vector<float> lengths;
  for (const std::vector<float>& values : seen) lengths.push_back(median(values));
  return lengths;
}

/// `share` of the way from `a` to `b`.
PoseEstimate estimate_between(const Skeleton& skeleton, const PoseEstimate& a, const PoseEstimate& b, float share) {
  PoseEstimate result = a;
  result.pose = between(a.pose, b.pose, share);
  for (size_t j = 0; j < a.joints_px.size(); ++j) {
    result.joints_px[j] += share * (b.joints_px[j] - a.joints_px[j]);
    result.confidence[j] = 0.5f * std::min(a.confidence[j], b.confidence[j]);
    result.pose.bone_scales[j] = a.pose.bone_scales[j] + share * (b.pose.bone_scales[j] - a.pose.bone_scales[j]);
  }
  result.camera.root_uv += share * (b.camera.root_uv - a.camera.root_uv);
  result.camera.scale += share * (b.camera.scale - a.camera.scale);
  result.score = 0.5f * std::min(a.score, b.score);
  result.kinematics = forward_kinematics(skeleton, result.pose);
  return result;
}

}  // namespace

void fill_gaps(const Skeleton& skeleton, int longest, People& people) {
  int before = -1;
  for (int t = 0; t < static_cast<int>(people.size()); ++t) {
    if (!people[t]) continue;
    const int gap = t - before - 1;
    if (before >= 0 && gap <= longest)
      for (int s = before + 1; s < t; ++s)
        people[s] = estimate_between(skeleton, *people[before], *people[t],
                                     static_cast<float>(s - before) / static_cast<float>(t - before));
    before = t;
  }
}

void smooth(const Skeleton& skeleton, double frame_rate, const SmoothingSettings& settings, People& people) {
  const People steady = without_outliers(people);
  const std::vector<float> lengths = median_lengths(people);
  for (int t = 0; t < static_cast<int>(people.size()); ++t) {
    if (!people[t]) continue;
    PoseEstimate& to = *people[t];
    const Window window = window_around(steady, t, settings.window_s * frame_rate);
    for (size_t j = 0; j < to.joints_px.size(); ++j) smooth_joint(steady, t, window, j, settings, to);
    smooth_camera(steady, t, window, settings, to);
    to.pose.bone_scales = lengths;
    to.kinematics = forward_kinematics(skeleton, to.pose);
  }
}

}  // namespace limn
