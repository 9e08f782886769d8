#include "limn/evaluate/metrics.h"

#include <Eigen/SVD>

namespace limn {
namespace {

double summed_distance(const std::vector<Vec2>& a, const std::vector<Vec2>& b, const std::vector<bool>& counted) {
  double sum = 0;
  for (size_t j = 0; j < a.size(); ++j)
    if (counted[j]) sum += (a[j] - b[j]).norm();
  return sum;
}

Eigen::Matrix3Xd as_columns(const std::vector<Vec3>& points) {
  Eigen::Matrix3Xd columns(3, points.size());
  for (size_t j = 0; j < points.size(); ++j) columns.col(j) = points[j].cast<double>();
  return columns;
}

}  // namespace

JointCount& JointCount::operator+=(const JointCount& other) {
  correct += other.correct;
  counted += other.counted;
  return *this;
}

JointCount pck(const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth, const std::vector<bool>& counted,
               double reference_length, double threshold) {
  JointCount count;
  for (size_t j = 0; j < truth.size(); ++j) {
    if (!counted[j]) continue;
    ++count.counted;
    if ((predicted[j] - truth[j]).norm() < threshold * reference_length) ++count.correct;
  }
  return count;
}

bool is_flipped(const std::vector<Vec2>& predicted, const std::vector<Vec2>& truth, const std::vector<bool>& counted,
                const std::vector<int>& mirror) {
  return summed_distance(side_swapped(predicted, mirror), truth, counted) < summed_distance(predicted, truth, counted);
}

double mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth) {
  double sum = 0;
  for (size_t j = 0; j < truth.size(); ++j) sum += (predicted[j] - truth[j]).norm();
  return truth.empty() ? 0 : sum / static_cast<double>(truth.size());
}

double scaled_mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth) {
  const Eigen::Matrix3Xd p = as_columns(predicted), t = as_columns(truth);
  const double size = p.squaredNorm();
  const double scale = size > 0 ? p.cwiseProduct(t).sum() / size : 0;
  return (scale * p - t).colwise().norm().mean();
}

double procrustes_mean_distance(const std::vector<Vec3>& predicted, const std::vector<Vec3>& truth) {
  const Eigen::Matrix3Xd p = as_columns(predicted), t = as_columns(truth);
  const Eigen::Vector3d p_mean = p.rowwise().mean(), t_mean = t.rowwise().mean();
  const Eigen::Matrix3Xd pc = p.colwise() - p_mean, tc = t.colwise() - t_mean;
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(tc * pc.transpose(), Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);
  const Eigen::Matrix3d rotation = svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
  const double size = pc.squaredNorm();
  const double scale = size > 0 ? svd.singularValues().dot(signs) / size : 0;
  return (scale * rotation * pc - tc).colwise().norm().mean();
}

}  // namespace limn
