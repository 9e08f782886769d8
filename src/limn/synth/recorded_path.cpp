#include "limn/synth/recorded_path.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/body_contact.h"

namespace limn {
namespace {
constexpr float floor_differs_m = 0.06f;
constexpr double joint_deg = 4;  // deviation of the turns added to joints
}  // namespace

RecordedStretch draw_stretch(const Skeleton& skeleton, const MotionLibrary& motions, double seconds, Random& random) {
  RecordedStretch stretch;
  stretch.motion = random.integer(static_cast<int>(motions.motions().size()));
  stretch.speed = std::exp(random.uniform(std::log(0.7), std::log(1.4)));
  const double recorded = motions.motions()[stretch.motion].seconds();
  stretch.start_s = random.uniform(0, std::max(0.0, recorded - stretch.speed * seconds));
  stretch.turn = static_cast<float>(random.uniform(0, 2 * std::numbers::pi));
  stretch.mirrored = random.chance(0.5);
  stretch.travel = random.chance(0.5) ? 1.0f : static_cast<float>(random.uniform());
  stretch.offsets.assign(skeleton.joint_count(), Mat3::Identity());
  for (const int joint : skeleton.rotating_joints()) {
    Vec3 turn;
    for (float& angle : turn) angle = static_cast<float>(random.normal(0, joint_deg * std::numbers::pi / 180));
    if (skeleton.joints()[joint].parent >= 0) stretch.offsets[joint] = rotation_from_axis_angle(turn);
  }
  return stretch;
}

PosePath recorded_path(const Skeleton& skeleton, std::shared_ptr<const MotionLibrary> motions,
                       const RecordedStretch& stretch) {
  const int count = motions ? static_cast<int>(motions->motions().size()) : 0;
  require(stretch.motion >= 0 && stretch.motion < count, ErrorKind::usage, "no such motion",
          std::to_string(stretch.motion) + " of " + std::to_string(count), "choose one of the library");
  const Mat3 turn = Eigen::AngleAxisf(stretch.turn, Vec3::UnitY()).toRotationMatrix();
  return [skeleton, stretch, turn, motions = std::move(motions), parts = BodyParts(skeleton)](double seconds) {
    const Motion& motion = motions->motions()[stretch.motion];
    Pose pose = motion.at(stretch.start_s + stretch.speed * seconds);
    const float clearance = recorded_clearance(parts, forward_kinematics(skeleton, pose), motion.action);
    const Vec3 start = motion.at(stretch.start_s).root_position;
    Vec3 way = stretch.size * stretch.travel * (pose.root_position - start);
    for (size_t j = 0; j < stretch.offsets.size(); ++j) pose.rotations[j] = pose.rotations[j] * stretch.offsets[j];
    pose.root_position = Vec3::Zero();
    if (stretch.mirrored) {
      pose = mirrored(skeleton, pose);
      way.x() = -way.x();
    }
    pose.rotations[0] = turn * pose.rotations[0];
    pose.root_position = turn * way;
    pose.root_position.y() = stretch.size * std::max(0.0f, clearance - floor_differs_m);
    return pose;
  };
}

}  // namespace limn
