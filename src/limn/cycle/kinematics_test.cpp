#include "limn/cycle/kinematics.h"

#include "limn/base/random.h"
#include "limn/cycle/rotation.h"
#include "limn/skeleton/pose.h"
#include "support/gradcheck.h"

namespace limn {
namespace {

Mat3 random_rotation(Random& random) {
  return rotation_from_axis_angle(
      Vec3(random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(-2, 2)).cast<float>());
}

TEST(GoldenKinematics, TorchEqualsPlain) {
  const Skeleton& skeleton = Skeleton::human();
  Random random(3, "test");
  Pose pose = rest_pose(skeleton);
  torch::Tensor rotations = torch::empty({1, skeleton.joint_count(), 3, 3});
  torch::Tensor scales = torch::empty({1, skeleton.joint_count()});
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    pose.rotations[j] = random_rotation(random);
    pose.bone_scales[j] = static_cast<float>(random.uniform(0.7, 1.4));
    scales[0][j] = pose.bone_scales[j];
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) rotations[0][j][r][c] = pose.rotations[j](r, c);
  }
  const Kinematics plain = forward_kinematics(skeleton, pose);
  const KinematicsTensors tensors = forward_kinematics(skeleton, rotations, scales);
  for (int j = 0; j < skeleton.joint_count(); ++j)
    for (int r = 0; r < 3; ++r) {
      EXPECT_NEAR(tensors.positions[0][j][r].item<float>(), plain.positions[j][r], 1e-5) << j;
      for (int c = 0; c < 3; ++c)
        EXPECT_NEAR(tensors.global_rotations[0][j][r][c].item<float>(), plain.global_rotations[j](r, c), 1e-5) << j;
    }
}

TEST(GoldenRotation, TorchEqualsPlain) {
  const torch::Tensor codes = sample_tensor({5, 6}, 1).to(torch::kFloat32);
  const torch::Tensor rotations = rotation_from_6d(codes);
  for (int64_t n = 0; n < 5; ++n) {
    Rotation6 code;
    for (int k = 0; k < 6; ++k) code[k] = codes[n][k].item<float>();
    const Mat3 plain = limn::rotation_from_6d(code);
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(rotations[n][r][c].item<float>(), plain(r, c), 1e-5);
  }
}

TEST(RotationTensors, AngleOfAKnownTurn) {
  const double angle = 0.7;
  torch::Tensor turn = torch::eye(3, torch::kFloat64);
  turn[0][0] = turn[1][1] = std::cos(angle);
  turn[0][1] = -std::sin(angle);
  turn[1][0] = std::sin(angle);
  EXPECT_NEAR(geodesic_angle(torch::eye(3, torch::kFloat64), turn).item<double>(), angle, 1e-6);
  EXPECT_NEAR(geodesic_angle(turn, turn).item<double>(), 0, 1e-5);
}

TEST(GradcheckRotation, SixDimensionalCode) {
  expect_gradients([](const auto& in) { return rotation_from_6d(in[0]); }, {sample_tensor({4, 6}, 2)});
}

TEST(GradcheckRotation, GeodesicAngle) {
  const torch::Tensor codes = sample_tensor({4, 6}, 3);
  expect_gradients(
      [&](const auto& in) { return geodesic_angle(rotation_from_6d(in[0]), rotation_from_6d(codes.flip(0))); },
      {codes});
}

TEST(GradcheckRotation, AngleIsFiniteWhereRotationsAgree) {
  const torch::Tensor same = torch::eye(3, torch::kFloat64).unsqueeze(0).set_requires_grad(true);
  geodesic_angle(same, torch::eye(3, torch::kFloat64).unsqueeze(0)).sum().backward();
  EXPECT_TRUE(torch::isfinite(same.grad()).all().item<bool>());
}

TEST(GradcheckKinematics, RotationsAndScales) {
  const Skeleton& skeleton = Skeleton::human();
  const int64_t joints = skeleton.joint_count();
  expect_gradients(
      [&](const auto& in) { return forward_kinematics(skeleton, rotation_from_6d(in[0]), in[1]).positions; },
      {sample_tensor({1, joints, 6}, 4), sample_tensor({1, joints}, 5, 0.8, 1.2)});
}

}  // namespace
}  // namespace limn
