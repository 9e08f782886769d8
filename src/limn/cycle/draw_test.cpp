#include "limn/cycle/draw.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <limits>

#include "limn/base/error.h"

namespace limn {
namespace {

const DrawPlan& limbs() {
  static const DrawPlan plan(6, {{{0, 1}, {1, 2}}, {{3, 4}}, {{4, 5}}});
  return plan;
}

torch::Tensor some_joints(int batch, torch::ScalarType type) {
  torch::manual_seed(4);
  return torch::rand({batch, 6, 2}, torch::kDouble).mul(2.2).sub(1.1).to(type);
}

TEST(CycleDraw, CropUnitsSpanThePictureFromEdgeToEdge) {
  // A bone along the middle row of pixel centres, from the left edge to the right edge.
  const DrawPlan plan(2, {{{0, 1}}});
  const torch::Tensor joints = torch::tensor({-1.0, 0.5, 1.0, 0.5}).view({1, 2, 2});
  const torch::Tensor image = draw_skeleton(plan, joints, 2, 8, 1.0);  // y = 1.5 px: the centre of row 1
  ASSERT_EQ(image.sizes(), torch::IntArrayRef({1, 1, 2, 8}));
  EXPECT_TRUE(torch::equal(image[0][0][1], torch::ones(8)));
  EXPECT_TRUE(torch::allclose(image[0][0][0], torch::full({8}, std::exp(-0.5)), 1e-6, 0));
}

TEST(CycleDraw, SigmaIsInPixels) {
  const DrawPlan plan(1, {{{0, 0}}});
  const torch::Tensor corner = torch::tensor({-1.0 + 1.0 / 16, -1.0 + 1.0 / 16}).view({1, 1, 2});  // pixel (0, 0)
  const torch::Tensor image = draw_skeleton(plan, corner, 16, 16, 3.0);
  EXPECT_NEAR(image[0][0][0][3].item<double>(), std::exp(-0.5), 1e-6);
}

TEST(CycleDraw, EqualsTheKernelAndKeepsTheType) {
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    const torch::Tensor joints = some_joints(3, type);
    EXPECT_EQ(draw_skeleton(limbs(), joints, 20, 30, 1.0).scalar_type(), type);
  }
  const torch::Tensor joints = some_joints(3, torch::kDouble);
  const torch::Tensor px = ((joints + 1) * torch::tensor({15.0, 10.0}, torch::kDouble)).contiguous();
  std::vector<double> expected(3 * 3 * 20 * 30);
  draw_forward<double>(limbs(), {20, 30, 1.0f, 5.5f}, 3, px.data_ptr<double>(), expected.data(), nullptr);
  const torch::Tensor image = draw_skeleton(limbs(), joints, 20, 30, 1.0);
  EXPECT_TRUE(torch::equal(image.flatten(), torch::tensor(expected, torch::kDouble)));
}

TEST(CycleDraw, NonFiniteJointsStayHarmless) {
  torch::Tensor joints = some_joints(2, torch::kFloat);
  joints[0][0][0] = std::numeric_limits<float>::quiet_NaN();
  joints[1][3][1] = std::numeric_limits<float>::infinity();
  joints.set_requires_grad(true);
  const torch::Tensor image = draw_skeleton(limbs(), joints, 24, 24, 1.0);
  EXPECT_TRUE(torch::isfinite(image).all().item<bool>());
  image.sum().backward();
  EXPECT_TRUE(torch::isfinite(joints.grad()).all().item<bool>());
}

TEST(CycleDraw, TakesStridedAndEmptyBatches) {
  const torch::Tensor joints = some_joints(4, torch::kFloat);
  const torch::Tensor strided = joints.transpose(0, 1).contiguous().transpose(0, 1);
  EXPECT_TRUE(torch::equal(draw_skeleton(limbs(), strided, 16, 16, 1.0), draw_skeleton(limbs(), joints, 16, 16, 1.0)));
  torch::Tensor none = torch::zeros({0, 6, 2});
  none.set_requires_grad(true);
  const torch::Tensor image = draw_skeleton(limbs(), none, 16, 16, 1.0);
  EXPECT_EQ(image.size(0), 0);
  image.sum().backward();
  EXPECT_EQ(none.grad().size(0), 0);
}

TEST(CycleDraw, RejectsWrongShapesAndSecondDerivatives) {
  EXPECT_THROW(draw_skeleton(limbs(), torch::zeros({2, 5, 2}), 16, 16, 1.0), Error);
  EXPECT_THROW(draw_skeleton(limbs(), torch::zeros({6, 2}), 16, 16, 1.0), Error);
  EXPECT_THROW(draw_skeleton(limbs(), torch::zeros({2, 6, 2}), 0, 16, 1.0), Error);
  torch::Tensor joints = some_joints(1, torch::kDouble);
  joints.set_requires_grad(true);
  const torch::Tensor loss = draw_skeleton(limbs(), joints, 16, 16, 1.0).square().sum();
  EXPECT_THROW(torch::autograd::grad({loss}, {joints}, {}, true, true), Error);
}

TEST(GradcheckCycleDraw, GradientInCropUnits) {
  const DrawPlan plan(4, {{{0, 1}}, {{1, 2}}, {{2, 3}}});
  torch::Tensor joints =
      torch::tensor({-0.61, -0.57, 0.43, -0.31, 0.52, 0.61, -1.7, 0.33}, torch::kDouble).view({1, 4, 2});
  joints.set_requires_grad(true);
  torch::manual_seed(2);
  const torch::Tensor weights = torch::rand({1, 3, 24, 32}, torch::kDouble);
  const auto loss = [&](const torch::Tensor& at) { return (weights * draw_skeleton(plan, at, 24, 32, 2.0)).sum(); };
  loss(joints).backward();
  const double step = 1e-6;
  for (int i = 0; i < 8; ++i) {
    torch::Tensor move = torch::zeros({8}, torch::kDouble);
    move[i] = step;
    const torch::NoGradGuard no_grad;
    const double above = loss(joints + move.view({1, 4, 2})).item<double>();
    const double below = loss(joints - move.view({1, 4, 2})).item<double>();
    const double numeric = (above - below) / (2 * step), analytic = joints.grad().flatten()[i].item<double>();
    // The jumps at the cull distance (exp(-15)) bound how well differences can agree.
    EXPECT_NEAR(analytic, numeric, 1e-5 * std::abs(numeric) + 1e-5) << "coordinate " << i;
  }
}

/// METHOD 1 in whole tensors; the maximum and its gradient are torch's own.
torch::Tensor broadcast_drawing(const DrawPlan& plan, const torch::Tensor& px, int height, int width, double sigma) {
  const torch::Tensor ys = torch::arange(height, px.options()).add(0.5).view({1, 1, height, 1});
  const torch::Tensor xs = torch::arange(width, px.options()).add(0.5).view({1, 1, 1, width});
  std::vector<torch::Tensor> channels;
  for (int c = 0; c < plan.channels; ++c) {
    torch::Tensor best;
    for (int e = plan.channel_begin[c]; e < plan.channel_begin[c + 1]; ++e) {
      const torch::Tensor a = px.select(1, plan.bone_from[e]), step = px.select(1, plan.bone_to[e]) - a;
      const auto cell = [](const torch::Tensor& v, int k) { return v.select(1, k).view({-1, 1, 1, 1}); };
      const torch::Tensor qx = xs - cell(a, 0), qy = ys - cell(a, 1), ex = cell(step, 0), ey = cell(step, 1);
      const torch::Tensor t = ((qx * ex + qy * ey) / (ex * ex + ey * ey)).clamp(0, 1);
      const torch::Tensor y = torch::exp(-((qx - t * ex).square() + (qy - t * ey).square()) / (2 * sigma * sigma));
      best = best.defined() ? torch::maximum(best, y) : y;
    }
    channels.push_back(best);
  }
  return torch::cat(channels, 1);
}

TEST(GoldenCycleDraw, EqualsTheBroadcastTensors) {
  torch::Tensor joints = some_joints(5, torch::kDouble);
  joints.set_requires_grad(true);
  const torch::Tensor weights = torch::rand({5, 3, 20, 30}, torch::kDouble);
  const torch::Tensor image = draw_skeleton(limbs(), joints, 20, 30, 1.5);
  (weights * image).sum().backward();
  const torch::Tensor gradient = joints.grad().clone();
  joints.mutable_grad() = torch::Tensor();
  const torch::Tensor px = (joints + 1) * torch::tensor({15.0, 10.0}, torch::kDouble);
  const torch::Tensor expected = broadcast_drawing(limbs(), px, 20, 30, 1.5);
  (weights * expected).sum().backward();
  EXPECT_TRUE(torch::allclose(image, expected, 0, 1e-6)) << (image - expected).abs().max();  // the cull: exp(-15)
  EXPECT_TRUE(torch::allclose(gradient, joints.grad(), 1e-4, 1e-4)) << (gradient - joints.grad()).abs().max();
}

TEST(GoldenCycleDraw, CudaEqualsCpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
#ifndef LIMN_CUDA
  GTEST_SKIP() << "built without LIMN_CUDA";
#endif
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    torch::Tensor joints = some_joints(5, type);
    joints[2][0][0] = std::numeric_limits<double>::quiet_NaN();
    joints[3][4] = joints[3][3];  // a bone of length zero
    torch::Tensor here = joints.clone().set_requires_grad(true);
    torch::Tensor there = joints.to(torch::kCUDA).set_requires_grad(true);
    const torch::Tensor weights = torch::rand({5, 3, 33, 47}, torch::kDouble).to(type);
    const torch::Tensor image = draw_skeleton(limbs(), here, 33, 47, 1.3);
    const torch::Tensor device_image = draw_skeleton(limbs(), there, 33, 47, 1.3);
    (weights * image).sum().backward();
    (weights.to(torch::kCUDA) * device_image).sum().backward();
    const double tolerance = type == torch::kFloat ? 1e-4 : 1e-10;
    EXPECT_TRUE(torch::allclose(device_image.cpu(), image, 0, tolerance));
    EXPECT_TRUE(torch::allclose(there.grad().cpu(), here.grad(), 10 * tolerance, 10 * tolerance));
  }
}

}  // namespace
}  // namespace limn
