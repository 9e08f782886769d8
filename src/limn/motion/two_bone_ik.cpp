#include "limn/motion/two_bone_ik.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {

/// Angle between sides a and b of a triangle, opposite to c.
float corner(float a, float b, float c) {
  return std::acos(std::clamp((a * a + b * b - c * c) / (2 * a * b), -1.0f, 1.0f));
}

Mat3 turn_between(const Vec3& from, const Vec3& to) {
  return Eigen::Quaternionf::FromTwoVectors(from, to).toRotationMatrix();
}

}  // namespace

float place_ankle(const Skeleton& skeleton, const Leg& leg, const Vec3& ankle, const Mat3& foot, Pose& pose) {
  const Kinematics k = forward_kinematics(skeleton, pose);
  const Vec3 hip = k.positions[leg.hip];
  const Vec3 thigh = k.positions[leg.knee] - hip, shin = k.positions[leg.ankle] - k.positions[leg.knee];
  const float a = thigh.norm(), b = shin.norm();
  const Vec3 wish = ankle - hip;
  constexpr float inner = 0.02f;  // metres: no leg folds onto the hip
  const float length = std::clamp(wish.norm(), std::abs(a - b) + inner, a + b);
  const Vec3 goal = wish.norm() > 1e-6f ? Vec3(wish.normalized()) : Vec3(thigh.normalized());

  // The knee's axis: across the plane of the leg; of a leg almost straight, more and more the thigh's own hinge.
  const Vec3 side = k.global_rotations[leg.hip].col(0);
  const Vec3 bent = thigh.cross(thigh + shin) / (a * b);
  constexpr float straight = 0.2f;  // sine
  Vec3 axis = bent + 2 * std::max(0.0f, straight - bent.norm()) * side;
  const Mat3 swing = turn_between(thigh + shin, goal);
  axis = swing * axis;
  axis -= axis.dot(goal) * goal;
  if (axis.norm() < 1e-6f) axis = goal.unitOrthogonal();
  axis.normalize();

  const Vec3 new_thigh = Eigen::AngleAxisf(-corner(a, length, b), axis) * (a * goal);
  const Vec3 new_shin = length * goal - new_thigh;
  const Mat3 thigh_turn = turn_between(swing * thigh, new_thigh) * swing;
  const Mat3 hip_global = thigh_turn * k.global_rotations[leg.hip];
  const Mat3 shin_turn = turn_between(thigh_turn * shin, new_shin) * thigh_turn;
  const Mat3 knee_global = shin_turn * k.global_rotations[leg.knee];
  pose.rotations[leg.hip] = k.global_rotations[skeleton.joints()[leg.hip].parent].transpose() * hip_global;
  pose.rotations[leg.knee] = hip_global.transpose() * knee_global;
  pose.rotations[leg.ankle] = knee_global.transpose() * foot;
  return (length * goal - wish).norm();
}

}  // namespace limn
