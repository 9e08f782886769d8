#include "limn/motion/ground_plane.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace limn {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double point_error_m = 0.04, far_deviations = 2.5;
constexpr double roll_deviation = 3 * degree, pitch_deviation = 15 * degree, body_deviation = 6 * degree;
constexpr double most_pitch = 60 * degree, most_roll = 20 * degree;
constexpr int rounds = 10;

/// The plane sought: a x - y + b z + c = 0, so that (a, -1, b) points up.
struct NormalEquations {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  void add(const Eigen::Vector3d& row, double target, double deviation, double weight = 1) {
    const double information = weight / (deviation * deviation);
    normal += information * row * row.transpose();
    right += information * row * target;
  }
};

void add_priors(const std::optional<Vec3>& body_up, NormalEquations& equations) {
  equations.add(Eigen::Vector3d::UnitX(), 0, roll_deviation);
  equations.add(Eigen::Vector3d::UnitY(), 0, pitch_deviation);
  equations.add(Eigen::Vector3d::UnitZ(), 0, 1e3);
  if (!body_up || body_up->y() > -0.3f) return;
  equations.add(Eigen::Vector3d::UnitX(), body_up->x() / -body_up->y(), body_deviation);
  equations.add(Eigen::Vector3d::UnitY(), body_up->z() / -body_up->y(), body_deviation);
}

}  // namespace

Mat3 GroundPlane::world_from_camera() const {
  const Vec3 right = Vec3::UnitZ().cross(up).normalized();
  Mat3 result;
  result.row(0) = right;
  result.row(1) = up;
  result.row(2) = right.cross(up);
  return result;
}

float GroundPlane::pitch_deg() const {
  return static_cast<float>(std::asin(std::clamp(-up.z(), -1.0f, 1.0f)) / degree);
}
float GroundPlane::roll_deg() const { return static_cast<float>(std::atan2(up.x(), -up.y()) / degree); }

GroundPlane fit_ground(const std::vector<RestingPoint>& points, const std::optional<Vec3>& body_up) {
  Eigen::Vector3d abc = Eigen::Vector3d::Zero();
  for (int round = 0; round < rounds; ++round) {
    NormalEquations equations;
    add_priors(body_up, equations);
    const double slant = std::sqrt(1 + abc.x() * abc.x() + abc.y() * abc.y());
    for (const RestingPoint& point : points) {
      const Eigen::Vector3d row(point.place.x(), point.place.z(), 1);
      const double target = point.place.y() + point.clearance * slant;
      const double off = round == 0 ? 0 : (row.dot(abc) - target) / (point_error_m * far_deviations);
      equations.add(row, target, point_error_m, point.weight / (1 + off * off));
    }
    abc = equations.normal.ldlt().solve(equations.right);
    const Eigen::Vector3d wish = abc;
    abc.x() = std::clamp(abc.x(), -std::tan(most_roll), std::tan(most_roll));
    abc.y() = std::clamp(abc.y(), -std::tan(most_pitch), std::tan(most_pitch));
    // Held at a limit, the plane still runs through the middle of the points: the height's own equation.
    const Eigen::Vector3d other = abc - wish;
    abc.z() -= (equations.normal(2, 0) * other.x() + equations.normal(2, 1) * other.y()) / equations.normal(2, 2);
  }
  const Eigen::Vector3d up(abc.x(), -1, abc.y());
  GroundPlane plane;
  plane.up = up.normalized().cast<float>();
  plane.height = points.empty() ? 0.0f : static_cast<float>(abc.z() / up.norm());
  plane.from_contacts = !points.empty();
  return plane;
}

}  // namespace limn
