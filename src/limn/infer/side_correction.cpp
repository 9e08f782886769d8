#include "limn/infer/side_correction.h"

#include <algorithm>
#include <array>
#include <utility>

#include "limn/geometry/box.h"
#include "limn/skeleton/limb_pairs.h"

namespace limn {
namespace {

double size_px(const PoseEstimate& person) {
  return std::max(1.0f, box_around(person.joints_px).size().norm());
}

/// The frames of somebody and how large they are there.
struct Seen {
  std::vector<PoseEstimate*> people;
  std::vector<double> size_px;
};

/// Means over a limb pair's joints, weighted by confidence: their way from frame t - 1 to t where both are named alike,
/// and where one is named the other way round; sizes of the person.
std::array<double, 2> ways(const Seen& seen, size_t t, const LimbPair& limbs, double farthest) {
  const PoseEstimate &a = *seen.people[t - 1], &b = *seen.people[t];
  const double size = 0.5 * (seen.size_px[t - 1] + seen.size_px[t]);
  const auto way = [&](int from, int to) {
    const double distance = (a.joints_px[from] - b.joints_px[to]).norm() / size;
    return std::min(distance, farthest);
  };
  double alike = 0, exchanged = 0, total = 1e-9;
  for (const auto& [left, right] : limbs) {
    const double weight = std::min({a.confidence[left], a.confidence[right], b.confidence[left], b.confidence[right]});
    alike += weight * (way(left, left) + way(right, right));
    exchanged += weight * (way(left, right) + way(right, left));
    total += weight;
  }
  return {alike / total, exchanged / total};
}

/// Per frame, whether the limbs' sides are to be exchanged.
std::vector<bool> exchanged_frames(const Seen& seen, const LimbPair& limbs, double doubt, double farthest) {
  const size_t count = seen.people.size();
  std::array<double, 2> cost = {0, doubt};
  std::vector<std::array<int, 2>> from(count);
  for (size_t t = 1; t < count; ++t) {
    const auto [alike, crossed] = ways(seen, t, limbs, farthest);
    std::array<double, 2> next;
    for (int state = 0; state < 2; ++state) {
      const double stay = cost[state] + alike, change = cost[1 - state] + crossed;
      from[t][state] = change < stay ? 1 - state : state;
      next[state] = std::min(stay, change) + (state == 1 ? doubt : 0);
    }
    cost = next;
  }
  std::vector<bool> exchanged(count);
  int state = cost[1] < cost[0] ? 1 : 0;
  for (size_t t = count; t-- > 0; state = from[t][state]) exchanged[t] = state == 1;
  return exchanged;
}

}  // namespace

int correct_sides(const Skeleton& skeleton, double frame_rate, const SideSettings& settings, const LiftPose& lift,
                  std::vector<std::optional<PoseEstimate>>& people) {
  Seen seen;
  for (std::optional<PoseEstimate>& person : people) {
    if (!person) continue;
    seen.people.push_back(&*person);
    seen.size_px.push_back(size_px(*person));
  }
  const double doubt = settings.doubt_per_s / std::max(1.0, frame_rate);
  std::vector<bool> changed(seen.people.size());
  for (const LimbPair& limbs : limb_pairs(skeleton)) {
    const std::vector<bool> exchanged = exchanged_frames(seen, limbs, doubt, settings.farthest);
    for (size_t t = 0; t < exchanged.size(); ++t) {
      if (!exchanged[t]) continue;
      changed[t] = true;
      PoseEstimate& person = *seen.people[t];
      for (const auto& [left, right] : limbs) {
        std::swap(person.joints_px[left], person.joints_px[right]);
        std::swap(person.confidence[left], person.confidence[right]);
        if (!person.bone_depths.empty()) std::swap(person.bone_depths[left], person.bone_depths[right]);
      }
    }
  }
  for (size_t t = 0; t < changed.size(); ++t) {
    if (!changed[t]) continue;
    PoseEstimate lifted = lift(*seen.people[t]);
    lifted.score = seen.people[t]->score;
    *seen.people[t] = std::move(lifted);
  }
  return static_cast<int>(std::count(changed.begin(), changed.end(), true));
}

}  // namespace limn
