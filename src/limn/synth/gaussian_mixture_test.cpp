#include "limn/synth/gaussian_mixture.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <numbers>

#include "limn/base/error.h"

namespace limn {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Two components in five dimensions: x is long along (1, 1, 0, 0, 0) in the first, round in the second.
GaussianMixture two_components() {
  GaussianMixture mixture;
  mixture.weights = Eigen::Vector2d(0.25, 0.75);
  mixture.means = MatrixXd::Zero(5, 2);
  mixture.means(4, 0) = 6;
  mixture.factors = {MatrixXd::Zero(5, 1), MatrixXd::Zero(5, 1)};
  mixture.factors[0](0, 0) = mixture.factors[0](1, 0) = 2;
  mixture.noise = MatrixXd::Constant(5, 2, 0.5);
  return mixture;
}

MatrixXd drawn(const GaussianMixture& mixture, int count, Random random) {
  MatrixXd samples(mixture.dimensions(), count);
  for (int n = 0; n < count; ++n) samples.col(n) = mixture.draw(mixture.draw_component(random), 1, random);
  return samples;
}

TEST(GaussianMixture, TheDensityIsTheFormula) {
  const GaussianMixture mixture = two_components();
  VectorXd x(5);
  x << 0.3, -0.4, 1.2, 0.1, 4;
  double expected = 0;
  for (int k = 0; k < 2; ++k) {
    MatrixXd covariance = mixture.factors[k] * mixture.factors[k].transpose();
    covariance.diagonal() += mixture.noise.col(k).cwiseAbs2();
    const VectorXd d = x - mixture.means.col(k);
    const double form = d.dot(covariance.inverse() * d);
    expected += mixture.weights[k] * std::exp(-0.5 * form) /
                std::sqrt(std::pow(2 * std::numbers::pi, 5) * covariance.determinant());
  }
  EXPECT_NEAR(mean_log_density(mixture, x), std::log(expected), 1e-9);
}

TEST(GaussianMixture, DrawsHaveItsMoments) {
  const GaussianMixture mixture = two_components();
  Random random(1, "test.mixture");
  MatrixXd samples(5, 20000);
  for (int n = 0; n < samples.cols(); ++n) samples.col(n) = mixture.draw(0, 0.5, random);
  const VectorXd mean = samples.rowwise().mean();
  EXPECT_NEAR(mean[4], 6, 0.02);
  const MatrixXd centred = samples.colwise() - mean;
  const MatrixXd covariance = centred * centred.transpose() / samples.cols();
  EXPECT_NEAR(covariance(0, 0), 0.25 * 4.25, 0.05);  // half the deviation
  EXPECT_NEAR(covariance(0, 1), 0.25 * 4, 0.05);
  EXPECT_NEAR(covariance(2, 2), 0.25 * 0.25, 0.005);
  EXPECT_NEAR(covariance(0, 2), 0, 0.02);
}

TEST(GaussianMixture, TheFitFindsWhatTheSamplesWereDrawnFrom) {
  const GaussianMixture truth = two_components();
  const MatrixXd samples = drawn(truth, 6000, Random(2, "test.mixture")),
                 other = drawn(truth, 3000, Random(3, "test.mixture"));
  MixtureSettings settings;
  settings.components = 2;
  settings.rank = 1;
  Random random(4, "test.mixture");
  const GaussianMixture fitted = fit_mixture(samples, settings, random);
  const int first = fitted.means(4, 0) > 3 ? 0 : 1;
  EXPECT_NEAR(fitted.weights[first], 0.25, 0.02);
  EXPECT_NEAR(fitted.means(4, first), 6, 0.1);
  EXPECT_NEAR(std::abs(fitted.factors[first](0, 0)), 2, 0.15);
  EXPECT_NEAR(fitted.noise(3, first), 0.5, 0.05);
  EXPECT_NEAR(mean_log_density(fitted, other), mean_log_density(truth, other), 0.05);
}

TEST(GaussianMixture, TheSameSeedGivesTheSameFit) {
  const MatrixXd samples = drawn(two_components(), 500, Random(5, "test.mixture"));
  MixtureSettings settings;
  settings.components = 4;
  settings.rank = 2;
  settings.iterations = 3;
  Random a(6, "test.mixture"), b(6, "test.mixture");
  EXPECT_EQ(fit_mixture(samples, settings, a).means, fit_mixture(samples, settings, b).means);
}

TEST(GaussianMixture, EqualSamplesKeepTheSmallestNoise) {
  MixtureSettings settings;
  settings.components = 2;
  settings.rank = 1;
  Random random(7, "test.mixture");
  const GaussianMixture fitted = fit_mixture(MatrixXd::Ones(3, 10), settings, random);
  EXPECT_NEAR(fitted.noise.minCoeff(), settings.smallest_noise, 1e-9);
  EXPECT_TRUE(fitted.means.allFinite());
}

TEST(GaussianMixture, RefusesTooFewSamplesAndRanks) {
  MixtureSettings settings;
  settings.components = 10;
  Random random(8, "test.mixture");
  EXPECT_THROW(fit_mixture(MatrixXd::Random(20, 10), settings, random), Error);
  settings.components = 2;
  settings.rank = 20;
  EXPECT_THROW(fit_mixture(MatrixXd::Random(20, 10), settings, random), Error);
}

}  // namespace
}  // namespace limn
