// Rotations in the plain (not differentiable) version; cycle/rotation.h is its torch twin.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>

namespace limn {

using Vec2 = Eigen::Vector2f;
using Vec3 = Eigen::Vector3f;
using Mat3 = Eigen::Matrix3f;

/// The 6D code of a rotation (Zhou et al. 2019, "On the Continuity of Rotation Representations"):
/// the first two COLUMNS of the matrix, first column first.
using Rotation6 = std::array<float, 6>;

/// Gram-Schmidt of the two columns (eq. 15 of the paper). Degenerate codes give a valid rotation.
Mat3 rotation_from_6d(const Rotation6& code);
Rotation6 rotation_to_6d(const Mat3& rotation);

/// Quaternion order in every file and array of Limn: (w, x, y, z), w >= 0.
Eigen::Vector4f quaternion_from_rotation(const Mat3& rotation);
Mat3 rotation_from_quaternion(const Eigen::Vector4f& wxyz);

/// Axis times angle, radians, angle in [0, pi].
Vec3 axis_angle_from_rotation(const Mat3& rotation);
Mat3 rotation_from_axis_angle(const Vec3& axis_angle);

/// Angle of a^T b, radians in [0, pi].
float geodesic_angle(const Mat3& a, const Mat3& b);

/// The same rotation seen in a mirror that negates x: M R M with M = diag(-1, 1, 1).
Mat3 mirrored(const Mat3& rotation);

}  // namespace limn
