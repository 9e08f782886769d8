#include "limn/skeleton/temporal_code.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/random.h"

namespace limn {
namespace {

using Frames = std::vector<int>;

TEST(WindowFrames, AreTheNearestToMomentsAStepApart) {
  EXPECT_EQ(window_frames(10, 30, 12, 5, 1.0 / 12), (Frames{8, 9, 10, 11, 12}));
  EXPECT_EQ(window_frames(10, 30, 24, 5, 1.0 / 12), (Frames{6, 8, 10, 12, 14}));
  EXPECT_EQ(window_frames(10, 30, 30, 5, 1.0 / 12), (Frames{5, 7, 10, 13, 15})) << "2.5 frames a step";
}

TEST(WindowFrames, AreMissingBeyondTheEnds) {
  EXPECT_EQ(window_frames(1, 4, 12, 5, 1.0 / 12), (Frames{-1, 0, 1, 2, 3}));
  EXPECT_EQ(window_frames(3, 4, 24, 5, 1.0 / 12), (Frames{-1, 1, 3, -1, -1}));
  EXPECT_EQ(window_frames(0, 1, 12, 3, 1.0 / 12), (Frames{-1, 0, -1}));
}

TEST(WindowFrames, AreMissingWhereFramesAreTooFarApart) {
  EXPECT_EQ(window_frames(5, 11, 6, 5, 1.0 / 12), (Frames{4, -1, 5, -1, 6})) << "every other moment";
  EXPECT_EQ(window_frames(5, 11, 1, 5, 1.0 / 12), (Frames{-1, -1, 5, -1, -1}));
}

/// A reading with an "output" that tells it from others.
FrameCode frame(uint64_t number, const Vec2& shift = Vec2::Zero(), float size = 1) {
  Random random(1, "frame", number);
  std::vector<Vec2> uv;
  std::vector<float> confidence;
  for (int j = 0; j < Skeleton::human().joint_count(); ++j) {
    const float x = static_cast<float>(random.normal()), y = static_cast<float>(random.normal());
    uv.push_back(shift + size * Vec2(x, y));
    confidence.push_back(static_cast<float>(random.uniform()));
  }
  FrameCode code;
  code.normalisation = normalise_keypoints({uv, confidence, {}}, 3 * uv.size(), code.input);
  code.output.assign(static_cast<size_t>(lifter_output_size(Skeleton::human())), static_cast<float>(number) + 1);
  return code;
}

TEST(FillWindow, LaysFramesEndToEndWithTheirPlaceAndSize) {
  const FrameCode a = frame(1), middle = frame(2), b = frame(2, Vec2(3, -1), 2);
  const std::vector<const FrameCode*> frames = {&a, &middle, &b};
  std::vector<float> window;
  fill_window(frames, window);
  const auto size = static_cast<size_t>(temporal_frame_size(Skeleton::human(), false));
  ASSERT_EQ(window.size(), 3 * size);
  for (size_t f = 0; f < 3; ++f) {
    for (size_t i = 0; i < a.input.size(); ++i) EXPECT_EQ(window[f * size + i], frames[f]->input[i]);
    EXPECT_EQ(window[f * size + a.input.size()], frames[f]->output[0]);
  }
  for (size_t i = 1; i <= 3; ++i) EXPECT_EQ(window[2 * size - i], 0) << "the middle's own place and size";
  EXPECT_NEAR(window[3 * size - 1], std::log(2.0f), 1e-5f);
  const Vec2 shift = (b.normalisation.centre - middle.normalisation.centre) / middle.normalisation.spread;
  EXPECT_NEAR(window[3 * size - 3], shift.x(), 1e-5f);
  EXPECT_NEAR(window[3 * size - 2], shift.y(), 1e-5f);
}

TEST(FillWindow, DoesNotChangeWithThePicture) {
  std::vector<std::vector<float>> windows(2);
  for (int k = 0; k < 2; ++k) {
    const Vec2 shift = k == 0 ? Vec2(0, 0) : Vec2(400, 250);
    const float size = k == 0 ? 1 : 80;
    const FrameCode a = frame(1, shift + size * Vec2(2, 0), 1.5f * size), middle = frame(2, shift, size);
    const std::vector<const FrameCode*> frames = {&a, &middle, nullptr};
    fill_window(frames, windows[k]);
  }
  for (size_t i = 0; i < windows[0].size(); ++i) EXPECT_NEAR(windows[0][i], windows[1][i], 1e-3f) << i;
}

TEST(FillWindow, IsZeroWhereNothingWasReadAndBoundedWhereItIsWild) {
  const FrameCode middle = frame(2), far = frame(3, Vec2(1e4f, -1e4f), 1e4f);
  const std::vector<const FrameCode*> frames = {nullptr, &middle, &far};
  std::vector<float> window(5, 1.0f);
  fill_window(frames, window);
  const size_t size = window.size() / 3;
  for (size_t i = 0; i < size; ++i) EXPECT_EQ(window[i], 0);
  EXPECT_EQ(window[3 * size - 3], 8);
  EXPECT_EQ(window[3 * size - 2], -8);
  EXPECT_EQ(window[3 * size - 1], 2);
}

}  // namespace
}  // namespace limn
