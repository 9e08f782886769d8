#include "demo_clip.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/synth/joint_angles.h"
#include "limn/synth/scene.h"

namespace limn::app {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float steps_per_second = 1.7f, turn_period_s = 6, wave_period_s = 4;

/// A level camera at breast height that looks along -z at the origin.
PlacedCamera front_camera(int size) {
  PlacedCamera view;
  view.camera = {1.35f * size, Vec2::Constant(0.5f * size), size, size};
  view.camera_from_world = Vec3(1, -1, -1).asDiagonal();
  view.translation = -(view.camera_from_world * Vec3(0, 0.95f, 3.4f));
  return view;
}

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

DemoClip::DemoClip(const Skeleton& skeleton, uint64_t seed, int size)
    : skeleton_(skeleton), seed_(seed), view_(front_camera(size)) {
  Random proportions(seed, "demo.proportions"), look(seed, "demo.look"), scene(seed, "demo.scene"),
      sensor(seed, "demo.sensor");
  person_ = sample_person(skeleton, sample_proportions(skeleton, proportions), look);
  light_ = sample_light(scene);
  backdrop_ = sample_backdrop(view_, light_, Vec3(0, 0.9f, 0), nullptr, scene);
  sensor_ = sample_sensor(0.3, sensor);
}

Pose DemoClip::pose_at(double seconds) const {
  const float t = static_cast<float>(seconds);
  BodyAngles angles = angles_at(t);
  clamp_to_limits(AngleLimits(), angles);
  Pose pose = pose_from_angles(skeleton_, angles);
  pose.bone_scales = person_.proportions.bone_scales;
  pose.rotations[0] = Eigen::AngleAxisf(0.9f * std::sin(2 * pi * t / turn_period_s), Vec3::UnitY()).toRotationMatrix();
  const std::vector<Vec3> joints = forward_kinematics(skeleton_, pose).positions;
  float lowest = 0;
  for (size_t j = 0; j < joints.size(); ++j)
    lowest = std::min(lowest, joints[j].y() - person_.proportions.size * flesh_radius(skeleton_, static_cast<int>(j)));
  pose.root_position = Vec3(0.25f * std::sin(1.3f * t), -lowest, 0);
  return pose;
}

Image DemoClip::frame(double seconds) const {
  const Kinematics posed = forward_kinematics(skeleton_, pose_at(seconds));
  const Mesh mesh = pose_mesh(person_.mesh, person_.rest, posed);
  const ShadowMap shadows(mesh, light_.to_sun, posed.positions[0], 1.8f);
  const Frame frame = render(mesh, person_.materials, light_, view_, shadows);
  std::vector<Vec3> linear = with_shadows(backdrop_, light_, shadows, posed.positions);
  for (size_t i = 0; i < linear.size(); ++i) linear[i] = (1 - frame.coverage[i]) * linear[i] + frame.colour[i];
  Random noise(seed_, "demo.noise", static_cast<uint64_t>(std::lround(1000 * seconds)));
  return develop(linear, frame.size, sensor_, noise);
}

}  // namespace limn::app
