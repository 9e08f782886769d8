// A person who walks past a camera, with everything known: poses, contacts, and what a predictor might read of it.
#pragma once

#include <cmath>
#include <numbers>

#include "limn/base/random.h"
#include "limn/motion/grounding.h"
#include "limn/motion/two_bone_ik.h"

namespace limn {

struct Walker {
  double frame_rate = 30;
  int frames = 150;
  Camera camera{700, Vec2(320, 240), 640, 480};
  float camera_height = 1.5f, pitch_deg = 8, roll_deg = 1.5f;
  Vec3 start = Vec3(-1.6f, 0, -5.5f), velocity = Vec3(0.8f, 0, 0.3f);  ///< metres, metres a second; y is 0
  float pixel_noise = 2.5f, turn_noise_deg = 4, scale_noise = 0.05f;
  double noise_lasts_s = 0.2;
};

struct WalkerTruth {
  GroundPlane ground;
  std::vector<Pose> poses;             ///< world as MotionClip, but for the origin, which lies under the camera
  std::vector<FootContacts> contacts;  ///< a foot is flat on the ground or in the air
};

struct Step {
  Vec3 ankle;
  bool rests;
};

/// Where one ankle is: flat on a footprint for 0.6 of a period, then swung to the next.
inline Step step_of(const Walker& walker, double seconds, size_t side, float flat_ankle) {
  constexpr double period = 1.1, rest = 0.6;
  const double beat = seconds / period + 0.5 * static_cast<double>(side);
  const double number = std::floor(beat), phase = beat - number;
  const Vec3 heading = walker.velocity.normalized(), left = Vec3::UnitY().cross(heading);
  const auto print = [&](double n) {
    const auto time = static_cast<float>((n + rest / 2 - 0.5 * static_cast<double>(side)) * period);
    return Vec3(walker.start + time * walker.velocity + (side == 0 ? 0.09f : -0.09f) * left +
                flat_ankle * Vec3::UnitY());
  };
  if (phase < rest) return {print(number), true};
  const auto u = static_cast<float>((phase - rest) / (1 - rest));
  const float eased = u * u * (3 - 2 * u), lift = 0.09f * std::sin(std::numbers::pi_v<float> * u);
  return {print(number) + eased * (print(number + 1) - print(number)) + lift * Vec3::UnitY(), false};
}

inline WalkerTruth walk(const Skeleton& skeleton, const Walker& walker) {
  constexpr float degree = std::numbers::pi_v<float> / 180;
  WalkerTruth truth;
  truth.ground.up = Eigen::AngleAxisf(walker.roll_deg * degree, Vec3::UnitZ()) *
                    (Eigen::AngleAxisf(walker.pitch_deg * degree, Vec3::UnitX()) * Vec3(0, -1, 0));
  truth.ground.height = walker.camera_height;
  const Legs legs = legs_of(skeleton);
  const Mat3 facing = Eigen::AngleAxisf(std::atan2(walker.velocity.x(), walker.velocity.z()), Vec3::UnitY()).matrix();
  for (int t = 0; t < walker.frames; ++t) {
    const double seconds = t / walker.frame_rate;
    Pose pose = rest_pose(skeleton);
    pose.rotations[0] = facing;
    for (const char* side : {"left_shoulder", "right_shoulder"}) {
      const float down = (side[0] == 'l' ? -75 : 75) * degree;
      pose.rotations[skeleton.joint(side)] = Eigen::AngleAxisf(down, Vec3::UnitZ()).matrix();
    }
    const auto bob = static_cast<float>(0.01 * std::sin(4 * std::numbers::pi * seconds / 1.1));
    pose.root_position = walker.start + static_cast<float>(seconds) * walker.velocity + Vec3(0, 0.85f + bob, 0);
    FootContacts contacts{};
    for (size_t side = 0; side < 2; ++side) {
      const Step step = step_of(walker, seconds, side, foot_heights(skeleton, legs[side], pose.bone_scales).flat_ankle);
      place_ankle(skeleton, legs[side], step.ankle, facing, pose);
      contacts[side] = {step.rests, step.rests};
    }
    truth.poses.push_back(std::move(pose));
    truth.contacts.push_back(contacts);
  }
  return truth;
}

/// Noise that lasts: a first-order autoregressive process of deviation 1.
class LastingNoise {
 public:
  LastingNoise(size_t values, double frames, uint64_t seed)
      : random_(seed, "walker"), keep_(std::exp(-1 / frames)), values_(values) {
    for (float& value : values_) value = static_cast<float>(random_.normal());
  }
  /// The next frame's values.
  const std::vector<float>& next() {
    for (float& value : values_)
      value = static_cast<float>(keep_ * value + std::sqrt(1 - keep_ * keep_) * random_.normal());
    return values_;
  }

 private:
  Random random_;
  double keep_;
  std::vector<float> values_;
};

/// What a predictor reads of it, with noise: pixels, rotations in the camera-facing frame, the weak camera.
inline std::vector<PoseEstimate> seen_by_camera(const Skeleton& skeleton, const Walker& walker,
                                                const WalkerTruth& truth, uint64_t seed = 1) {
  const Mat3 camera_from_world = truth.ground.world_from_camera().transpose();
  const size_t joints = truth.poses[0].rotations.size();
  LastingNoise noise(5 * joints + 1, walker.noise_lasts_s * walker.frame_rate, seed);
  std::vector<PoseEstimate> people;
  for (const Pose& world : truth.poses) {
    const std::vector<float>& n = noise.next();
    Pose pose = world;
    pose.rotations[0] = camera_from_world * pose.rotations[0];
    pose.root_position = camera_from_world * (pose.root_position - Vec3(0, walker.camera_height, 0));
    PoseEstimate person;
    for (const Vec3& p : forward_kinematics(skeleton, pose).positions) {
      const size_t j = person.joints_px.size();
      person.joints_px.push_back(walker.camera.project(p) + walker.pixel_noise * Vec2(n[5 * j], n[5 * j + 1]));
    }
    person.confidence.assign(joints, 0.8f);
    const float depth = pose.root_position.z();
    person.camera = {walker.camera.project(pose.root_position),
                     walker.camera.focal_px / depth * std::exp(walker.scale_noise * n[5 * joints])};
    pose.rotations[0] = facing_from_camera(pose.root_position) * pose.rotations[0];
    pose.root_position.setZero();
    const float turn = walker.turn_noise_deg * std::numbers::pi_v<float> / 180 / std::sqrt(3.0f);
    for (const int j : skeleton.rotating_joints())
      pose.rotations[j] *= rotation_from_axis_angle(turn * Vec3(n[5 * j + 2], n[5 * j + 3], n[5 * j + 4]));
    person.pose = std::move(pose);
    person.kinematics = forward_kinematics(skeleton, person.pose);
    person.score = 0.8f;
    people.push_back(std::move(person));
  }
  return people;
}

inline std::vector<const PoseEstimate*> pointers(const std::vector<PoseEstimate>& people) {
  std::vector<const PoseEstimate*> result;
  for (const PoseEstimate& person : people) result.push_back(&person);
  return result;
}

}  // namespace limn
