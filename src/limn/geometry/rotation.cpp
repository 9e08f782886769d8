#include "limn/geometry/rotation.h"

#include <algorithm>
#include <cmath>

namespace limn {

Mat3 rotation_from_6d(const Rotation6& code) {
  constexpr float tiny = 1e-8f;
  Vec3 a(code[0], code[1], code[2]);
  Vec3 b(code[3], code[4], code[5]);
  const Vec3 x = a.norm() > tiny ? Vec3(a.normalized()) : Vec3::UnitX();
  Vec3 rest = b - x.dot(b) * x;
  if (rest.norm() <= std::max(tiny, 1e-6f * b.norm())) rest = x.unitOrthogonal();
  Vec3 y = rest.normalized();
  y = (y - x.dot(y) * x).normalized();  // once more: where b is nearly parallel to x, rounding is all that is left
  Mat3 rotation;
  rotation << x, y, x.cross(y);
  return rotation;
}

Rotation6 rotation_to_6d(const Mat3& r) { return {r(0, 0), r(1, 0), r(2, 0), r(0, 1), r(1, 1), r(2, 1)}; }

Eigen::Vector4f quaternion_from_rotation(const Mat3& rotation) {
  const Eigen::Quaternionf q(rotation);
  Eigen::Vector4f wxyz(q.w(), q.x(), q.y(), q.z());
  wxyz.normalize();
  return wxyz[0] < 0 ? Eigen::Vector4f(-wxyz) : wxyz;
}

Mat3 rotation_from_quaternion(const Eigen::Vector4f& wxyz) {
  return Eigen::Quaternionf(wxyz[0], wxyz[1], wxyz[2], wxyz[3]).normalized().toRotationMatrix();
}

Vec3 axis_angle_from_rotation(const Mat3& rotation) {
  const Eigen::AngleAxisf turn(rotation);
  return turn.angle() * turn.axis();
}

Mat3 rotation_from_axis_angle(const Vec3& axis_angle) {
  const float angle = axis_angle.norm();
  if (angle < 1e-12f) return Mat3::Identity();
  return Eigen::AngleAxisf(angle, axis_angle / angle).toRotationMatrix();
}

float geodesic_angle(const Mat3& a, const Mat3& b) {
  // atan2 of the skew part and the trace: accurate near 0 and pi, where acos is not.
  const Mat3 d = a.transpose() * b;
  const Vec3 skew(d(2, 1) - d(1, 2), d(0, 2) - d(2, 0), d(1, 0) - d(0, 1));
  return std::atan2(skew.norm(), d.trace() - 1.0f);
}

Mat3 mirrored(const Mat3& rotation) {
  const Mat3 flip = Vec3(-1, 1, 1).asDiagonal();
  return flip * rotation * flip;
}

}  // namespace limn
