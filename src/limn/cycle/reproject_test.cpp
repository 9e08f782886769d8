#include "limn/cycle/reproject.h"

#include "limn/geometry/camera.h"
#include "support/gradcheck.h"

namespace limn {
namespace {

CameraTensors camera_with(double inverse_focal, double cx, double cy) {
  return {torch::tensor({inverse_focal}, torch::kFloat64), torch::tensor({{cx, cy}}, torch::kFloat64)};
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
