#include "limn/motion/root_solve.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace limn {
namespace {

constexpr int rounds = 8;
constexpr double nearest_m = 0.1;
constexpr double joint_error_m = 0.05;  ///< where Cauchy's weight is a half
constexpr double scale_error = 0.2;     ///< of the weak camera's scale, as a share
constexpr double across_m = 0.015;      ///< deviation of a sure root across the ray
constexpr double along_share = 0.1;     ///< along the ray, as a share of the distance

}  // namespace

RootFix solve_root(const Skeleton& skeleton, const Camera& camera, const PoseEstimate& person,
                   const std::vector<float>& bone_scales) {
  Pose body = person.pose;
  body.bone_scales = bone_scales;
  body.root_position.setZero();
  const std::vector<Vec3> facing = forward_kinematics(skeleton, body).positions;
  const double focal = camera.focal_px, weak_depth = focal / std::max(1e-3f, person.camera.scale);
  const Vec2 offset_px = person.camera.root_uv - camera.principal_px;
  Eigen::Vector3d root(offset_px.x() * weak_depth / focal, offset_px.y() * weak_depth / focal, weak_depth);
  double sure = 0;
  for (int round = 0; round < rounds; ++round) {
    const Mat3 camera_from_facing = facing_from_camera(root.cast<float>()).transpose();
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d right = Eigen::Vector3d::Zero();
    sure = 0;
    for (size_t j = 0; j < facing.size(); ++j) {
      const Eigen::Vector3d q = (camera_from_facing * facing[j]).cast<double>();
      const double depth = std::max(nearest_m, root.z() + q.z());
      // u (z + q_z) = x + q_x: a plane through the camera and the pixel's column (row) on which the joint lies.
      const Eigen::Vector2d u = (person.joints_px[j] - camera.principal_px).cast<double>() / focal;
      const Eigen::Vector2d off(root.x() + q.x() - u.x() * depth, root.y() + q.y() - u.y() * depth);
      const double far = off.squaredNorm() / (joint_error_m * joint_error_m);
      const double weight = std::max(0.0f, person.confidence[j]) / (1 + far);
      sure += weight;
      for (int k = 0; k < 2; ++k) {
        Eigen::Vector3d row(0, 0, -u[k]);
        row[k] = 1;
        normal += weight * row * row.transpose();
        right += weight * row * (u[k] * q.z() - q[k]);
      }
    }
    // Across the ray the scale says nothing; where no joint is sure, the weak camera's root stands in.
    const double scale_weight = joint_error_m / (scale_error * weak_depth);
    normal(2, 2) += scale_weight * scale_weight;
    right.z() += scale_weight * scale_weight * weak_depth;
    for (int k = 0; k < 2; ++k) {
      normal(k, k) += 1e-3;
      right[k] += 1e-3 * offset_px[k] * root.z() / focal;
    }
    root = normal.ldlt().solve(right);
    root.z() = std::max(nearest_m, root.z());
  }
  RootFix fix;
  fix.position = root;
  const Eigen::Vector3d ray = root.normalized();
  const Eigen::Matrix3d along = ray * ray.transpose();
  const double along_m = along_share * root.norm();
  const double trust = std::max(0.05, sure / static_cast<double>(facing.size()));
  fix.information =
      trust * ((Eigen::Matrix3d::Identity() - along) / (across_m * across_m) + along / (along_m * along_m));
  return fix;
}

}  // namespace limn
