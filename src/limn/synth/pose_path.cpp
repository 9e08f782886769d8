#include "limn/synth/pose_path.h"

#include <algorithm>
#include <utility>

#include "limn/base/error.h"

namespace limn {

Pose between(const Pose& a, const Pose& b, float share) {
  Pose result = a;
  for (size_t j = 0; j < a.rotations.size(); ++j)
    result.rotations[j] =
        Eigen::Quaternionf(a.rotations[j]).slerp(share, Eigen::Quaternionf(b.rotations[j])).toRotationMatrix();
  result.root_position += share * (b.root_position - a.root_position);
  return result;
}

PosePath eased(std::vector<KeyPose> keys) {
  require(!keys.empty(), ErrorKind::usage, "a path needs a pose", "eased", "give at least one key pose");
  for (size_t i = 1; i < keys.size(); ++i)
    require(keys[i].seconds > keys[i - 1].seconds, ErrorKind::usage, "the times of a path do not rise",
            "key " + std::to_string(i), "sort the key poses by time");
  return [keys = std::move(keys)](double seconds) {
    const auto after = std::find_if(keys.begin(), keys.end(), [&](const KeyPose& k) { return k.seconds > seconds; });
    if (after == keys.begin()) return keys.front().pose;
    if (after == keys.end()) return keys.back().pose;
    const KeyPose &a = *(after - 1), &b = *after;
    const float t = static_cast<float>((seconds - a.seconds) / (b.seconds - a.seconds));
    return between(a.pose, b.pose, t * t * (3 - 2 * t));
  };
}

Pose on_ground(const Skeleton& skeleton, Pose pose, float person_size) {
  const float clearance = pose.root_position.y();
  pose.root_position.y() = 0;
  const std::vector<Vec3> joints = forward_kinematics(skeleton, pose).positions;
  float lowest = 1e9f;
  for (size_t j = 0; j < joints.size(); ++j)
    lowest = std::min(lowest, joints[j].y() - person_size * flesh_radius(skeleton, static_cast<int>(j)));
  pose.root_position.y() = clearance - lowest;
  return pose;
}

}  // namespace limn
