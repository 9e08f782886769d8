#include "demo_motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/synth/joint_angles.h"

namespace limn::app {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float steps_per_second = 1.7f, turn_period_s = 6, wave_period_s = 4;

BodyAngles angles_at(float t) {
  BodyAngles angles;
  const float phase = pi * steps_per_second * t;
  const float wave = std::pow(std::max(0.0f, std::sin(2 * pi * t / wave_period_s)), 0.7f);  // 0 arms down ... 1 raised
  for (int side = 0; side < 2; ++side) {
    const float swing = std::sin(phase + static_cast<float>(side) * pi);
    LegAngles& leg = angles.leg[side];
    leg.flexion = 14 + 26 * swing;
    leg.knee = 12 + 38 * std::max(0.0f, std::sin(phase + static_cast<float>(side) * pi - 0.9f));
    ArmAngles& arm = angles.arm[side];
    arm.raise = (1 - wave) * 28 * std::abs(swing) + wave * (115 + 25 * static_cast<float>(side)) + 6;
    arm.azimuth = (1 - wave) * (swing > 0 ? -45.0f : 85.0f) * std::min(1.0f, 3 * std::abs(swing)) + wave * 15;
    arm.elbow = 22 + 30 * wave * (1 + std::sin(9 * t + static_cast<float>(side)));
  }
  angles.trunk.twist = 8 * std::sin(phase);
  angles.trunk.head_twist = 18 * std::sin(0.8f * t);
  return angles;
}

}  // namespace

PosePath demo_motion(const Skeleton& skeleton) {
  return [&skeleton](double seconds) {
    const float t = static_cast<float>(seconds);
    BodyAngles angles = angles_at(t);
    clamp_to_limits(AngleLimits(), angles);
    Pose pose = pose_from_angles(skeleton, angles);
    pose.rotations[0] =
        Eigen::AngleAxisf(0.9f * std::sin(2 * pi * t / turn_period_s), Vec3::UnitY()).toRotationMatrix();
    pose.root_position = Vec3(0.25f * std::sin(1.3f * t), 0, 0);
    return pose;
  };
}

}  // namespace limn::app
