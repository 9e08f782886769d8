#include "limn/synth/pose_statistics.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/assets.h"
#include "limn/base/error.h"
#include "limn/network/safetensors.h"

namespace limn {
namespace {

using Eigen::MatrixXd;

TensorBlob half_blob(std::vector<int64_t> shape, const std::vector<double>& values) {
  TensorBlob blob;
  blob.dtype = "F16";
  blob.shape = std::move(shape);
  for (double value : values) {
    const Eigen::half h(static_cast<float>(value));
    blob.bytes.append(reinterpret_cast<const char*>(&h), sizeof h);
  }
  return blob;
}

[[noreturn]] void refuse(const std::string& what, const std::string& origin) {
  throw Error(ErrorKind::model, what, origin, "make the statistics again with limn-fit-poses");
}

/// The values of a tensor of this shape, F16 or F32; -1 stands for any extent.
std::vector<double> values_of(const TensorFile& file, const std::string& name, const std::vector<int64_t>& shape,
                              const std::string& origin) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) refuse("statistics without tensor \"" + name + "\"", origin);
  const TensorBlob& blob = found->second;
  bool fits = blob.shape.size() == shape.size() && (blob.dtype == "F16" || blob.dtype == "F32");
  for (size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] == -1 || shape[i] == blob.shape[i];
  if (!fits) refuse("tensor \"" + name + "\" has another shape or type than the others ask for", origin);
  std::vector<double> values(static_cast<size_t>(blob.count()));
  for (size_t i = 0; i < values.size(); ++i) {
    if (blob.dtype == "F32") {
      values[i] = blob.f32()[i];
    } else {
      Eigen::half h;
      std::memcpy(&h, blob.bytes.data() + i * sizeof h, sizeof h);
      values[i] = static_cast<float>(h);
    }
    if (!std::isfinite(values[i])) refuse("tensor \"" + name + "\" holds a value that is not finite", origin);
  }
  return values;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

PoseChart PoseChart::around(const Skeleton& skeleton, std::span<const Pose> poses) {
  PoseChart chart;
  for (int joint : skeleton.rotating_joints()) {
    if (skeleton.joints()[joint].parent < 0) continue;
    // The chordal mean: the quaternion along the largest eigenvector of the sum of q q^T (Markley et al. 2007).
    Eigen::Matrix4d sum = Eigen::Matrix4d::Zero();
    for (const Pose& pose : poses) {
      const Eigen::Vector4d q = Eigen::Quaternionf(pose.rotations[joint]).coeffs().cast<double>();
      sum += q * q.transpose();
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> eigen(sum);
    chart.joints.push_back(skeleton.joints()[joint].name);
    chart.centres.emplace_back(Eigen::Vector4f(eigen.eigenvectors().col(3).cast<float>()));
  }
  return chart;
}

Eigen::VectorXd PoseChart::vector_of(const Skeleton& skeleton, const Pose& pose, float clearance) const {
  Eigen::VectorXd vector(dimensions());
  for (size_t a = 0; a < joints.size(); ++a) {
    const Mat3 away = centres[a].toRotationMatrix().transpose() * pose.rotations[skeleton.joint(joints[a])];
    vector.segment<3>(3 * static_cast<int>(a)) = axis_angle_from_rotation(away).cast<double>();
  }
  vector.segment<3>(dimensions() - 4) = Vec3(pose.rotations[0].row(1)).cast<double>();
  vector[dimensions() - 1] = clearance;
  return vector;
}

FreePose PoseChart::pose_of(const Skeleton& skeleton, const Eigen::VectorXd& vector) const {
  FreePose result{rest_pose(skeleton)};
  for (size_t a = 0; a < joints.size(); ++a) {
    const Vec3 away = vector.segment<3>(3 * static_cast<int>(a)).cast<float>();
    result.pose.rotations[skeleton.joint(joints[a])] = centres[a].toRotationMatrix() * rotation_from_axis_angle(away);
  }
  Vec3 up = vector.segment<3>(dimensions() - 4).cast<float>();
  if (up.norm() < 1e-3f) up = Vec3::UnitY();
  result.pose.rotations[0] = Eigen::Quaternionf::FromTwoVectors(up, Vec3::UnitY()).toRotationMatrix();
  result.clearance = std::max(0.0f, static_cast<float>(vector[dimensions() - 1]));
  return result;
}

const PoseStatistics& PoseStatistics::embedded() {
  static const PoseStatistics statistics = [] {
    const std::string name = "motion/poses.safetensors";
    return parse(embedded_assets().at(name), "assets/" + name);
  }();
  return statistics;
}

PoseStatistics PoseStatistics::parse(std::string_view bytes, const std::string& origin) {
  const TensorFile file = parse_safetensors(bytes, origin);
  PoseStatistics result;
  result.notes = file.metadata;
  if (!result.notes.contains("joints")) refuse("statistics without the names of their joints", origin);
  result.chart.joints = split(result.notes.at("joints"));
  const int64_t joints = static_cast<int64_t>(result.chart.joints.size()), d = result.chart.dimensions();
  const std::vector<double> centres = values_of(file, "centres", {joints, 4}, origin);
  for (int64_t a = 0; a < joints; ++a) {
    const Eigen::Quaternionf q(static_cast<float>(centres[4 * a]), static_cast<float>(centres[4 * a + 1]),
                               static_cast<float>(centres[4 * a + 2]), static_cast<float>(centres[4 * a + 3]));
    if (q.norm() < 0.5f) refuse("a centre is no rotation", origin);
    result.chart.centres.push_back(q.normalized());
  }
  const std::vector<double> weights = values_of(file, "weights", {-1}, origin);
  const int64_t k = static_cast<int64_t>(weights.size());
  const std::vector<double> factors = values_of(file, "factors", {k, -1, d}, origin);
  const int64_t rank = file.tensors.at("factors").shape[1];
  const std::vector<double> means = values_of(file, "means", {k, d}, origin),
                            noise = values_of(file, "noise", {k, d}, origin);
  GaussianMixture& mixture = result.mixture;
  mixture.weights = Eigen::Map<const Eigen::VectorXd>(weights.data(), k);
  if (k == 0 || mixture.weights.minCoeff() < 0 || mixture.weights.sum() <= 0) refuse("weights without a sum", origin);
  mixture.means = Eigen::Map<const MatrixXd>(means.data(), d, k);
  mixture.noise = Eigen::Map<const MatrixXd>(noise.data(), d, k);
  for (int64_t i = 0; i < k; ++i)
    mixture.factors.emplace_back(Eigen::Map<const MatrixXd>(factors.data() + i * rank * d, d, rank));
  return result;
}

void PoseStatistics::save(const std::string& path) const {
  TensorFile file;
  file.metadata = notes;
  std::string& names = file.metadata["joints"];
  names.clear();
  std::vector<float> quaternions;
  for (size_t a = 0; a < chart.joints.size(); ++a) {
    names += (a > 0 ? " " : "") + chart.joints[a];
    const Eigen::Quaternionf& q = chart.centres[a];
    quaternions.insert(quaternions.end(), {q.w(), q.x(), q.y(), q.z()});
  }
  const int64_t k = mixture.components(), d = mixture.dimensions(), rank = mixture.rank();
  const auto values = [](const MatrixXd& m) { return std::vector<double>(m.data(), m.data() + m.size()); };
  std::vector<double> factors;
  for (const MatrixXd& factor : mixture.factors)
    factors.insert(factors.end(), factor.data(), factor.data() + factor.size());
  const Eigen::VectorXf weights = mixture.weights.cast<float>();
  file.tensors["centres"] = TensorBlob::from_f32({static_cast<int64_t>(chart.joints.size()), 4}, quaternions.data());
  file.tensors["weights"] = TensorBlob::from_f32({k}, weights.data());
  file.tensors["means"] = half_blob({k, d}, values(mixture.means));
  file.tensors["noise"] = half_blob({k, d}, values(mixture.noise));
  file.tensors["factors"] = half_blob({k, rank, d}, factors);
  write_safetensors(path, file);
}

}  // namespace limn
