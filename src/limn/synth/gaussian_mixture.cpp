#include "limn/synth/gaussian_mixture.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>
#include <string>

#include "limn/base/error.h"

namespace limn {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Squared distances of every sample to every centre, [K N].
MatrixXd squared_distances(const MatrixXd& centres, const MatrixXd& samples) {
  MatrixXd result = -2 * centres.transpose() * samples;
  result.colwise() += centres.colwise().squaredNorm().transpose();
  result.rowwise() += samples.colwise().squaredNorm();
  return result.cwiseMax(0);
}

/// Seeds drawn in proportion to the squared distance from the nearest seed so far.
MatrixXd seed_centres(const MatrixXd& samples, int count, Random& random) {
  MatrixXd centres(samples.rows(), count);
  centres.col(0) = samples.col(random.integer(static_cast<int>(samples.cols())));
  VectorXd nearest = (samples.colwise() - centres.col(0)).colwise().squaredNorm();
  for (int k = 1; k < count; ++k) {
    double target = random.uniform() * nearest.sum();
    Eigen::Index chosen = 0;
    while (chosen + 1 < samples.cols() && (target -= nearest[chosen]) > 0) ++chosen;
    centres.col(k) = samples.col(chosen);
    nearest = nearest.cwiseMin((samples.colwise() - centres.col(k)).colwise().squaredNorm().transpose());
  }
  return centres;
}

/// Lloyd's iterations; returns memberships [K N] of 0 and 1.
MatrixXd cluster(const MatrixXd& samples, int count, Random& random) {
  MatrixXd centres = seed_centres(samples, count, random), members;
  for (int step = 0; step < 12; ++step) {
    const MatrixXd distances = squared_distances(centres, samples);
    members = MatrixXd::Zero(count, samples.cols());
    for (Eigen::Index n = 0; n < samples.cols(); ++n) {
      Eigen::Index best;
      distances.col(n).minCoeff(&best);
      members(best, n) = 1;
    }
    for (int k = 0; k < count; ++k) {
      const double size = members.row(k).sum();
      if (size > 0) centres.col(k) = samples * members.row(k).transpose() / size;
    }
  }
  return members;
}

/// Sum of the outer products of one component's deviations, over the samples that belong to it at all.
MatrixXd scatter(const MatrixXd& samples, const VectorXd& members, const VectorXd& mean) {
  MatrixXd result = MatrixXd::Zero(samples.rows(), samples.rows());
  for (Eigen::Index n = 0; n < samples.cols(); ++n) {
    if (members[n] < 1e-9) continue;
    const VectorXd deviation = samples.col(n) - mean;
    result.selfadjointView<Eigen::Lower>().rankUpdate(deviation, members[n]);
  }
  return result.selfadjointView<Eigen::Lower>();
}

void maximise(const MatrixXd& samples, const MatrixXd& members, const MixtureSettings& settings,
              GaussianMixture& mixture) {
  const int count = settings.components;
  const VectorXd sizes = members.rowwise().sum();
  mixture.weights = sizes / sizes.sum();
  std::vector<MatrixXd> scatters(count);
  MatrixXd within = MatrixXd::Zero(samples.rows(), samples.rows());
  for (int k = 0; k < count; ++k) {
    if (sizes[k] > 1e-6) mixture.means.col(k) = samples * members.row(k).transpose() / sizes[k];
    scatters[k] = scatter(samples, members.row(k).transpose(), mixture.means.col(k));
    within += scatters[k] / static_cast<double>(samples.cols());
  }
  for (int k = 0; k < count; ++k) {
    const MatrixXd covariance = (scatters[k] + settings.prior_samples * within) / (sizes[k] + settings.prior_samples);
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(covariance);  // ascending
    const double rest = eigen.eigenvalues().head(samples.rows() - settings.rank).mean();
    const VectorXd scale = (eigen.eigenvalues().tail(settings.rank).array() - rest).max(0).sqrt();
    mixture.factors[k] = eigen.eigenvectors().rightCols(settings.rank) * scale.asDiagonal();
    const VectorXd left = covariance.diagonal() - mixture.factors[k].rowwise().squaredNorm();
    mixture.noise.col(k) = left.cwiseMax(settings.smallest_noise * settings.smallest_noise).cwiseSqrt();
  }
}

/// log of the sum of exponentials of each column, [N].
VectorXd log_sums(const MatrixXd& logs) {
  const Eigen::RowVectorXd largest = logs.colwise().maxCoeff();
  return (largest.array() + (logs.rowwise() - largest).array().exp().colwise().sum().log()).transpose();
}

}  // namespace

VectorXd GaussianMixture::draw(int component, double spread, Random& random) const {
  VectorXd z(rank());
  for (double& value : z) value = spread * random.normal();
  VectorXd x = means.col(component) + factors[component] * z;
  for (Eigen::Index d = 0; d < x.size(); ++d) x[d] += spread * noise(d, component) * random.normal();
  return x;
}

int GaussianMixture::draw_component(Random& random) const {
  double target = random.uniform() * weights.sum();
  int k = 0;
  while (k + 1 < components() && (target -= weights[k]) > 0) ++k;
  return k;
}

MatrixXd weighted_log_densities(const GaussianMixture& mixture, const MatrixXd& samples) {
  const double constant = -0.5 * mixture.dimensions() * std::log(2 * std::numbers::pi);
  MatrixXd result(mixture.components(), samples.cols());
  for (int k = 0; k < mixture.components(); ++k) {
    // Woodbury: with y = (x - mean) / noise and G = F / noise, the quadratic form is |y|^2 - |L^-1 G^T y|^2,
    // L L^T = I + G^T G, and the determinant that of L L^T times the product of noise^2.
    const VectorXd inverse = mixture.noise.col(k).cwiseInverse();
    const MatrixXd g = inverse.asDiagonal() * mixture.factors[k];
    const Eigen::LLT<MatrixXd> inner(MatrixXd::Identity(g.cols(), g.cols()) + g.transpose() * g);
    const MatrixXd y = inverse.asDiagonal() * (samples.colwise() - mixture.means.col(k));
    const MatrixXd explained = inner.matrixL().solve(g.transpose() * y);
    const MatrixXd lower = inner.matrixL();
    const double log_det = mixture.noise.col(k).array().log().sum() + lower.diagonal().array().log().sum();
    const double log_weight = std::log(std::max(mixture.weights[k], 1e-300));
    result.row(k) = (constant + log_weight - log_det) -
                    0.5 * (y.colwise().squaredNorm() - explained.colwise().squaredNorm()).array();
  }
  return result;
}

double mean_log_density(const GaussianMixture& mixture, const MatrixXd& samples) {
  return log_sums(weighted_log_densities(mixture, samples)).mean();
}

GaussianMixture fit_mixture(const MatrixXd& samples, const MixtureSettings& settings, Random& random) {
  require(settings.components > 0 && samples.cols() > settings.components, ErrorKind::usage,
          "a mixture needs more samples than components",
          std::to_string(samples.cols()) + " samples, " + std::to_string(settings.components) + " components",
          "choose fewer components");
  require(settings.rank > 0 && settings.rank < samples.rows(), ErrorKind::usage,
          "the rank of the factors is outside 1 ... D - 1", std::to_string(settings.rank), "choose 8");
  GaussianMixture mixture;
  mixture.means = MatrixXd::Zero(samples.rows(), settings.components);
  mixture.noise = mixture.means;
  mixture.factors.resize(settings.components);
  maximise(samples, cluster(samples, settings.components, random), settings, mixture);
  for (int step = 0; step < settings.iterations; ++step) {
    MatrixXd logs = weighted_log_densities(mixture, samples);
    const Eigen::RowVectorXd sums = log_sums(logs).transpose();
    const MatrixXd members = (logs.rowwise() - sums).array().exp();
    maximise(samples, members, settings, mixture);
  }
  return mixture;
}

}  // namespace limn
