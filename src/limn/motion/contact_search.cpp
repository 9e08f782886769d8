#include "limn/motion/contact_search.h"

#include <algorithm>
#include <cmath>

#include "limn/base/median.h"

namespace limn {
namespace {

constexpr float least_confidence = 0.05f;
constexpr double speed_reach_s = 0.05;  ///< a speed is read from as long before to as long after
constexpr float along_counts = 0.33f;   ///< of the speed along the ray
constexpr float sole_down = 0.5f;       ///< cosine: how far a sole that rests may tilt
constexpr float toes_down = 0.2f;       ///< the same of a foot that rests on its toes
constexpr float most_drift_m = 0.1f;    ///< a foot that goes farther, however slowly, has stepped
constexpr double step_s = 0.12;         ///< how long before and after such a step it does not rest
constexpr float misread_m = 0.4f;       ///< how far above the ground a body may seem to stand whose distance is misread
constexpr float ray_error_m = 0.04f;
constexpr float upright_cosine = 0.82f;  ///< 35 degrees
constexpr float stretched = 0.93f;       ///< of the length of legs and trunk
constexpr double upright_s = 0.2;

std::vector<Kinematics> bodies_of(const Skeleton& skeleton, const std::vector<Pose>& poses) {
  std::vector<Kinematics> bodies;
  for (const Pose& pose : poses) bodies.push_back(forward_kinematics(skeleton, pose));
  return bodies;
}

Vec3 median_of(const std::vector<Vec3>& points) {
  Vec3 result;
  std::vector<float> values(points.size());
  for (int k = 0; k < 3; ++k) {
    for (size_t i = 0; i < points.size(); ++i) values[i] = points[i][k];
    result[k] = median(values);
  }
  return result;
}

float depth_of(const Vec3& p, const GroundView& view) { return std::max(0.1f, (p - view.camera).dot(view.away())); }

}  // namespace

std::vector<PlacedContact> in_order(const FeetContacts& contacts) {
  std::vector<PlacedContact> result;
  for (size_t side = 0; side < 2; ++side)
    for (size_t end = 0; end < 2; ++end)
      for (const Interval& interval : intervals_of(contacts[side][end])) result.push_back({side, end, interval});
  return result;
}

ContactSearch::ContactSearch(const Skeleton& skeleton, const Camera& camera, double frame_rate,
                             const std::vector<float>& bone_scales, const std::vector<const PoseEstimate*>& people)
    : skeleton_(skeleton), camera_(camera), frame_rate_(frame_rate), people_(people), legs_(legs_of(skeleton)) {
  for (size_t side = 0; side < 2; ++side) heights_[side] = foot_heights(skeleton, legs_[side], bone_scales);
}

std::optional<Vec3> ContactSearch::body_up(const std::vector<Pose>& camera_poses) const {
  const int neck = skeleton_.joint("neck");
  std::vector<Vec3> directions;
  for (size_t t = 0; t < people_.size(); ++t) {
    if (people_[t] == nullptr) continue;
    const std::vector<Vec3> p = forward_kinematics(skeleton_, camera_poses[t]).positions;
    float whole = 0;
    for (int j = neck; j > 0; j = skeleton_.joints()[j].parent)
      whole += (p[j] - p[skeleton_.joints()[j].parent]).norm();
    Vec3 feet = Vec3::Zero();
    for (const Leg& leg : legs_) {
      whole += 0.5f * ((p[leg.knee] - p[leg.hip]).norm() + (p[leg.ankle] - p[leg.knee]).norm());
      feet += 0.5f * p[leg.ankle];
    }
    const Vec3 up = p[neck] - feet;
    if (up.norm() > stretched * whole && -up.y() > upright_cosine * up.norm()) directions.push_back(up.normalized());
  }
  if (static_cast<double>(directions.size()) < std::max(2.0, upright_s * frame_rate_)) return std::nullopt;
  return median_of(directions).normalized();
}

FootMotion ContactSearch::motion_of(int frame, size_t side, size_t end, const std::vector<Kinematics>& bodies,
                                    const GroundView& view) const {
  const int joint = end_joint(side, end), count = static_cast<int>(people_.size());
  const int reach = std::max(1, static_cast<int>(std::lround(speed_reach_s * frame_rate_)));
  FootMotion result;
  const PoseEstimate* here = people_[frame];
  const float tilt = bodies[frame].global_rotations[legs_[side].ankle].col(1).dot(view.up);
  if (here == nullptr || here->confidence[joint] < least_confidence || tilt < (end == heel ? sole_down : toes_down))
    return result;
  int from = frame, to = frame;
  while (from > 0 && from > frame - reach && people_[from - 1] != nullptr) --from;
  while (to + 1 < count && to < frame + reach && people_[to + 1] != nullptr) ++to;
  if (from == to) return result;
  const Vec3 &p0 = bodies[from].positions[joint], &p1 = bodies[to].positions[joint];
  const float across = across_m(people_[to]->joints_px[joint] - people_[from]->joints_px[joint],
                                depth_of(bodies[frame].positions[joint], view));
  const float along = along_counts * (p1 - p0).dot(view.away());
  result.known = true;
  result.speed = std::hypot(across, along) * static_cast<float>(frame_rate_) / static_cast<float>(to - from);
  const auto height = [&](size_t s, size_t e) {
    return bodies[frame].positions[end_joint(s, e)].dot(view.up) - clearance(s, e);
  };
  const float own = height(side, end);
  result.height = own - std::min({height(0, heel), height(0, toes), height(1, heel), height(1, toes)});
  if (view.has_ground) result.height = std::max(result.height, own - misread_m);
  return result;
}

void ContactSearch::split_where_drifting(int joint, const std::vector<Kinematics>& bodies, const GroundView& view,
                                         std::vector<bool>& contact) const {
  const int around = static_cast<int>(std::ceil(step_s * frame_rate_));
  for (const Interval& interval : intervals_of(contact)) {
    Vec2 sum = Vec2::Zero();
    int summed = 0;
    for (int t = interval.first; t <= interval.last; ++t) {
      if (people_[t] == nullptr) continue;
      const Vec2& px = people_[t]->joints_px[joint];
      if (summed > 0 &&
          across_m(px - sum / static_cast<float>(summed), depth_of(bodies[t].positions[joint], view)) > most_drift_m) {
        const int first = std::max(interval.first, t - around), last = std::min(interval.last, t + around);
        std::fill(contact.begin() + first, contact.begin() + last + 1, false);
        sum.setZero();
        summed = 0;
        t = last;
        continue;
      }
      sum += px;
      ++summed;
    }
  }
}

FeetContacts ContactSearch::find(const std::vector<Pose>& poses, const GroundView& view) const {
  const std::vector<Kinematics> bodies = bodies_of(skeleton_, poses);
  FeetContacts result;
  for (size_t side = 0; side < 2; ++side)
    for (size_t end = 0; end < 2; ++end) {
      std::vector<FootMotion> motion(people_.size());
      for (size_t t = 0; t < people_.size(); ++t) motion[t] = motion_of(static_cast<int>(t), side, end, bodies, view);
      result[side][end] = find_contacts(motion, frame_rate_);
      split_where_drifting(end_joint(side, end), bodies, view, result[side][end]);
    }
  return result;
}

std::vector<RestingPoint> ContactSearch::resting_points(const std::vector<Pose>& poses,
                                                        const FeetContacts& contacts) const {
  const std::vector<Kinematics> bodies = bodies_of(skeleton_, poses);
  std::vector<RestingPoint> points;
  for (const auto& [side, end, interval] : in_order(contacts)) {
    const int joint = end_joint(side, end);
    std::vector<Vec3> places;
    float sure = 0;  // a thing that is taken for a person stands still, too
    for (int t = interval.first; t <= interval.last; ++t) {
      places.push_back(bodies[t].positions[joint]);
      if (people_[t] != nullptr) sure += people_[t]->confidence[joint];
    }
    const auto frames = static_cast<float>(interval.frames());
    const float weight = std::min(1.0f, frames / static_cast<float>(frame_rate_)) * sure / frames;
    points.push_back({median_of(places), clearance(side, end), weight});
  }
  return points;
}

std::vector<PlantedPoint> ContactSearch::planted_points(const std::vector<Pose>& poses, const FeetContacts& contacts,
                                                        const GroundView& view) const {
  const std::vector<Kinematics> bodies = bodies_of(skeleton_, poses);
  std::vector<PlantedPoint> points;
  for (const auto& [side, end, interval] : in_order(contacts)) {
    const int joint = end_joint(side, end);
    PlantedPoint point{interval.first, interval.last, clearance(side, end), {}, {}};
    for (int t = interval.first; t <= interval.last; ++t) {
      const std::vector<Vec3>& p = bodies[t].positions;
      point.from_root.push_back((p[joint] - p[0]).cast<double>());
      Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
      if (people_[t] != nullptr) {
        const Vec3 pixel = camera_.unproject(people_[t]->joints_px[joint], 1);
        const Eigen::Vector3d ray = (view.from_camera * pixel).normalized().cast<double>();
        information = (Eigen::Matrix3d::Identity() - ray * ray.transpose()) * people_[t]->confidence[joint] /
                      (ray_error_m * ray_error_m);
      }
      point.ray_information.push_back(information);
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace limn
