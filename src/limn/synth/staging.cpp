#include "limn/synth/staging.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "limn/synth/scene.h"

namespace limn {
namespace {
constexpr double fastest_turn = 2.5;  ///< of the whole body from one pose to the next, radians a second on average
}

const Character* draw_character(const SynthOptions& options, Random& random) {
  if (options.characters.empty() || !random.chance(options.character_probability)) return nullptr;
  return options.characters[random.integer(static_cast<int>(options.characters.size()))].get();
}

Proportions draw_proportions(const Skeleton& skeleton, const SynthOptions& options, const Character* character,
                             Random& random) {
  return character ? sample_proportions(skeleton, *character, random, options.child_probability)
                   : sample_proportions(skeleton, random, options.child_probability);
}

Person draw_person(const Skeleton& skeleton, const Character* character, const Proportions& proportions,
                   Random& random) {
  return character ? sample_person(skeleton, *character, proportions, random)
                   : sample_person(skeleton, proportions, random);
}

float heading(const Mat3& world_from_body) {
  const Vec3 front = world_from_body.col(2), up = world_from_body.col(1);
  const bool level = std::hypot(front.x(), front.z()) > 0.5f;
  return level ? std::atan2(front.x(), front.z()) : std::atan2(up.x(), up.z());
}

Staged stage(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed,
             uint64_t index) {
  Staged staged;
  Random proportions(seed, "synth.proportions", index), pose(seed, "synth.pose", index),
      camera(seed, "synth.camera", index), character(seed, "synth.character", index);
  staged.character = draw_character(options, character);
  staged.proportions = draw_proportions(skeleton, options, staged.character, proportions);
  const auto happens = [&](double probability) { return probability > 0 && pose.chance(probability); };
  if (happens(options.upright_probability))
    staged.body = poses.sample(staged.proportions, Support::standing, pose);
  else if (happens(options.acrobatic_probability))
    staged.body = sample_pose(skeleton, staged.proportions, sample_acrobatic_support(pose), pose);
  else
    staged.body = poses.sample(staged.proportions, pose);
  staged.view = place_camera(forward_kinematics(skeleton, staged.body.pose).positions,
                             heading(staged.body.pose.rotations[0]), options, options.image_size, camera);
  return staged;
}

PosedBody another_pose(const PoseSampler& poses, const Proportions& proportions, const PosedBody& first,
                       Random& random) {
  PosedBody other = poses.sample_again(first, proportions, random);
  const Mat3 &from = other.pose.rotations[0], &to = first.pose.rotations[0];
  const float turn = heading(to) - heading(from) + static_cast<float>(random.normal(0, 0.7));
  other.pose.rotations[0] = Eigen::AngleAxisf(turn, Vec3::UnitY()).toRotationMatrix() * from;
  return other;
}

PosePath sample_path(const PoseSampler& poses, const Staged& staged, double seconds, Random& random) {
  std::vector<KeyPose> keys;
  double time = 0, pause = 0;
  for (PosedBody body = staged.body;; body = another_pose(poses, staged.proportions, staged.body, random)) {
    Vec3& place = body.pose.root_position;
    place = Vec3(staged.body.pose.root_position.x(), body.clearance, staged.body.pose.root_position.z());
    place.x() += static_cast<float>(random.normal(0, 0.06));
    place.z() += static_cast<float>(random.normal(0, 0.06));
    if (!keys.empty()) {  // who tumbles takes as long as that takes
      const float turn = geodesic_angle(keys.back().pose.rotations[0], body.pose.rotations[0]);
      time += std::max(pause, turn / fastest_turn);
    }
    keys.push_back({time, body.pose});
    if (time >= seconds) return eased(std::move(keys));
    pause = random.uniform(0.6, 1.4);
  }
}

Pose pose_at(const Skeleton& skeleton, const Proportions& proportions, const PosePath& motion, double seconds) {
  Pose pose = motion(seconds);
  pose.bone_scales = proportions.bone_scales;
  return on_ground(skeleton, std::move(pose), proportions.size);
}

}  // namespace limn
