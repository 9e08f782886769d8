#include "limn/evaluate/bone_length.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/skeleton/pose.h"

namespace limn {
namespace {

TEST(BoneLength, RatiosAreThoseOfTheScalesWhateverThePose) {
  const Skeleton& human = Skeleton::human();
  Pose truth = rest_pose(human), guess = truth;
  for (float& scale : truth.bone_scales) scale = 0.8f;
  guess.bone_scales[human.joint("left_wrist")] = 1.2f;
  guess.rotations[0] = rotation_from_axis_angle(Vec3(0.3f, 1, 0));
  guess.rotations[human.joint("left_elbow")] = rotation_from_axis_angle(Vec3(0, 1, 0));
  const std::vector<BoneLength> lengths =
      bone_lengths(human, forward_kinematics(human, guess).positions, forward_kinematics(human, truth).positions);
  EXPECT_EQ(lengths.size(), human.joints().size() - 1);
  for (const BoneLength& length : lengths)
    EXPECT_NEAR(length.ratio, length.joint == "left_wrist" ? 1.5 : 1.25, 1e-4) << length.joint;
  EXPECT_THROW(bone_lengths(human, {}, {}), Error);
}

}  // namespace
}  // namespace limn
