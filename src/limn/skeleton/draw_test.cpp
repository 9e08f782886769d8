#include "limn/skeleton/draw.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "limn/base/error.h"

namespace limn {
namespace {

using Channels = std::vector<std::vector<std::pair<int, int>>>;

template <class T>
struct Drawing {
  std::vector<T> image;
  std::vector<std::int16_t> winner;
};

template <class T>
Drawing<T> draw(const DrawPlan& plan, const DrawSettings& settings, int batch, const std::vector<T>& joints) {
  const std::size_t size = static_cast<std::size_t>(batch) * plan.channels * settings.height * settings.width;
  Drawing<T> d{std::vector<T>(size, T(-7)), std::vector<std::int16_t>(size, 77)};
  draw_forward(plan, settings, batch, joints.data(), d.image.data(), d.winner.data());
  return d;
}

template <class T>
std::vector<T> gradient(const DrawPlan& plan, const DrawSettings& settings, int batch, const std::vector<T>& joints,
                        const Drawing<T>& d, const std::vector<T>& image_gradient) {
  std::vector<T> result(joints.size(), T(-7));
  draw_backward(plan, settings, batch, joints.data(), d.image.data(), d.winner.data(), image_gradient.data(),
                result.data());
  return result;
}

/// METHOD 1 word for word: a loop over everything, in double.
struct Plain {
  std::vector<double> image;
  std::vector<double> gradient;
  std::vector<bool> tie;  ///< two bones within 1e-5 of the same distance, a bone at the cull distance or a kink
};

double segment_distance(double ux, double uy, const double* a, const double* b, double* t) {
  const double ex = b[0] - a[0], ey = b[1] - a[1], length2 = ex * ex + ey * ey;
  *t = length2 == 0 ? 0.5 : std::clamp(((ux - a[0]) * ex + (uy - a[1]) * ey) / length2, 0.0, 1.0);
  return std::hypot(ux - a[0] - *t * ex, uy - a[1] - *t * ey);
}

Plain plain_drawing(const DrawPlan& plan, const DrawSettings& s, int batch, const std::vector<double>& joints,
                    const std::vector<double>& image_gradient) {
  Plain result;
  result.gradient.assign(joints.size(), 0);
  const double sigma = s.sigma_px, cull = static_cast<double>(s.cull_sigmas) * sigma;
  for (int b = 0; b < batch; ++b) {
    for (int c = 0; c < plan.channels; ++c) {
      for (int y = 0; y < s.height; ++y) {
        for (int x = 0; x < s.width; ++x) {
          double best = std::numeric_limits<double>::infinity(), second = best, best_t = 0;
          int winner = -1;
          for (int e = plan.channel_begin[c]; e < plan.channel_begin[c + 1]; ++e) {
            double t;
            const double d = segment_distance(x + 0.5, y + 0.5, &joints[2 * (b * plan.joints + plan.bone_from[e])],
                                              &joints[2 * (b * plan.joints + plan.bone_to[e])], &t);
            second = std::min(second, std::max(d, best));
            if (d < best) best = d, best_t = t, winner = e;
          }
          const bool gaussian = s.profile == Profile::gaussian;
          const bool kink = !gaussian && best < 0.05;  // the exponential has no gradient on the bone
          result.tie.push_back(second - best < 1e-5 || std::abs(best - cull) < 1e-4 || kink);
          const double exponent = gaussian ? best * best / (2 * sigma * sigma) : best / sigma;
          const double value = best <= cull ? std::exp(-exponent) : 0;
          const double g = image_gradient.empty() ? 0 : image_gradient[result.image.size()];
          result.image.push_back(value);
          if (value == 0 || g == 0) continue;
          const int from = 2 * (b * plan.joints + plan.bone_from[winner]);
          const int to = 2 * (b * plan.joints + plan.bone_to[winner]);
          for (int k = 0; k < 2; ++k) {
            const double u = (k == 0 ? x : y) + 0.5;
            const double r = u - (1 - best_t) * joints[from + k] - best_t * joints[to + k];
            const double slope = g * value * r / (gaussian ? sigma * sigma : sigma * best);
            result.gradient[from + k] += slope * (1 - best_t);
            result.gradient[to + k] += slope * best_t;
          }
        }
      }
    }
  }
  return result;
}

/// Joints around the picture, some far outside it, some bones of length zero.
std::vector<double> scattered_joints(int batch, int joints, int width, int height, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> u(0, 1);
  std::vector<double> xy;
  for (int i = 0; i < batch * joints; ++i) {
    const double spread = i % 7 == 3 ? 30 : 1.5;
    xy.push_back(width * (0.5 + spread * (u(engine) - 0.5)));
    xy.push_back(height * (0.5 + spread * (u(engine) - 0.5)));
    if (i % 9 == 8) std::copy(xy.end() - 4, xy.end() - 2, xy.end() - 2);
  }
  return xy;
}

const Channels kChannels = {{{0, 1}, {1, 2}, {2, 3}}, {{4, 5}, {5, 6}}, {}, {{7, 8}, {8, 0}, {3, 7}, {6, 6}}};

TEST(Draw, IsOneOnTheSegmentAndGaussianBesideIt) {
  const DrawPlan plan(2, {{{0, 1}}});
  const DrawSettings settings{20, 40, 1.5f, 5.5f};
  const Drawing<float> d = draw<float>(plan, settings, 1, {10.5f, 8.5f, 30.5f, 8.5f});
  for (int x = 10; x <= 30; ++x) EXPECT_EQ(d.image[8 * 40 + x], 1.0f) << x;
  for (int distance = 1; distance <= 8; ++distance) {
    const double expected = std::exp(-distance * distance / (2 * 1.5 * 1.5));
    EXPECT_NEAR(d.image[(8 + distance) * 40 + 20], expected, 1e-6 * expected) << "below, " << distance;
    EXPECT_NEAR(d.image[8 * 40 + 30 + distance], expected, 1e-6 * expected) << "past the end, " << distance;
    EXPECT_NEAR(d.image[8 * 40 + 10 - distance], expected, 1e-6 * expected) << "before the start, " << distance;
  }
  EXPECT_EQ(d.winner[8 * 40 + 20], 0);
}

TEST(Draw, IsZeroBeyondTheCullDistance) {
  const DrawPlan plan(2, {{{0, 1}}});
  const DrawSettings settings{40, 40, 1.0f, 5.0f};
  const Drawing<double> d = draw<double>(plan, settings, 1, {20.5, 5.5, 20.5, 35.5});
  EXPECT_GT(d.image[20 * 40 + 25], 0);
  EXPECT_EQ(d.winner[20 * 40 + 25], 0);
  EXPECT_EQ(d.image[20 * 40 + 26], 0);
  EXPECT_EQ(d.winner[20 * 40 + 26], -1);
  EXPECT_EQ(d.image[0], 0);
}

TEST(Draw, ChannelsDoNotMix) {
  const DrawPlan plan(4, {{{0, 1}}, {{2, 3}}, {}});
  const DrawSettings settings{16, 48, 1.0f, 5.5f};
  const Drawing<float> d = draw<float>(plan, settings, 1, {4.5f, 4.5f, 8.5f, 4.5f, 40.5f, 4.5f, 44.5f, 4.5f});
  const int size = 16 * 48, at_first = 4 * 48 + 6, at_second = 4 * 48 + 42;
  EXPECT_EQ(d.image[at_first], 1.0f);
  EXPECT_EQ(d.image[at_second], 0.0f);
  EXPECT_EQ(d.image[size + at_first], 0.0f);
  EXPECT_EQ(d.image[size + at_second], 1.0f);
  EXPECT_EQ(d.winner[size + at_second], 1);
  EXPECT_EQ(*std::max_element(d.image.begin() + 2 * size, d.image.end()), 0.0f);
}

TEST(Draw, TheWinnerMayBeLeftOut) {
  const DrawPlan plan(9, kChannels);
  const DrawSettings settings{33, 21, 1.2f, 5.5f};
  const std::vector<double> joints = scattered_joints(2, 9, 21, 33, 3);
  const Drawing<double> d = draw(plan, settings, 2, joints);
  std::vector<double> image(d.image.size());
  draw_forward<double>(plan, settings, 2, joints.data(), image.data(), nullptr);
  EXPECT_EQ(image, d.image);
}

TEST(Draw, NonFiniteAndHugeJointsDrawNothingAndGetNoGradient) {
  const DrawPlan plan(4, {{{0, 1}, {2, 3}}});
  const DrawSettings settings{24, 24, 1.0f, 5.5f};
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), 3e38f, -3e38f, 1e30f}) {
    const std::vector<float> joints = {bad, 5.5f, bad, -bad, 4.5f, 20.5f, 18.5f, 20.5f};
    const Drawing<float> d = draw(plan, settings, 1, joints);
    EXPECT_EQ(d.image[20 * 24 + 10], 1.0f);
    EXPECT_EQ(d.image[5 * 24 + 10], 0.0f);
    std::vector<float> ones(d.image.size(), 1.0f);
    const std::vector<float> g = gradient(plan, settings, 1, joints, d, ones);
    for (int k = 0; k < 4; ++k) EXPECT_EQ(g[k], 0.0f) << bad;
    for (int k = 4; k < 8; ++k) EXPECT_TRUE(std::isfinite(g[k])) << bad;
  }
}

TEST(Draw, TiesGoToTheFirstBone) {
  const DrawPlan plan(2, {{{0, 1}, {1, 0}}});
  const Drawing<float> d = draw<float>(plan, {16, 16, 1.0f, 5.5f}, 1, {3.5f, 8.5f, 12.5f, 8.5f});
  EXPECT_EQ(*std::max_element(d.winner.begin(), d.winner.end()), 0);
}

TEST(Draw, AZeroLengthBoneIsAPointThatSharesItsGradient) {
  const DrawPlan plan(2, {{{0, 1}}});
  const DrawSettings settings{16, 16, 1.0f, 5.5f};
  const std::vector<double> joints = {8.5, 8.5, 8.5, 8.5};
  const Drawing<double> d = draw(plan, settings, 1, joints);
  EXPECT_NEAR(d.image[8 * 16 + 10], std::exp(-2.0), 1e-12);
  std::vector<double> image_gradient(d.image.size(), 0);
  image_gradient[8 * 16 + 10] = 1;  // two pixels to the right: dy/dx = 2 exp(-2), shared
  const std::vector<double> g = gradient(plan, settings, 1, joints, d, image_gradient);
  EXPECT_NEAR(g[0], std::exp(-2.0), 1e-12);
  EXPECT_NEAR(g[2], std::exp(-2.0), 1e-12);
  EXPECT_EQ(g[1], 0);
  EXPECT_EQ(g[3], 0);
}

TEST(Draw, SameBitsOnAnyNumberOfThreads) {
  const DrawPlan plan(9, kChannels);
  const DrawSettings settings{128, 128, 1.3f, 5.5f};
  const int batch = 6;  // enough pixels for several threads
  const std::vector<double> wide = scattered_joints(batch, 9, 128, 128, 5);
  const std::vector<float> joints(wide.begin(), wide.end());
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const Drawing<float> one = draw(plan, settings, batch, joints);
  const std::vector<float> one_gradient = gradient(plan, settings, batch, joints, one, one.image);
  for (const int threads : {2, 3, 7}) {
    omp_set_num_threads(threads);
    const Drawing<float> many = draw(plan, settings, batch, joints);
    EXPECT_EQ(many.image, one.image) << threads;
    EXPECT_EQ(many.winner, one.winner) << threads;
    EXPECT_EQ(gradient(plan, settings, batch, joints, many, many.image), one_gradient) << threads;
  }
  omp_set_num_threads(before);
}

TEST(Draw, RejectsBadPlansAndSettings) {
  EXPECT_THROW(DrawPlan(2, {{{0, 2}}}), Error);
  EXPECT_THROW(DrawPlan(2, {{{-1, 0}}}), Error);
  const DrawPlan plan(2, {{{0, 1}}});
  const std::vector<float> joints(4, 0.0f);
  float pixel = 0;
  for (const DrawSettings& bad : {DrawSettings{0, 1, 1.0f, 5.5f}, DrawSettings{1, 1, 0.0f, 5.5f},
                                  DrawSettings{1, 1, 1.0f, -1.0f}, DrawSettings{1, 1, NAN, 5.5f}}) {
    EXPECT_THROW(draw_forward<float>(plan, bad, 1, joints.data(), &pixel, nullptr), Error);
  }
}

template <class T>
void expect_plain(double image_tolerance, double gradient_tolerance, Profile profile = Profile::gaussian) {
  const DrawPlan plan(9, kChannels);
  const int sizes[][2] = {{1, 1}, {7, 5}, {16, 16}, {33, 17}, {40, 70}};
  for (unsigned seed = 0; seed < 10; ++seed) {
    const auto [height, width] = sizes[seed % 5];
    const DrawSettings settings{height, width, seed % 2 ? 0.8f : 2.5f, seed % 3 ? 5.5f : 3.0f, profile};
    // Rounded to T first, so that both sides draw the same skeleton.
    const std::vector<double> wide = scattered_joints(3, 9, width, height, seed);
    const std::vector<T> joints(wide.begin(), wide.end());
    const std::vector<double> exact_joints(joints.begin(), joints.end());
    const Drawing<T> d = draw(plan, settings, 3, joints);
    std::vector<double> image_gradient(d.image.size());
    std::mt19937 engine(seed + 100);
    for (double& g : image_gradient) g = std::uniform_real_distribution<double>(-1, 1)(engine);
    const Plain masks = plain_drawing(plan, settings, 3, exact_joints, {});
    for (std::size_t i = 0; i < image_gradient.size(); ++i) image_gradient[i] *= masks.tie[i] ? 0 : 1;
    const std::vector<T> g = gradient(plan, settings, 3, joints, d, {image_gradient.begin(), image_gradient.end()});
    const Plain plain = plain_drawing(plan, settings, 3, exact_joints, image_gradient);
    for (std::size_t i = 0; i < d.image.size(); ++i) {
      if (masks.tie[i]) continue;
      ASSERT_NEAR(d.image[i], plain.image[i], image_tolerance) << "seed " << seed << " pixel " << i;
    }
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double scale = 1 + std::abs(plain.gradient[i]);
      ASSERT_NEAR(g[i], plain.gradient[i], gradient_tolerance * scale) << "seed " << seed << " coordinate " << i;
    }
  }
}

TEST(GoldenDraw, DoubleEqualsPlainLoops) { expect_plain<double>(1e-13, 1e-12); }
TEST(GoldenDraw, FloatEqualsPlainLoops) { expect_plain<float>(5e-5, 1e-4); }
TEST(GoldenDraw, TheExponentialProfileEqualsPlainLoops) {
  expect_plain<double>(1e-13, 1e-10, Profile::exponential);
  expect_plain<float>(5e-5, 2e-3, Profile::exponential);
}

TEST(Draw, TheExponentialProfileHasOneNthAtEverySigma) {
  const DrawPlan plan(2, {{{0, 1}}});
  const DrawSettings settings{20, 40, 1.5f, 5.5f, profile_from_name("exponential")};
  const Drawing<float> d = draw<float>(plan, settings, 1, {10.5f, 8.5f, 30.5f, 8.5f});
  EXPECT_EQ(d.image[8 * 40 + 20], 1.0f);
  for (int distance = 1; distance <= 8; ++distance)
    EXPECT_NEAR(d.image[(8 + distance) * 40 + 20], std::exp(-distance / 1.5), 1e-6) << distance;
  EXPECT_EQ(d.image[17 * 40 + 20], 0.0f);  // culled
  EXPECT_THROW(profile_from_name("square"), Error);
}

TEST(GoldenDraw, FloatExponentialIsAccurate) {
  const DrawPlan plan(2, {{{0, 1}}});
  const DrawSettings settings{1, 256, 20.0f, 12.0f};
  const Drawing<float> d = draw<float>(plan, settings, 1, {0.5f, 0.5f, 0.5f, 0.5f});
  for (int x = 0; x < 240; ++x) {
    const double expected = std::exp(-static_cast<double>(x) * x / 800);
    EXPECT_NEAR(d.image[x], expected, (1.5e-7 + 1.2e-7 * x * x / 800) * expected) << x;
  }
}

/// dL/djoints against central differences, L = sum(weights * image), where no pixel is near a tie.
void expect_gradient(const DrawPlan& plan, const DrawSettings& settings, std::vector<double> joints) {
  const Drawing<double> d = draw(plan, settings, 1, joints);
  std::vector<double> weights(d.image.size());
  std::mt19937 engine(1);
  for (double& w : weights) w = std::uniform_real_distribution<double>(-1, 1)(engine);
  const auto loss = [&] {
    const Drawing<double> moved = draw(plan, settings, 1, joints);
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * moved.image[i];
    return sum;
  };
  const std::vector<double> analytic = gradient(plan, settings, 1, joints, d, weights);
  const double step = 1e-5;
  for (std::size_t i = 0; i < joints.size(); ++i) {
    const double at = joints[i];
    joints[i] = at + step;
    const double above = loss();
    joints[i] = at - step;
    const double below = loss();
    joints[i] = at;
    const double numeric = (above - below) / (2 * step);
    EXPECT_NEAR(analytic[i], numeric, 1e-5 * std::abs(numeric) + 1e-7) << "coordinate " << i;
  }
}

// A wide cull: the jump at its edge (exp(-15)) would show in the differences.
constexpr DrawSettings kSmooth{32, 32, 2.0f, 9.0f};

TEST(GradcheckDraw, InsideTheSegmentAndItsEnds) {
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {9.2, 11.7, 21.9, 16.3});
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {15.1, 15.2, 15.9, 15.4});
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {9.2, 12.3, 21.9, 12.3});
}

TEST(GradcheckDraw, SeveralBonesAndChannels) {
  expect_gradient(DrawPlan(4, {{{0, 1}}, {{1, 2}}, {{2, 3}}, {{3, 0}}}), kSmooth,
                  {5.2, 6.1, 20.4, 8.3, 24.8, 25.1, 7.7, 20.2});
}

TEST(GradcheckDraw, BonesOfOneChannelApart) {
  expect_gradient(DrawPlan(4, {{{0, 1}, {2, 3}}}), {32, 64, 1.0f, 9.0f}, {5.2, 6.1, 20.4, 8.3, 48.8, 25.1, 40.7, 20.2});
}

TEST(GradcheckDraw, OffScreenJoints) {
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {-40.3, -12.7, 60.4, 44.2});
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {16.3, -25.1, 14.2, 12.4});
  expect_gradient(DrawPlan(2, {{{0, 1}}}), kSmooth, {-300.0, -200.0, -310.0, 240.0});
}

TEST(GradcheckDraw, ZeroLengthBoneMovedAsAPoint) {
  // Moving one end opens a kink; moving both together is smooth, and its gradient is the sum of both halves.
  const DrawPlan bone(2, {{{0, 1}}}), point(1, {{{0, 0}}});
  expect_gradient(point, kSmooth, {14.3, 17.8});
  const std::vector<double> both = {14.3, 17.8, 14.3, 17.8};
  const Drawing<double> d = draw(bone, kSmooth, 1, both);
  std::vector<double> weights(d.image.size());
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::sin(0.37 * static_cast<double>(i));
  const std::vector<double> halves = gradient(bone, kSmooth, 1, both, d, weights);
  const std::vector<double> whole = gradient<double>(point, kSmooth, 1, {14.3, 17.8}, d, weights);
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(halves[k], halves[2 + k], 1e-14);
    EXPECT_NEAR(halves[k] + halves[2 + k], whole[k], 1e-12);
  }
}

}  // namespace
}  // namespace limn
