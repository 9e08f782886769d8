#include "limn/infer/calibration.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/infer/predictor.h"
#include "limn/network/random_model.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

TEST(BestRange, ClipsWhatIsRareAndKeepsWhatIsCommon) {
  std::vector<int64_t> counts(1024, 100);
  EXPECT_FLOAT_EQ(best_range(counts, 8), 8);  // even: the largest value is as common as any
  counts.assign(1024, 0);
  std::fill_n(counts.begin(), 256, 1'000'000);
  EXPECT_NEAR(best_range(counts, 8), 2, 0.26);  // nothing above a quarter
  counts.back() = 1;
  EXPECT_LT(best_range(counts, 8), 8);  // one outlier does not make everything else coarse
}

ModelFile small_model() {
  return random_model(Skeleton::human(), "limbs", {.image_size = 32, .bone_depths = true, .width = 16, .pose_width = 16, .lifter_width = 16},
                      5);
}

TEST(Calibration, EightBitsReadAsFloatsDo) {
  ModelFile model = small_model();
  calibrate(model, {.pictures = 6});
  EXPECT_EQ(model.ranges.count("image_to_skeleton.enc1_a"), 1u);
  EXPECT_EQ(model.ranges.count("image_to_skeleton.enc1_b"), 0u);  // may be negative
  EXPECT_EQ(model.ranges.count("image_to_skeleton.bone_depths"), 0u);
  EXPECT_EQ(model.ranges.count("skeleton_to_pose.dec0"), 1u);
  ModelFile again = small_model();
  calibrate(again, {.pictures = 6});
  EXPECT_EQ(again.ranges, model.ranges);

  const Predictor floats(model, {.precision = Precision::float32}), bytes(model, {.precision = Precision::int8});
  const ProceduralPeople people(Skeleton::human(), {});
  double difference = 0, size = 0;
  for (int i = 0; i < 4; ++i) {
    const Image image = people.sample(77, static_cast<uint64_t>(i)).target.image;
    const Crop crop{Vec2(64, 64), 128};
    const auto wanted = floats.predict(image, crop).skeleton_image, got = bytes.predict(image, crop).skeleton_image;
    for (size_t k = 0; k < got.size(); ++k) {
      difference += std::pow(got[k] - wanted[k], 2);
      size += std::pow(wanted[k] - 0.5, 2);
    }
  }
  EXPECT_GT(difference, 0);
  EXPECT_LT(std::sqrt(difference / size), 0.05);
}

TEST(Calibration, NeedsPictures) {
  ModelFile model = small_model();
  EXPECT_THROW(calibrate(model, {.pictures = 0}), Error);
}

}  // namespace
}  // namespace limn
