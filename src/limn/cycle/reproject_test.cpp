#include "limn/cycle/reproject.h"

#include "limn/geometry/camera.h"
#include "support/gradcheck.h"

namespace limn {
namespace {

CameraTensors camera_with(double inverse_focal, double cx, double cy) {
  return {torch::tensor({inverse_focal}, torch::kFloat64), torch::tensor({{cx, cy}}, torch::kFloat64),
          torch::eye(3, torch::kFloat64).unsqueeze(0)};
}

TEST(GoldenReproject, EqualsThePlainPinhole) {
  const float focal = 3.0f, scale = 0.8f;  // crop units, crop units per metre
  const Vec2 principal(0.1f, -0.2f), root_uv(0.3f, 0.15f);
  const WeakCamera weak{root_uv - principal, scale};
  const Vec3 root = weak.root_position(focal);
  const Vec3 relative(0.2f, -0.5f, 0.4f);
  const Camera pinhole{focal, principal, 2, 2};
  const Vec2 expected = pinhole.project(root + relative);
  const torch::Tensor joints = torch::tensor({{{0.0, 0.0, 0.0}, {0.2, -0.5, 0.4}}}, torch::kFloat64);
  const torch::Tensor uv = reproject(joints, torch::tensor({{0.3, 0.15}}, torch::kFloat64),
                                     torch::tensor({0.8}, torch::kFloat64), camera_with(1 / 3.0, 0.1, -0.2));
  EXPECT_NEAR(uv[0][0][0].item<double>(), root_uv.x(), 1e-6);
  EXPECT_NEAR(uv[0][0][1].item<double>(), root_uv.y(), 1e-6);
  EXPECT_NEAR(uv[0][1][0].item<double>(), expected.x(), 1e-6);
  EXPECT_NEAR(uv[0][1][1].item<double>(), expected.y(), 1e-6);
}

TEST(GoldenReproject, AFacingPoseLandsWhereTheCameraSeesIt) {
  const float focal = 2.0f;
  const Vec3 root(1.2f, -0.6f, 3.0f), joint = root + Vec3(0.2f, 0.4f, -0.3f);
  const Camera pinhole{focal, Vec2(0.05f, 0.1f), 2, 2};
  const Mat3 facing = facing_from_camera(root);
  EXPECT_NEAR((facing * root.normalized() - Vec3::UnitZ()).norm(), 0, 1e-6);
  const Vec3 relative = facing * (joint - root);
  CameraTensors camera = camera_with(1 / focal, 0.05, 0.1);
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) camera.from_facing[0][r][c] = facing(c, r);
  const Vec2 root_uv = pinhole.project(root), expected = pinhole.project(joint);
  const torch::Tensor uv = reproject(
      torch::tensor({{{relative.x(), relative.y(), relative.z()}}}, torch::kFloat32).to(torch::kFloat64),
      torch::tensor({{root_uv.x(), root_uv.y()}}).to(torch::kFloat64), torch::tensor({focal / root.z()}).to(torch::kFloat64),
      camera);
  EXPECT_NEAR(uv[0][0][0].item<double>(), expected.x(), 1e-5);
  EXPECT_NEAR(uv[0][0][1].item<double>(), expected.y(), 1e-5);
}

TEST(Reproject, WeakPerspectiveIgnoresDepth) {
  const torch::Tensor joints = torch::tensor({{{0.5, -0.25, 7.0}}}, torch::kFloat64);
  const torch::Tensor uv = reproject(joints, torch::tensor({{0.1, 0.2}}, torch::kFloat64),
                                     torch::tensor({2.0}, torch::kFloat64), camera_with(0, 0, 0));
  EXPECT_NEAR(uv[0][0][0].item<double>(), 1.1, 1e-12);
  EXPECT_NEAR(uv[0][0][1].item<double>(), -0.3, 1e-12);
}

TEST(GradcheckReproject, PerspectiveAndWeak) {
  for (double inverse_focal : {0.0, 0.3})
    expect_gradients(
        [&](const auto& in) { return reproject(in[0], in[1], in[2], camera_with(inverse_focal, 0.1, 0.05)); },
        {sample_tensor({1, 5, 3}, 6), sample_tensor({1, 2}, 7), sample_tensor({1}, 8, 0.5, 1)});
}

}  // namespace
}  // namespace limn
