#include "limn/synth/joint_angles.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace limn {
namespace {

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180.0f; }

Mat3 about(const Vec3& axis, float degrees) { return Eigen::AngleAxisf(radians(degrees), axis).toRotationMatrix(); }
Mat3 about_x(float degrees) { return about(Vec3::UnitX(), degrees); }
Mat3 about_y(float degrees) { return about(Vec3::UnitY(), degrees); }
Mat3 about_z(float degrees) { return about(Vec3::UnitZ(), degrees); }

// The left arm rests along +x with the palm down. The shortest swing from there keeps the palm towards the body
// when the arm hangs; the twist turns about the arm itself.
Mat3 left_shoulder(const ArmAngles& arm) {
  const float e = radians(arm.raise), a = radians(arm.azimuth);
  const Vec3 direction(std::sin(e) * std::cos(a), -std::cos(e), std::sin(e) * std::sin(a));
  return Eigen::Quaternionf::FromTwoVectors(Vec3::UnitX(), direction).toRotationMatrix() * about_x(arm.twist);
}

// From +x towards +z: with the arm hanging the forearm comes forward.
Mat3 left_elbow(const ArmAngles& arm) { return about_y(-arm.elbow) * about_x(arm.pronation); }

Mat3 left_wrist(const ArmAngles& arm) { return about_z(-arm.wrist) * about_y(-arm.wrist_side); }

Mat3 left_hip(const LegAngles& leg) { return about_x(-leg.flexion) * about_z(leg.abduction) * about_y(leg.twist); }

void set_side(const Skeleton& skeleton, const BodyAngles& angles, int side, Pose& pose) {
  const ArmAngles& arm = angles.arm[side];
  const LegAngles& leg = angles.leg[side];
  const std::string prefix = side == 0 ? "left_" : "right_";
  const auto set = [&](const char* name, const Mat3& left) {
    pose.rotations[skeleton.joint(prefix + name)] = side == 0 ? left : mirrored(left);
  };
  set("shoulder", left_shoulder(arm));
  set("elbow", left_elbow(arm));
  set("wrist", left_wrist(arm));
  set("hip", left_hip(leg));
  set("knee", about_x(leg.knee));
  set("ankle", about_x(-leg.ankle));
}

Mat3 trunk_joint(float bend, float side, float twist) { return about_y(twist) * about_x(bend) * about_z(-side); }

}  // namespace

void clamp_to_limits(const AngleLimits& limits, BodyAngles& angles) {
  for (ArmAngles& arm : angles.arm) {
    arm.raise = limits.raise.clamp(arm.raise);
    arm.azimuth = limits.azimuth.clamp(arm.azimuth);
    if (arm.azimuth < -10) arm.raise = std::min(arm.raise, arm.azimuth < -30 ? 65.0f : 95.0f);
    if (arm.azimuth > 100) arm.raise = std::clamp(arm.raise, 25.0f, 130.0f);
    arm.twist = limits.arm_twist.clamp(arm.twist);
    arm.elbow = limits.elbow.clamp(arm.elbow);
    arm.pronation = limits.pronation.clamp(arm.pronation);
    arm.wrist = limits.wrist.clamp(arm.wrist);
    arm.wrist_side = limits.wrist_side.clamp(arm.wrist_side);
  }
  for (LegAngles& leg : angles.leg) {
    leg.flexion = limits.hip_flexion.clamp(leg.flexion);
    leg.abduction = limits.hip_abduction.clamp(leg.abduction);
    leg.twist = limits.hip_twist.clamp(leg.twist);
    leg.knee = limits.knee.clamp(leg.knee);
    leg.ankle = limits.ankle.clamp(leg.ankle);
  }
  TrunkAngles& trunk = angles.trunk;
  trunk.bend = limits.bend.clamp(trunk.bend);
  trunk.side = limits.side.clamp(trunk.side);
  trunk.twist = limits.trunk_twist.clamp(trunk.twist);
  trunk.head_bend = limits.head_bend.clamp(trunk.head_bend);
  trunk.head_side = limits.head_side.clamp(trunk.head_side);
  trunk.head_twist = limits.head_twist.clamp(trunk.head_twist);
}

Pose pose_from_angles(const Skeleton& skeleton, const BodyAngles& angles) {
  Pose pose = rest_pose(skeleton);
  set_side(skeleton, angles, 0, pose);
  set_side(skeleton, angles, 1, pose);
  const TrunkAngles& t = angles.trunk;
  const Mat3 trunk = trunk_joint(0.5f * t.bend, 0.5f * t.side, 0.5f * t.twist);
  const Mat3 head = trunk_joint(0.5f * t.head_bend, 0.5f * t.head_side, 0.5f * t.head_twist);
  pose.rotations[skeleton.joint("spine")] = trunk;
  pose.rotations[skeleton.joint("chest")] = trunk;
  pose.rotations[skeleton.joint("neck")] = head;
  pose.rotations[skeleton.joint("head")] = head;
  return pose;
}

}  // namespace limn
