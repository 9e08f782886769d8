// A mixture of low-rank Gaussians: x = mean_k + F_k z + noise_k * e, with z [R] and e [D] standard normal.
//
// Fitted by k-means++ (Arthur and Vassilvitskii 2007) and expectation-maximisation in double precision. The M-step
// takes the leading eigenvectors of each component's covariance as probabilistic PCA does (Tipping and Bishop 1999, eq.
// 7) and gives what they leave, dimension by dimension, to the noise, so that every variance is kept.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "limn/base/random.h"

namespace limn {

struct GaussianMixture {
  Eigen::VectorXd weights;               ///< [K] sum 1
  Eigen::MatrixXd means;                 ///< [D K]
  std::vector<Eigen::MatrixXd> factors;  ///< K times [D R]
  Eigen::MatrixXd noise;                 ///< [D K] standard deviations, > 0

  int dimensions() const { return static_cast<int>(means.rows()); }
  int components() const { return static_cast<int>(means.cols()); }
  int rank() const { return factors.empty() ? 0 : static_cast<int>(factors.front().cols()); }

  /// A sample of one component; `spread` scales its deviations.
  Eigen::VectorXd draw(int component, double spread, Random& random) const;
  int draw_component(Random& random) const;
};

/// log of weight times density, [K N], of samples [D N].
Eigen::MatrixXd weighted_log_densities(const GaussianMixture& mixture, const Eigen::MatrixXd& samples);
/// Mean over the samples of log p(x), nats.
double mean_log_density(const GaussianMixture& mixture, const Eigen::MatrixXd& samples);

struct MixtureSettings {
  int components = 64;
  int rank = 8;
  int iterations = 20;
  double smallest_noise = 0.02;  ///< deviation below which no dimension falls
  double prior_samples = 4;      ///< weight of the mean covariance within all clusters, in samples, in each component
};

/// Deterministic for a given `random`. Error(usage) unless there are more samples than components and
/// 0 < rank < D.
GaussianMixture fit_mixture(const Eigen::MatrixXd& samples, const MixtureSettings& settings, Random& random);

}  // namespace limn
