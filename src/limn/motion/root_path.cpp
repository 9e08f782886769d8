#include "limn/motion/root_path.h"

#include <Eigen/SparseCholesky>
#include <algorithm>

namespace limn {
namespace {

constexpr int rounds = 4;
constexpr double far_deviations = 3;  ///< where Cauchy's weight is a half
constexpr double height_error_m = 0.002;

bool is_seen(const RootFix& fix) { return fix.information.trace() > 0; }

double cauchy(double squared_deviations) { return 1 / (1 + squared_deviations / (far_deviations * far_deviations)); }

/// Sum over terms of |sum_i c_i v_i - target|^2 in some information, v_i being the vectors sought.
class VectorLeastSquares {
 public:
  explicit VectorLeastSquares(size_t count) : right_(Eigen::VectorXd::Zero(3 * static_cast<Eigen::Index>(count))) {}

  struct Part {
    int vector;
    double factor;
  };
  void add(std::initializer_list<Part> parts, const Eigen::Matrix3d& information, const Eigen::Vector3d& target) {
    const Eigen::Vector3d pull = information * target;
    for (const Part& a : parts) {
      right_.segment<3>(3 * a.vector) += a.factor * pull;
      for (const Part& b : parts)
        for (int r = 0; r < 3; ++r)
          for (int c = 0; c < 3; ++c)
            if (information(r, c) != 0)
              entries_.emplace_back(3 * a.vector + r, 3 * b.vector + c, a.factor * b.factor * information(r, c));
    }
  }
  std::vector<Eigen::Vector3d> solve() const {
    Eigen::SparseMatrix<double> normal(right_.size(), right_.size());
    normal.setFromTriplets(entries_.begin(), entries_.end());
    const Eigen::VectorXd solution = Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>>(normal).solve(right_);
    std::vector<Eigen::Vector3d> vectors(static_cast<size_t>(right_.size()) / 3);
    for (size_t i = 0; i < vectors.size(); ++i) vectors[i] = solution.segment<3>(3 * static_cast<Eigen::Index>(i));
    return vectors;
  }

 private:
  std::vector<Eigen::Triplet<double>> entries_;
  Eigen::VectorXd right_;
};

/// Frames of gaps longer than `longest` frames.
std::vector<bool> long_gaps(const std::vector<RootFix>& fixes, double longest) {
  std::vector<bool> result(fixes.size(), false);
  for (size_t t = 0, end = 0; t < fixes.size(); t = end + 1) {
    for (end = t; end < fixes.size() && !is_seen(fixes[end]);) ++end;
    if (static_cast<double>(end - t) > longest) std::fill(result.begin() + t, result.begin() + end, true);
  }
  return result;
}

void add_smoothness(const std::vector<bool>& in_long_gap, double frame_rate, const RootPathSettings& settings,
                    VectorLeastSquares& problem) {
  const Eigen::Matrix3d one = Eigen::Matrix3d::Identity();
  const Eigen::Vector3d zero = Eigen::Vector3d::Zero();
  const double bend = settings.acceleration / (frame_rate * frame_rate), step = settings.gap_speed / frame_rate;
  const int count = static_cast<int>(in_long_gap.size());
  for (int t = 1; t + 1 < count; ++t) problem.add({{t - 1, 1}, {t, -2}, {t + 1, 1}}, one / (bend * bend), zero);
  for (int t = 0; t + 1 < count; ++t) {
    const bool gap = in_long_gap[t] || in_long_gap[t + 1];
    // Outside of gaps next to nothing: what keeps one or two frames without a reading from having no solution.
    problem.add({{t, -1}, {t + 1, 1}}, one * (gap ? 1 / (step * step) : 1e-6), zero);
  }
}

}  // namespace

RootPath solve_root_path(const std::vector<RootFix>& fixes, const std::vector<PlantedPoint>& points,
                         const Eigen::Vector3d& camera, double frame_rate, const RootPathSettings& settings) {
  const int count = static_cast<int>(fixes.size());
  const std::vector<bool> in_long_gap = long_gaps(fixes, settings.long_gap_s * frame_rate);
  const Eigen::Matrix3d planted = Eigen::Matrix3d::Identity() / (settings.planted_error * settings.planted_error);
  const Eigen::Matrix3d upright = Eigen::Vector3d(0, 1 / (height_error_m * height_error_m), 0).asDiagonal();
  std::vector<Eigen::Vector3d> found;
  for (int round = 0; round < rounds; ++round) {
    VectorLeastSquares problem(fixes.size() + points.size());
    add_smoothness(in_long_gap, frame_rate, settings, problem);
    for (int t = 0; t < count; ++t) {
      if (!is_seen(fixes[t])) continue;
      const Eigen::Vector3d off = round == 0 ? Eigen::Vector3d::Zero().eval() : (found[t] - fixes[t].position).eval();
      problem.add({{t, 1}}, cauchy(off.dot(fixes[t].information * off)) * fixes[t].information, fixes[t].position);
    }
    for (int k = 0; k < static_cast<int>(points.size()); ++k) {
      const PlantedPoint& point = points[k];
      const int at = count + k;
      problem.add({{at, 1}}, upright, Eigen::Vector3d(0, point.height, 0));
      problem.add({{at, 1}}, Eigen::Matrix3d::Identity() * 1e-6, Eigen::Vector3d::Zero());
      for (int t = point.first; t <= point.last; ++t) {
        const Eigen::Vector3d& from_root = point.from_root[t - point.first];
        const Eigen::Vector3d off =
            round == 0 ? Eigen::Vector3d::Zero().eval() : (found[at] - found[t] - from_root).eval();
        problem.add({{at, 1}, {t, -1}}, cauchy(off.dot(planted * off)) * planted, from_root);
        problem.add({{at, 1}}, point.ray_information[t - point.first], camera);
      }
    }
    found = problem.solve();
  }
  const auto seen = [](const RootFix& fix) { return is_seen(fix); };
  const auto first = std::find_if(fixes.begin(), fixes.end(), seen) - fixes.begin();
  const auto last = count - 1 - (std::find_if(fixes.rbegin(), fixes.rend(), seen) - fixes.rbegin());
  std::fill(found.begin(), found.begin() + first, Eigen::Vector3d(found[first]));
  std::fill(found.begin() + last + 1, found.begin() + count, Eigen::Vector3d(found[last]));
  return {{found.begin(), found.begin() + count}, {found.begin() + count, found.end()}};
}

}  // namespace limn
