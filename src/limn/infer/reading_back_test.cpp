#include "limn/infer/reading_back.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

/// A frame of one pixel that says when it was taken.
Image frame_at(int time) {
  Image image(1, 1);
  image.pixels[0] = static_cast<uint8_t>(time);
  return image;
}

RecentFrames frames_until(int time, size_t most = 100) {
  RecentFrames frames(most, 1000);
  for (int t = 0; t <= time; ++t) frames.add(frame_at(t));
  return frames;
}

PosePrediction standing_at(const Vec2& centre, float height, float score) {
  PosePrediction person;
  for (int j = 0; j < 8; ++j)
    person.joints_px.emplace_back(centre + Vec2(0.1f * height * static_cast<float>(j % 2), height * (static_cast<float>(j) / 7 - 0.5f)));
  person.confidence.assign(8, 0.9f);
  person.score = score;
  return person;
}

/// Somebody who walks 4 px a frame and came at `first`; before, there is nothing to see.
struct Walk {
  int first = 0;
  mutable int readings = 0;
  PosePrediction at(int time) const { return standing_at(Vec2(4.0f * static_cast<float>(time), 50), 80, time < first ? 0.6f : 0.8f); }
  ReadPose read() const {
    return [this](const Image& image, const Crop& window) {
      ++readings;
      PosePrediction pose = at(image.pixels[0]);
      EXPECT_LT((window.centre_px - Vec2(4 * (image.pixels[0] + 1.0f), 50)).norm(), 6);  // around the pose after it
      return pose;
    };
  }
};

constexpr auto nobody = [](size_t, const PosePrediction&) { return false; };

TEST(RecentFrames, KeepsTheLastOnesWithinItsBounds) {
  const RecentFrames few = frames_until(9, 4);
  ASSERT_EQ(few.count(), 4u);
  EXPECT_EQ(few.at(0).pixels[0], 9);
  EXPECT_EQ(few.at(3).pixels[0], 6);
  RecentFrames light(100, 7);  // two frames of 3 bytes
  for (int t = 0; t < 5; ++t) light.add(frame_at(t));
  EXPECT_EQ(light.count(), 2u);
  RecentFrames none(100, 1);
  none.add(frame_at(3));
  EXPECT_EQ(none.count(), 1u);
}

TEST(ReadBack, FollowsSomebodyToTheFirstFrame) {
  const Walk walk;
  const std::vector<PosePrediction> earlier = read_back(walk.read(), frames_until(20), 3, walk.at(17), nobody, 0.66f);
  ASSERT_EQ(earlier.size(), 17u);
  for (size_t i = 0; i < earlier.size(); ++i) EXPECT_EQ(earlier[i].joints_px, walk.at(16 - static_cast<int>(i)).joints_px);
}

TEST(ReadBack, EndsWhereSomebodyCame) {
  const Walk walk{.first = 9};
  EXPECT_EQ(read_back(walk.read(), frames_until(20), 0, walk.at(20), nobody, 0.66f).size(), 11u);
  EXPECT_EQ(walk.readings, 12);
}

TEST(ReadBack, EndsAtSomebodyKnownAndAtJumps) {
  const Walk walk;
  const auto known = [](size_t before, const PosePrediction&) { return before == 6; };
  EXPECT_EQ(read_back(walk.read(), frames_until(20), 0, walk.at(20), known, 0.66f).size(), 5u);
  const ReadPose jumps = [&](const Image& image, const Crop&) {
    PosePrediction pose = walk.at(image.pixels[0]);
    if (image.pixels[0] == 12)
      for (Vec2& p : pose.joints_px) p.x() += 40;
    return pose;
  };
  EXPECT_EQ(read_back(jumps, frames_until(20), 0, walk.at(20), nobody, 0.66f).size(), 7u);
  const ReadPose grows = [&](const Image& image, const Crop&) {
    return standing_at(Vec2(4.0f * image.pixels[0], 50), image.pixels[0] == 12 ? 200 : 80, 0.8f);
  };
  EXPECT_EQ(read_back(grows, frames_until(20), 0, walk.at(20), nobody, 0.66f).size(), 7u);
}

}  // namespace
}  // namespace limn
