#include "limn/infer/flip_correction.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/network/random_model.h"

namespace limn {
namespace {

std::vector<Vec2> spread_pose(const Skeleton& skeleton) {
  std::vector<Vec2> uv;
  for (int j = 0; j < skeleton.joint_count(); ++j)
    uv.push_back(Vec2(0.7f * std::sin(2.1f * static_cast<float>(j)), 0.7f * std::cos(1.3f * static_cast<float>(j))));
  return uv;
}

TEST(FlipCorrection, ExactlyOneOfAPoseAndItsExchangeIsFlippedForOneChannel) {
  // A single channel draws both alike, so both are read alike: whatever the weights say, one of them is nearer.
  const Skeleton skeleton = Skeleton::human();
  const ModelFile model =
      random_model(skeleton, "single", {.image_size = 32, .width = 8, .pose_width = 8, .lifter_width = 16}, 5);
  const FlipCorrection correction(model);
  const std::vector<Vec2> pose = spread_pose(skeleton);
  std::vector<Vec2> exchanged;
  for (const Joint& joint : skeleton.joints()) exchanged.push_back(pose[joint.mirror]);
  // The drawings agree where the bones do: the human's single channel holds a bone for its mirrored one.
  EXPECT_NE(correction.is_flipped(pose), correction.is_flipped(exchanged));
}

TEST(FlipCorrection, RefusesAPoseOfAnotherSkeleton) {
  const FlipCorrection correction(random_model(Skeleton::human(), "single",
                                               {.image_size = 32, .width = 8, .pose_width = 8, .lifter_width = 16}, 5));
  EXPECT_THROW(correction.is_flipped(std::vector<Vec2>(3, Vec2(0, 0))), Error);
}

}  // namespace
}  // namespace limn
