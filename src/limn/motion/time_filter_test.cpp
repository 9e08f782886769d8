#include "limn/motion/time_filter.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

TEST(TimeFilter, MeansLookAsFarAheadAsBack) {
  std::vector<float> ramp, spike(21, 0.0f);
  for (int t = 0; t < 21; ++t) ramp.push_back(2.0f * static_cast<float>(t));
  spike[10] = 1;
  EXPECT_NEAR(smoothed_over_time(ramp, 2)[10], 20, 1e-4f);
  const std::vector<float> smooth = smoothed_over_time(spike, 2);
  EXPECT_NEAR(smooth[7], smooth[13], 1e-6f);
  EXPECT_NEAR(smooth[10], 0.2f, 0.01f);  // 1 / (2 sqrt(2 pi))
  EXPECT_EQ(smooth[0], 0);
  EXPECT_NEAR(smoothed_over_time(std::vector<float>(5, 3.0f), 4)[0], 3, 1e-5f);
}

TEST(TimeFilter, AnEnvelopeIsNowhereBelowAndRisesInSteps) {
  std::vector<float> values(30, 0.0f);
  values[15] = 1;
  const std::vector<float> envelope = envelope_over_time(values, 3);
  for (size_t t = 0; t < values.size(); ++t) EXPECT_GE(envelope[t], values[t]) << t;
  EXPECT_FLOAT_EQ(envelope[15], 1);
  EXPECT_EQ(envelope[8], 0);  // beyond twice the reach
  for (size_t t = 1; t < values.size(); ++t) EXPECT_LE(std::abs(envelope[t] - envelope[t - 1]), 1 / 7.0f + 1e-5f);
  EXPECT_EQ(envelope_over_time(values, 0), values);
}

}  // namespace
}  // namespace limn
