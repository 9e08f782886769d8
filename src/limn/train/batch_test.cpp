#include "limn/train/batch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

SynthOptions small() {
  SynthOptions options;
  options.image_size = 32;
  return options;
}

TEST(Batch, IsAPureFunctionOfSeedAndStep) {
  const ProceduralPeople people(Skeleton::human(), small());
  const TrainingPeople everyone{people, people, people};
  const Batch a = make_batch(everyone, nullptr, {3, 0, 5, true}, 7, 4), b = make_batch(everyone, nullptr, {3, 0, 5, true}, 7, 4);
  EXPECT_TRUE(torch::equal(a.image, b.image));
  EXPECT_TRUE(torch::equal(a.appearance, b.appearance));
  EXPECT_TRUE(torch::equal(a.truth.uv, b.truth.uv));
  EXPECT_TRUE(torch::equal(a.poses.joints, b.poses.joints));
  EXPECT_FALSE(torch::equal(a.image, make_batch(everyone, nullptr, {3, 0, 5, true}, 7, 5).image));
  EXPECT_FALSE(torch::equal(a.image, make_batch(everyone, nullptr, {3, 0, 5, true}, 8, 4).image));
  EXPECT_EQ(a.image.sizes().vec(), (std::vector<int64_t>{3, 3, 32, 32}));
  EXPECT_EQ(a.poses.uv.sizes().vec(), (std::vector<int64_t>{5, 27, 2}));
}

TEST(Batch, TheLifterAloneNeedsNoPictures) {
  const ProceduralPeople people(Skeleton::human(), small());
  const Batch batch = make_batch({people, people, people}, nullptr, {0, 0, 5, false}, 7, 4).to(torch::kCPU);
  EXPECT_FALSE(batch.image.defined());
  EXPECT_TRUE(torch::equal(batch.poses.uv, make_batch({people, people, people}, nullptr, {3, 0, 5, false}, 7, 4).poses.uv));
}

TEST(Batch, EasyPeopleComeFirstAndTheOthersJoin) {
  const ProceduralPeople all(Skeleton::human(), small()), easy(Skeleton::human(), small());
  const TrainingPeople people{all, easy, all, 100};
  const auto share_of_all = [&](int64_t step) {
    int count = 0;
    for (uint64_t index = 0; index < 1000; ++index) count += &people.at(step, 1, index) == &all;
    return count / 1000.0;
  };
  EXPECT_EQ(share_of_all(0), 0);
  EXPECT_EQ(share_of_all(99), 0);
  EXPECT_NEAR(share_of_all(150), 0.5, 0.06);
  EXPECT_EQ(share_of_all(200), 1);
  EXPECT_EQ(&TrainingPeople(all, easy, all).at(0, 1, 0), &all);
}

}  // namespace
}  // namespace limn
