#include "limn/motion/grounding.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/base/median.h"
#include "limn/motion/contact_search.h"
#include "limn/motion/foot_plant.h"
#include "limn/motion/root_path.h"
#include "limn/motion/time_filter.h"
#include "limn/synth/pose_path.h"
#include "limn/synth/poses.h"

namespace limn {
namespace {

constexpr double filled_gap_s = 1;
constexpr double lowest_share = 0.1;
constexpr double lift_reach_s = 0.15;
constexpr int lift_rounds = 3;
constexpr int contact_rounds = 2;

using People = std::vector<const PoseEstimate*>;

std::vector<float> median_scales(const Skeleton& skeleton, const People& people) {
  std::vector<float> scales(skeleton.joint_count(), 1.0f), seen;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    seen.clear();
    for (const PoseEstimate* person : people)
      if (person != nullptr) seen.push_back(person->pose.bone_scales[j]);
    if (skeleton.joints()[j].parent >= 0) scales[j] = median(seen);
  }
  return scales;
}

std::vector<FrameOrigin> origins_of(const People& people, double frame_rate) {
  std::vector<FrameOrigin> origins(people.size(), FrameOrigin::seen);
  for (size_t t = 0, end = 0; t < people.size(); t = end + 1) {
    for (end = t; end < people.size() && people[end] == nullptr;) ++end;
    const bool inside = t > 0 && end < people.size();
    const bool is_short = static_cast<double>(end - t) <= filled_gap_s * frame_rate;
    std::fill(origins.begin() + static_cast<std::ptrdiff_t>(t), origins.begin() + static_cast<std::ptrdiff_t>(end),
              inside && is_short ? FrameOrigin::filled : FrameOrigin::absent);
  }
  return origins;
}

/// Rotations of frames without a person, from the nearest with one; roots stay.
void fill_rotations(const People& people, std::vector<Pose>& poses) {
  const int count = static_cast<int>(people.size());
  const auto fill = [&](int t, const Pose& a, const Pose& b, float share) {
    const Vec3 root = poses[t].root_position;
    poses[t] = between(a, b, share);
    poses[t].root_position = root;
  };
  int before = -1;
  for (int t = 0; t < count; ++t) {
    if (people[t] == nullptr) continue;
    for (int s = before + 1; s < t; ++s)
      if (before < 0)
        fill(s, poses[t], poses[t], 0);
      else
        fill(s, poses[before], poses[t], static_cast<float>(s - before) / static_cast<float>(t - before));
    before = t;
  }
  for (int s = before + 1; s < count; ++s) fill(s, poses[before], poses[before], 0);
}

/// The clip's poses in the camera's frame.
std::vector<Pose> camera_poses(const People& people, const std::vector<Eigen::Vector3d>& roots,
                               const std::vector<float>& scales) {
  std::vector<Pose> poses(people.size());
  for (size_t t = 0; t < people.size(); ++t) {
    poses[t].root_position = roots[t].cast<float>();
    if (people[t] == nullptr) continue;
    poses[t].rotations = people[t]->pose.rotations;
    poses[t].rotations[0] = facing_from_camera(poses[t].root_position).transpose() * poses[t].rotations[0];
    poses[t].bone_scales = scales;
  }
  fill_rotations(people, poses);
  return poses;
}

/// How far the flesh of the lowest tenth of the frames lies above y = 0.
float lowest_flesh(const Skeleton& skeleton, const std::vector<Pose>& poses) {
  std::vector<float> lowest;
  for (const Pose& pose : poses) {
    const std::vector<Vec3> joints = forward_kinematics(skeleton, pose).positions;
    float y = INFINITY;
    for (int j = 0; j < skeleton.joint_count(); ++j) y = std::min(y, joints[j].y() - flesh_radius(skeleton, j));
    lowest.push_back(y);
  }
  const auto at = lowest.begin() + static_cast<std::ptrdiff_t>(lowest_share * static_cast<double>(lowest.size() - 1));
  std::nth_element(lowest.begin(), at, lowest.end());
  return *at;
}

/// How far each frame's root has to rise, smoothly, so that no joint is below the ground.
std::vector<float> lift_above_ground(const Skeleton& skeleton, double frame_rate, bool over_time,
                                     const std::vector<Pose>& poses) {
  std::vector<float> missing;
  for (const Pose& pose : poses) {
    float lowest = 0;
    for (const Vec3& p : forward_kinematics(skeleton, pose).positions) lowest = std::min(lowest, p.y());
    missing.push_back(-lowest);
  }
  return envelope_over_time(missing, over_time ? static_cast<int>(std::ceil(lift_reach_s * frame_rate)) : 0);
}

/// The steps of ground_motion, in their order.
class Grounding {
 public:
  Grounding(const Skeleton& skeleton, const Camera& camera, double frame_rate, const People& people,
            const GroundingSettings& settings)
      : skeleton_(skeleton), people_(people), settings_(settings) {
    clip_.frame_rate = frame_rate;
    clip_.camera = camera;
    clip_.bone_scales = median_scales(skeleton, people);
    clip_.origins = origins_of(people, frame_rate);
    clip_.contacts.resize(people.size());
  }

  MotionClip run() {
    solve_in_camera();
    if (settings_.over_time) find_ground();
    to_world();
    if (clip_.ground.from_contacts)
      settle_contacts();
    else
      stand_on_lowest();
    keep_above_ground();
    start_at_origin();
    return std::move(clip_);
  }

 private:
  void solve_in_camera() {
    fixes_.resize(people_.size());
    for (size_t t = 0; t < people_.size(); ++t)
      if (people_[t] != nullptr) fixes_[t] = solve_root(skeleton_, clip_.camera, *people_[t], clip_.bone_scales);
    std::vector<Eigen::Vector3d> roots;
    if (settings_.over_time)
      roots = solve_root_path(fixes_, {}, Eigen::Vector3d::Zero(), clip_.frame_rate).roots;
    else
      for (const RootFix& fix : fixes_) roots.push_back(fix.position);
    clip_.poses = camera_poses(people_, roots, clip_.bone_scales);
  }

  ContactSearch search() const {
    return ContactSearch(skeleton_, clip_.camera, clip_.frame_rate, clip_.bone_scales, people_);
  }

  void find_ground() {
    const std::optional<Vec3> up = search().body_up(clip_.poses);
    resting_ = search().find(clip_.poses, {.up = up.value_or(Vec3(0, -1, 0))});
    clip_.ground = fit_ground(search().resting_points(clip_.poses, resting_), up);
  }

  void to_world() {
    clip_.world_from_camera = clip_.ground.world_from_camera();
    clip_.camera_place = Vec3(0, clip_.ground.height, 0);
    const Eigen::Matrix3d turn = clip_.world_from_camera.cast<double>();
    for (Pose& pose : clip_.poses) {
      pose.rotations[0] = clip_.world_from_camera * pose.rotations[0];
      pose.root_position = clip_.world_from_camera * pose.root_position + clip_.camera_place;
    }
    for (RootFix& fix : fixes_) {
      fix.position = turn * fix.position + clip_.camera_place.cast<double>();
      fix.information = turn * fix.information * turn.transpose();
    }
  }

  /// Contacts say where the root is, and where the root is says what is a contact. The first ones are those that were
  /// found without a ground: a body whose distance is misread stands above or below it, until its feet are on it.
  void settle_contacts() {
    const GroundView view{clip_.world_from_camera, clip_.camera_place, Vec3::UnitY(), true};
    for (int round = 0; round < contact_rounds; ++round) {
      const FeetContacts contacts = round == 0 ? resting_ : search().find(clip_.poses, view);
      const RootPath path = solve_root_path(fixes_, search().planted_points(clip_.poses, contacts, view),
                                            view.camera.cast<double>(), clip_.frame_rate);
      plan_feet(contacts, path.points);
      if (!settings_.plant_feet) return;
      for (size_t t = 0; t < clip_.poses.size(); ++t) clip_.poses[t].root_position = path.roots[t].cast<float>();
    }
  }

  /// `places` of the contacts in_order().
  void plan_feet(const FeetContacts& contacts, const std::vector<Eigen::Vector3d>& places) {
    feet_ = {};
    clip_.contacts.assign(clip_.poses.size(), FootContacts{});
    auto place = places.begin();
    for (const auto& [side, end, frames] : in_order(contacts)) {
      feet_[side][end].push_back({frames, (place++)->cast<float>()});
      for (int t = frames.first; t <= frames.last; ++t) clip_.contacts[t][side][end] = true;
    }
    fit_to_feet(skeleton_, clip_.bone_scales, feet_);
  }

  void stand_on_lowest() {
    if (!settings_.over_time) {
      for (Pose& pose : clip_.poses) pose.root_position.y() -= lowest_flesh(skeleton_, {pose});
      return;
    }
    const float lowest = lowest_flesh(skeleton_, clip_.poses);
    for (Pose& pose : clip_.poses) pose.root_position.y() -= lowest;
    clip_.camera_place.y() -= lowest;
    clip_.ground.height = clip_.camera_place.y();
  }

  /// A lifted body asks its planted legs for more; what they cannot give lifts the feet, too, in the end.
  void keep_above_ground() {
    if (!settings_.plant_feet) return;
    std::vector<Pose> bent;
    for (int round = 0; round < lift_rounds; ++round) {
      bent = clip_.poses;
      if (clip_.ground.from_contacts) plant_feet(skeleton_, clip_.frame_rate, feet_, bent);
      const bool is_last = round + 1 == lift_rounds;
      const std::vector<float> lift = lift_above_ground(skeleton_, clip_.frame_rate, settings_.over_time, bent);
      std::vector<Pose>& lifted = is_last ? bent : clip_.poses;
      for (size_t t = 0; t < lifted.size(); ++t) lifted[t].root_position.y() += lift[t];
    }
    clip_.poses = std::move(bent);
  }

  void start_at_origin() {
    const Vec3 start(clip_.poses[0].root_position.x(), 0, clip_.poses[0].root_position.z());
    for (Pose& pose : clip_.poses) pose.root_position -= start;
    clip_.camera_place -= start;
  }

  const Skeleton& skeleton_;
  const People& people_;
  GroundingSettings settings_;
  MotionClip clip_;
  std::vector<RootFix> fixes_;  ///< camera frame, from to_world() on world
  FeetContacts resting_;        ///< found without a ground
  PlantedFeet feet_;
};

}  // namespace

MotionClip ground_motion(const Skeleton& skeleton, const Camera& camera, double frame_rate, const People& people,
                         const GroundingSettings& settings) {
  require(std::any_of(people.begin(), people.end(), [](const PoseEstimate* person) { return person != nullptr; }),
          ErrorKind::usage, "there is nobody to put on the ground", "ground_motion", "pass a frame with a person");
  require(std::isfinite(frame_rate) && frame_rate > 0 && camera.focal_px > 0, ErrorKind::usage,
          "a motion needs a frame rate and a focal length above 0", "ground_motion", "pass both");
  return Grounding(skeleton, camera, frame_rate, people, settings).run();
}

}  // namespace limn
