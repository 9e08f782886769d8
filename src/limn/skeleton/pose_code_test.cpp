#include "limn/skeleton/pose_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "limn/base/random.h"

namespace limn {
namespace {

/// Where joint `name`'s six numbers begin in the lifter's output.
int rotation_slot(const Skeleton& skeleton, const char* name) {
  const std::vector<int>& rotating = skeleton.rotating_joints();
  return 6 * static_cast<int>(std::find(rotating.begin(), rotating.end(), skeleton.joint(name)) - rotating.begin());
}

TEST(PoseCode, SizesOfTheHuman) {
  EXPECT_EQ(lifter_input_size(Skeleton::human(), false), 3 * 27);
  EXPECT_EQ(lifter_input_size(Skeleton::human(), true), 4 * 27);
  EXPECT_FALSE(lifter_reads_bone_depths(Skeleton::human(), 3 * 27));
  EXPECT_TRUE(lifter_reads_bone_depths(Skeleton::human(), 4 * 27));
  EXPECT_EQ(lifter_output_size(Skeleton::human()), 6 * 17 + 16 + 3);
}

TEST(PoseCode, NormalisesByTheConfidenceWeightedMeanAndSpread) {
  std::vector<float> input = {99};
  const LiftNormalisation n = normalise_keypoints({{Vec2(0, 1), Vec2(2, 1), Vec2(50, 50)}, {0.75f, 0.25f, 0}, {}}, 9, input);
  EXPECT_LT((n.centre - Vec2(0.5f, 1)).norm(), 1e-6f);
  const float spread = std::sqrt(0.75f);  // 3/4 * 0.5^2 + 1/4 * 1.5^2
  EXPECT_NEAR(n.spread, spread, 1e-6f);
  const std::vector<float> expected = {-0.5f / spread, 0,     1.5f / spread, 0, 49.5f / spread,
                                       49 / spread,    0.75f, 0.25f,         0};
  ASSERT_EQ(input.size(), expected.size());
  for (size_t i = 0; i < input.size(); ++i) EXPECT_NEAR(input[i], expected[i], 1e-4f) << i;
}

TEST(PoseCode, BoneDepthsComeLastAndAreZeroWhereUnknown) {
  const std::vector<Vec2> uv = {Vec2(0, 1), Vec2(2, 1)};
  std::vector<float> input;
  normalise_keypoints({uv, {0.75f, 0.25f}, {0.5f, -0.25f}}, 8, input);
  ASSERT_EQ(input.size(), 8u);
  EXPECT_EQ(std::vector<float>(input.begin() + 4, input.end()), (std::vector<float>{0.75f, 0.25f, 0.5f, -0.25f}));
  normalise_keypoints({uv, {0.75f, 0.25f}, {}}, 8, input);
  EXPECT_EQ(std::vector<float>(input.begin() + 6, input.end()), (std::vector<float>{0, 0}));
  normalise_keypoints({uv, {0.75f, 0.25f}, {0.5f, -0.25f}}, 6, input);  // a lifter that reads none
  EXPECT_EQ(input.size(), 6u);
}

TEST(PoseCode, NormalisationIgnoresPlaceSizeAndConfidenceScale) {
  const std::vector<Vec2> uv = {Vec2(0.1f, 0.2f), Vec2(-0.3f, 0.5f), Vec2(0.4f, -0.6f)};
  std::vector<Vec2> moved;
  for (const Vec2& point : uv) moved.push_back(3 * point + Vec2(7, -2));
  std::vector<float> a, b;
  normalise_keypoints({uv, {0.2f, 0.4f, 0.3f}, {}}, 9, a);
  normalise_keypoints({moved, {0.4f, 0.8f, 0.6f}, {}}, 9, b);
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(a[i], b[i], 1e-5f);
}

TEST(PoseCode, CoincidingOrUnseenKeypointsStayFinite) {
  std::vector<float> input;
  EXPECT_EQ(normalise_keypoints({{Vec2(1, 1), Vec2(1, 1)}, {1, 1}, {}}, 6, input).spread, 1e-3f);
  normalise_keypoints({{Vec2(1, 1), Vec2(0, 1)}, {0, 0}, {}}, 6, input);
  for (float value : input) EXPECT_TRUE(std::isfinite(value));
}

TEST(PoseCode, ZerosAreTheUprightFigureFacingTheCamera) {
  const Skeleton& human = Skeleton::human();
  const std::vector<float> zeros(lifter_output_size(human), 0.0f);
  const LiftedPose lifted = decode_lifted_pose(human, zeros.data(), {Vec2(0.1f, -0.2f), 0.6f});
  EXPECT_EQ(lifted.camera.root_uv, Vec2(0.1f, -0.2f));
  EXPECT_FLOAT_EQ(lifted.camera.scale, 0.6f);
  EXPECT_EQ(lifted.pose.root_position, Vec3(0, 0, 0));
  const std::vector<Vec3> at = forward_kinematics(human, lifted.pose).positions;
  const std::vector<Vec3> rest = forward_kinematics(human, rest_pose(human)).positions;
  for (int j = 0; j < human.joint_count(); ++j)  // y down, and +z of the body points at the camera
    EXPECT_LT((at[j] - Vec3(rest[j].x(), -rest[j].y(), -rest[j].z())).norm(), 1e-6f);
}

TEST(PoseCode, DecodesACaseWorkedByHand) {
  const Skeleton& human = Skeleton::human();
  std::vector<float> output(lifter_output_size(human), 0.0f);
  // Left elbow: a quarter turn about z has the columns (0 1 0) (-1 0 0); minus the identity's (1 0 0) (0 1 0).
  const float elbow_code[6] = {-1, 1, 0, -1, -1, 0};
  std::copy_n(elbow_code, 6, output.begin() + rotation_slot(human, "left_elbow"));
  // Root: facing away, upright, has the columns (-1 0 0) (0 -1 0); minus the reference's (1 0 0) (0 -1 0).
  output[rotation_slot(human, "pelvis")] = -2;
  const int lengths = 6 * static_cast<int>(human.rotating_joints().size());
  const int wrist = human.joint("left_wrist"), other_wrist = human.joint("right_wrist");
  for (size_t g = 0; g < human.length_groups().size(); ++g)
    if (human.length_groups()[g] == std::vector<int>{wrist, other_wrist}) output[lengths + g] = std::atanh(0.5f);
  float* root = &output[output.size() - 3];
  root[0] = 0.5f, root[1] = -1, root[2] = std::log(2.0f);

  const LiftedPose lifted = decode_lifted_pose(human, output.data(), {Vec2(0.1f, 0.2f), 0.4f});
  EXPECT_LT((lifted.camera.root_uv - Vec2(0.3f, -0.2f)).norm(), 1e-6f);  // centre + spread (u', v')
  EXPECT_NEAR(lifted.camera.scale, 0.8f, 1e-6f);                         // spread e^s'
  const std::vector<Vec3> at = forward_kinematics(human, lifted.pose).positions;
  const float forearm = human.joints()[wrist].rest_offset.x() * std::exp(0.25f);  // e^(0.5 tanh v), v = atanh 0.5
  // Facing away, the body's x is the camera's -x... and the forearm, lifted, points up: -y of the camera.
  EXPECT_LT((at[wrist] - at[human.joint("left_elbow")] - Vec3(0, -forearm, 0)).norm(), 1e-6f);
  EXPECT_LT((at[other_wrist] - at[human.joint("right_elbow")] - Vec3(forearm, 0, 0)).norm(), 1e-6f);
  EXPECT_LT(at[human.joint("left_shoulder")].x(), 0);
  EXPECT_GT(at[human.joint("nose")].z(), at[human.joint("head")].z());
}

TEST(PoseCode, ScalesStayBounded) {
  const Skeleton& human = Skeleton::human();
  std::vector<float> output(lifter_output_size(human), 0.0f);
  const size_t lengths = 6 * human.rotating_joints().size();
  for (size_t g = 0; g < human.length_groups().size(); ++g) output[lengths + g] = g % 2 ? 100.0f : -100.0f;
  output.back() = 50;
  const LiftedPose lifted = decode_lifted_pose(human, output.data(), {Vec2::Zero(), 1});
  for (size_t g = 0; g < human.length_groups().size(); ++g)
    for (int j : human.length_groups()[g])
      EXPECT_NEAR(lifted.pose.bone_scales[j], std::exp(g % 2 ? 0.5f : -0.5f), 1e-6f);
  EXPECT_EQ(lifted.pose.bone_scales[0], 1);
  EXPECT_NEAR(lifted.camera.scale, std::exp(4.0f), 1e-4f);
}

TEST(CanonicalOutput, IsTheSamePoseInBoundedNumbers) {
  const Skeleton& skeleton = Skeleton::human();
  const auto size = static_cast<size_t>(lifter_output_size(skeleton)), rotations = 6 * skeleton.rotating_joints().size();
  Random random(5, "test");
  std::vector<float> output;
  for (size_t i = 0; i < size; ++i) output.push_back(static_cast<float>(random.normal(0, i < rotations ? 300 : 1)));
  output[rotations] = 50;  // a length that is as large as lengths go
  const std::vector<float> canonical = canonical_output(skeleton, output.data());
  ASSERT_EQ(canonical.size(), size);
  for (const float value : canonical) EXPECT_LE(std::abs(value), 4);
  EXPECT_EQ(canonical[rotations], largest_canonical_log);
  const LiftedPose a = decode_lifted_pose(skeleton, output.data(), {}), b = decode_lifted_pose(skeleton, canonical.data(), {});
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    EXPECT_LT(geodesic_angle(a.pose.rotations[j], b.pose.rotations[j]), 2e-3f);
    EXPECT_NEAR(a.pose.bone_scales[j], b.pose.bone_scales[j], 0.005f);
  }
  EXPECT_EQ(a.camera.scale, b.camera.scale);
  EXPECT_EQ(a.camera.root_uv, b.camera.root_uv);
}

}  // namespace
}  // namespace limn
