// Closed forms and gradients of every term.
#include "limn/cycle/rotation.h"
#include "limn/losses/adversarial.h"
#include "limn/losses/consistency.h"
#include "limn/losses/keypoints.h"
#include "limn/losses/perceptual.h"
#include "limn/losses/pose3d.h"
#include "limn/losses/prior.h"
#include "limn/losses/skeleton_image.h"
#include "limn/network/architectures.h"
#include "limn/skeleton/bone_depths.h"
#include "limn/skeleton/pose.h"
#include "support/gradcheck.h"

namespace limn {
namespace {

/// A small network in float64, to check gradients through.
Network double_precision(const NetworkSpec& spec) {
  Network network(spec, 1, torch::kCPU);
  for (const auto& [name, tensor] : network.tensors()) {
    torch::NoGradGuard no_grad;
    tensor.set_data(tensor.to(torch::kFloat64));
  }
  return network;
}

Network small_discriminator() {
  ArchitectureOptions options;
  options.image_size = 64;
  options.channels = 2;
  options.discriminator_width = 4;
  return double_precision(discriminator_spec(options));
}

TEST(Losses, SkeletonImageInClosedForm) {
  const torch::Tensor truth = torch::ones({1, 1, 2, 2}, torch::kFloat64);
  EXPECT_NEAR(skeleton_image_loss(truth * 0.5, truth).item<double>(), 5 * std::log(2.0), 1e-4);
  EXPECT_NEAR(skeleton_image_distance(truth * 0.5, truth).item<double>(), 5 * 0.25, 1e-12);
  EXPECT_EQ(skeleton_image_loss(truth, truth).item<double>(), 0);
  EXPECT_TRUE(std::isnan(skeleton_image_loss(truth * NAN, truth).item<double>()));  // for the trainer to report
}

TEST(Losses, KeypointsIgnoreThoseWithoutWeight) {
  const torch::Tensor truth = torch::zeros({1, 2, 2}, torch::kFloat64);
  const torch::Tensor guess = torch::tensor({{{0.3, 0.4}, {9.0, 9.0}}}, torch::kFloat64);
  const torch::Tensor weight = torch::tensor({{1.0, 0.0}}, torch::kFloat64);
  EXPECT_NEAR(keypoint_loss(guess, truth, weight).item<double>(), 0.5 - 0.025, 1e-6);
  EXPECT_EQ(keypoint_loss(guess, truth, weight * 0).item<double>(), 0);
}

TEST(Losses, HeatmapsOfTheTargetCostNothing) {
  // A keypoint on the centre of cell (column 2, row 1) of 4 x 4: the target's logits are minus half the squared distance.
  const torch::Tensor truth = torch::tensor({{{0.25, -0.25}}}, torch::kFloat64), weight = torch::ones({1, 1}, torch::kFloat64);
  torch::Tensor maps = torch::zeros({1, 4, 4, 1}, torch::kFloat64);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) maps[0][y][x][0] = 7 - 0.5 * ((x - 2) * (x - 2) + (y - 1) * (y - 1));
  EXPECT_NEAR(heatmap_loss(maps, truth, weight).item<double>(), 0, 1e-12);
  EXPECT_GT(heatmap_loss(maps.flip(2), truth, weight).item<double>(), 0.1);
  EXPECT_EQ(heatmap_loss(maps.flip(2), truth, weight * 0).item<double>(), 0);
}

TEST(Losses, PositionsAreMeanDistances) {
  const torch::Tensor truth = torch::zeros({1, 2, 3}, torch::kFloat64);
  const torch::Tensor guess = torch::tensor({{{3.0, 4.0, 0.0}, {0.0, 0.0, 1.0}}}, torch::kFloat64);
  EXPECT_NEAR(position_loss(guess, truth).item<double>(), 3, 1e-6);
}

TEST(Losses, BoneLengthsAreComparedByTheirCodes) {
  const Skeleton& skeleton = Skeleton::human();
  const int64_t groups = static_cast<int64_t>(skeleton.length_groups().size());
  const Kinematics rest = forward_kinematics(skeleton, rest_pose(skeleton));
  torch::Tensor joints = torch::empty({1, skeleton.joint_count(), 3}, torch::kFloat64);
  for (int j = 0; j < skeleton.joint_count(); ++j)
    for (int k = 0; k < 3; ++k) joints[0][j][k] = rest.positions[j][k];
  const torch::Tensor rest_codes = torch::zeros({1, groups}, torch::kFloat64);
  EXPECT_NEAR(bone_length_loss(skeleton, rest_codes, joints).item<double>(), 0, 1e-5);
  // Scale exp(0.5 tanh(0.5)) has the code 0.5.
  const double scale = std::exp(0.5 * std::tanh(0.5));
  EXPECT_NEAR(bone_length_loss(skeleton, rest_codes + 0.5, scale * joints).item<double>(), 0, 1e-5);
  EXPECT_NEAR(bone_length_loss(skeleton, rest_codes, scale * joints).item<double>(), 0.5, 1e-5);
  // A code far beyond what tanh tells apart is still drawn back.
  torch::Tensor lost = (rest_codes - 20).requires_grad_();
  bone_length_loss(skeleton, lost, joints).backward();
  EXPECT_NEAR(lost.grad().sum().item<double>(), -1, 1e-9);
}

TEST(Losses, OrientationIsThatOfLeftAndFront) {
  const torch::Tensor turned = torch::tensor({{{0.0, 0.0, 1.0}, {0.0, 1.0, 0.0}, {-1.0, 0.0, 0.0}}}, torch::kFloat64);
  const torch::Tensor right = torch::tensor({{{0.0, 1.0}, {0.0, 0.0}, {-1.0, 0.0}}}, torch::kFloat64);
  EXPECT_EQ(orientation_loss(right, turned).item<double>(), 0);
  EXPECT_NEAR(orientation_loss(-right, turned).item<double>(), 4, 1e-12);  // a back for a front
}

TEST(Losses, BoneDepthsAreHowFarBonesPointAway) {
  const Skeleton& human = Skeleton::human();
  torch::Tensor joints = torch::zeros({1, human.joint_count(), 3}, torch::kFloat64);
  torch::Tensor rotations = torch::eye(3, torch::kFloat64).repeat({1, human.joint_count(), 1, 1});
  rotations[0][0] = torch::tensor({{1.0, 0.0, 0.0}, {0.0, -0.6, 0.8}, {0.0, -0.8, -0.6}}, torch::kFloat64);
  const int wrist = human.joint("left_wrist");
  joints[0][wrist] = torch::tensor({0.0, 0.4, -0.3}, torch::kFloat64);  // towards the camera, of a bone of half a metre
  const torch::Tensor depths = bone_depths(human, joints, rotations);
  EXPECT_NEAR(depths[0][wrist].item<double>(), -0.6, 1e-12);
  EXPECT_NEAR(depths[0][0].item<double>(), -0.6, 1e-12);  // the front, towards the camera
  std::vector<Vec3> points;
  std::vector<Mat3> turns(human.joint_count(), Mat3::Identity());
  for (int j = 0; j < human.joint_count(); ++j) points.push_back(j == wrist ? Vec3(0, 0.4f, -0.3f) : Vec3(0, 0, 0));
  turns[0] << 1, 0, 0, 0, -0.6f, 0.8f, 0, -0.8f, -0.6f;
  const std::vector<float> plain = bone_depths(human, points, turns);
  for (int j = 0; j < human.joint_count(); ++j) EXPECT_NEAR(plain[j], depths[0][j].item<double>(), 1e-6);
}

TEST(Losses, BoneDepthsAreReadWhereTheJointsAre) {
  torch::Tensor maps = torch::zeros({1, 2, 4, 4}, torch::kFloat64);
  maps[0][0][1][2] = 0.5;  // the cell whose centre is (0.25, -0.25)
  maps[0][1] = 0.25;
  const torch::Tensor uv = torch::tensor({{{0.25, -0.25}, {0.9, 0.9}}}, torch::kFloat64);
  const torch::Tensor truth = torch::tensor({{0.5, 0.75}}, torch::kFloat64);
  EXPECT_NEAR(bone_depth_loss(maps, uv, truth, torch::ones({1, 2}, torch::kFloat64)).item<double>(), 0.125, 1e-12);
  EXPECT_NEAR(bone_depth_loss(maps, uv, truth, torch::tensor({{1.0, 0.0}}, torch::kFloat64)).item<double>(), 0, 1e-12);
}

TEST(Losses, AdversarialIsZeroAtItsTarget) {
  Network network = small_discriminator();
  torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : network.tensors()) tensor.fill_(name.ends_with("score.bias") ? 1.0 : 0.0);
  const torch::Tensor y = sample_tensor({1, 2, 32, 32}, 1, 0, 1);
  EXPECT_NEAR(adversarial_loss(network, y).item<double>(), 0, 1e-12);      // every score is 1
  EXPECT_NEAR(discriminator_loss(network, y, y).item<double>(), 0.5, 1e-12);  // right about one half
}

TEST(Losses, LaplacianPyramidOfAConstantIsItsLastLevel) {
  const auto levels = laplacian_pyramid(torch::full({1, 3, 32, 32}, 0.4, torch::kFloat64));
  ASSERT_EQ(levels.size(), 3u);
  EXPECT_LT(levels[0].abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(levels[2].mean().item<double>(), 0.4, 1e-12);
}

TEST(Losses, PerceptualFallsWithTheError) {
  const Network unused;
  const torch::Tensor image = sample_tensor({1, 3, 32, 32}, 2, 0, 1), noise = sample_tensor({1, 3, 32, 32}, 3);
  PerceptualDistance distance("laplacian", "", torch::kCPU);
  distance(image + 0.1 * noise, image, unused);
  const torch::Tensor averages = distance.averages();
  const double large = distance(image + 0.1 * noise, image, unused).item<double>();
  distance.set_averages(averages);
  const double small = distance(image + 0.05 * noise, image, unused).item<double>();
  EXPECT_NEAR(small / large, 0.25, 0.01);  // squared error, same scale up to one step of the moving average
}

TEST(GradcheckLosses, Supervised) {
  const torch::Tensor y = sample_tensor({1, 2, 4, 4}, 1, 0, 1);
  const torch::Tensor guess = sample_tensor({1, 2, 4, 4}, 2, 0.05, 0.95);
  expect_gradients([&](const auto& in) { return skeleton_image_loss(in[0], y); }, {guess});
  expect_gradients([&](const auto& in) { return skeleton_image_distance(in[0], y); }, {guess});
  const torch::Tensor uv = sample_tensor({2, 5, 2}, 3), weight = sample_tensor({2, 5}, 4, 0, 1);
  expect_gradients([&](const auto& in) { return keypoint_loss(in[0], uv, weight); }, {sample_tensor({2, 5, 2}, 5)});
  expect_gradients([&](const auto& in) { return confidence_loss(in[0], weight); }, {sample_tensor({2, 5}, 6)});
  expect_gradients([&](const auto& in) { return heatmap_loss(in[0], uv, weight); }, {sample_tensor({2, 4, 3, 5}, 15)});
  const torch::Tensor p = sample_tensor({2, 5, 3}, 7);
  expect_gradients([&](const auto& in) { return position_loss(in[0], p); }, {sample_tensor({2, 5, 3}, 8)});
  const torch::Tensor r = rotation_from_6d(sample_tensor({2, 5, 6}, 9)), which = torch::tensor({0, 2, 3});
  expect_gradients([&](const auto& in) { return rotation_loss(rotation_from_6d(in[0]), r, which.to(torch::kInt64)); },
                   {sample_tensor({2, 5, 6}, 10)});
  expect_gradients([&](const auto& in) { return orientation_loss(in[0], r.select(1, 0)); }, {sample_tensor({2, 3, 2}, 11)});
  const torch::Tensor places = sample_tensor({2, 5, 2}, 12, -0.9, 0.9), depths = sample_tensor({2, 5}, 13);
  expect_gradients([&](const auto& in) { return bone_depth_loss(in[0], places, depths, weight); },
                   {sample_tensor({2, 5, 4, 4}, 14)});
}

TEST(GradcheckLosses, Consistency) {
  for (const std::string fixed : {"none", "drawing", "image"}) {
    const torch::Tensor a = sample_tensor({1, 2, 4, 4}, 1, 0, 1), b = sample_tensor({1, 2, 4, 4}, 2, 0, 1);
    if (fixed != "image")
      expect_gradients([&](const auto& in) { return image_consistency_loss(in[0], b, fixed); }, {a});
    if (fixed != "drawing")
      expect_gradients([&](const auto& in) { return image_consistency_loss(a, in[0], fixed); }, {b});
    const torch::Tensor p = sample_tensor({1, 4, 2}, 3), q = sample_tensor({1, 4, 2}, 4), c = sample_tensor({1, 4}, 5, 0, 1);
    if (fixed != "image")
      expect_gradients([&](const auto& in) { return pose_consistency_loss(in[0], q, c, fixed); }, {p});
    if (fixed != "drawing")
      expect_gradients([&](const auto& in) { return pose_consistency_loss(p, in[0], c, fixed); }, {q});
  }
}

TEST(Losses, TheFixedSideGetsNoGradient) {
  torch::Tensor y = sample_tensor({1, 1, 4, 4}, 1, 0, 1).set_requires_grad(true);
  torch::Tensor drawn = sample_tensor({1, 1, 4, 4}, 2, 0, 1).set_requires_grad(true);
  image_consistency_loss(y, drawn, "drawing").backward();
  EXPECT_TRUE(y.grad().defined());
  EXPECT_FALSE(drawn.grad().defined());
}

TEST(GradcheckLosses, Adversarial) {
  const Network network = small_discriminator();
  expect_gradients([&](const auto& in) { return adversarial_loss(network, in[0]); },
                   {sample_tensor({1, 2, 32, 32}, 11, 0, 1).narrow(0, 0, 1)}, 1e-4, 1e-6);
}

TEST(GradcheckLosses, Reconstruction) {
  const Network unused;
  const torch::Tensor image = sample_tensor({1, 3, 16, 16}, 12, 0, 1);
  expect_gradients(
      [&](const auto& in) {
        PerceptualDistance distance("laplacian", "", torch::kCPU);
        distance.set_averages(torch::ones({7}, torch::kFloat64) * 1e6);  // held: central differences must not move them
        return distance(in[0], image, unused) * 1e6;
      },
      {sample_tensor({1, 3, 16, 16}, 13, 0, 1)}, 1e-4);
}

TEST(GradcheckLosses, Prior) {
  const Skeleton& skeleton = Skeleton::human();
  const int64_t joints = skeleton.joint_count();
  expect_gradients([&](const auto& in) { return pose_prior_loss(skeleton, rotation_from_6d(in[0]), in[1]); },
                   {sample_tensor({1, joints, 6}, 14), sample_tensor({1, joints}, 15, 0.7, 1.4)});
}

}  // namespace
}  // namespace limn
