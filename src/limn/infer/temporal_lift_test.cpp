#include "limn/infer/temporal_lift.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/infer/predictor.h"
#include "limn/network/random_model.h"

namespace limn {
namespace {

using People = std::vector<std::optional<PoseEstimate>>;

ModelFile model() {
  ModelFile result = random_model(Skeleton::human(), "limbs",
                                  {.image_size = 32, .width = 4, .pose_width = 4, .lifter_width = 16}, 1);
  add_random_temporal_lifter(result, {.frames = 5, .width = 16, .blocks = 1}, 1.0 / 12, 2);
  return result;
}

/// Random keypoints, lifted frame by frame.
People clip(const Predictor& predictor, int frames) {
  People people;
  for (int t = 0; t < frames; ++t) {
    Random random(3, "clip", static_cast<uint64_t>(t));
    std::vector<Vec2> px;
    std::vector<float> confidence;
    for (int j = 0; j < predictor.skeleton().joint_count(); ++j) {
      px.emplace_back(random.uniform(0, 200), random.uniform(0, 400));
      confidence.push_back(static_cast<float>(random.uniform(0.1, 1)));
    }
    people.emplace_back(predictor.lift(px, confidence));
    people.back()->score = 0.5f;
  }
  return people;
}

float difference(const PoseEstimate& a, const PoseEstimate& b) {
  float sum = 0;
  for (size_t j = 0; j < a.kinematics.positions.size(); ++j)
    sum += (a.kinematics.positions[j] - b.kinematics.positions[j]).norm();
  return sum;
}

TEST(TemporalLift, ThatAddsNothingIsTheSingleFrames) {
  ModelFile still = model();
  const std::string last = "temporal_lifter.correction.weight";
  still.weights[last].bytes.assign(still.weights[last].bytes.size(), 0);
  const Predictor predictor(still);
  ASSERT_TRUE(predictor.lifts_over_time());
  const People single = clip(predictor, 6);
  People people = single;
  people[2].reset();
  predictor.lift_over_time(12, people);
  EXPECT_FALSE(people[2]);
  for (size_t t : {0u, 1u, 3u, 4u, 5u}) {
    for (size_t j = 0; j < single[t]->pose.rotations.size(); ++j)
      EXPECT_LT(geodesic_angle(people[t]->pose.rotations[j], single[t]->pose.rotations[j]), 1e-3f) << t;
    EXPECT_LT(difference(*people[t], *single[t]), 0.1f) << t << ": an untrained lifter's lengths are clamped";
    EXPECT_NEAR(people[t]->camera.scale, single[t]->camera.scale, 1e-3f * single[t]->camera.scale);
    EXPECT_EQ(people[t]->joints_px, single[t]->joints_px);
    EXPECT_EQ(people[t]->score, 0.5f);
  }
}

TEST(TemporalLift, ReadsItsWindowAndNoMore) {
  const Predictor predictor(model());
  People people = clip(predictor, 12), other = people, without = people;
  other[7] = clip(predictor, 20)[15];  // at 24 frames a second frame 3 reads 7 (two steps away), 5 and 1
  without[7].reset();
  for (People* version : {&people, &other, &without}) predictor.lift_over_time(24, *version);
  for (const size_t t : {3u, 5u, 9u, 11u}) {
    EXPECT_GT(difference(*people[t], *other[t]), 1e-3f) << t;
    EXPECT_GT(difference(*people[t], *without[t]), 1e-3f) << t;
  }
  for (const size_t t : {0u, 1u, 2u, 4u, 6u, 8u, 10u}) EXPECT_EQ(difference(*people[t], *other[t]), 0) << t;
}

TEST(TemporalLift, LeavesPeopleAloneWithoutANetwork) {
  const Predictor predictor(
      random_model(Skeleton::human(), "limbs", {.image_size = 32, .width = 4, .pose_width = 4, .lifter_width = 16}, 1));
  EXPECT_FALSE(predictor.lifts_over_time());
  const People single = clip(predictor, 3);
  People people = single;
  predictor.lift_over_time(12, people);
  for (size_t t = 0; t < 3; ++t) EXPECT_EQ(difference(*people[t], *single[t]), 0);
}

TEST(TemporalLift, RefusesNumbersThatAreNone) {
  ModelFile broken = model();
  TensorBlob& bias = broken.weights["temporal_lifter.widen.bias"];
  bias = TensorBlob::from_f32(bias.shape, std::vector<float>(static_cast<size_t>(bias.count()), 3e38f).data());
  const Predictor predictor(broken);
  People people = clip(predictor, 2);
  EXPECT_THROW(predictor.lift_over_time(12, people), Error);
}

}  // namespace
}  // namespace limn
