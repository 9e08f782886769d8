#include "limn/cycle/cycle.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/infer/engine.h"
#include "limn/infer/soft_argmax.h"
#include "limn/skeleton/pose_code.h"
#include "support/gradcheck.h"

namespace limn {
namespace {

CycleOptions small(const std::string& grouping = "limbs", bool bone_depths = false) {
  CycleOptions options;
  options.architecture.bone_depths = bone_depths;
  options.grouping = grouping;
  options.architecture.image_size = 64;
  options.architecture.width = 8;
  options.architecture.pose_width = 8;
  options.architecture.lifter_width = 32;
  options.architecture.decoder_width = 4;
  return options;
}

/// Running statistics away from 0 and 1, so that a network that forgets them is found out.
void unsettle(Cycle& cycle) {
  torch::NoGradGuard no_grad;
  Random random(5, "statistics");
  for (auto& [name, network] : cycle.networks())
    for (const auto& [key, tensor] : network->tensors())
      if (tensor.dim() == 1)
        for (int64_t i = 0; i < tensor.numel(); ++i) tensor[i] += random.uniform(0.0, 0.3);
  const auto& stage_one = cycle.image_to_skeleton_network.tensors();
  torch::manual_seed(7);
  if (stage_one.count("bone_depths.weight")) torch::Tensor(stage_one.at("bone_depths.weight")).normal_(0, 0.02);
}

torch::Tensor picture(int64_t batch) {
  torch::manual_seed(3);
  return torch::rand({batch, 3, 64, 64});
}

TEST(Cycle, EveryGroupingRunsEndToEnd) {
  for (const std::string grouping : {"limbs", "single", "bones"}) {
    const Skeleton& skeleton = Skeleton::human();
    const Cycle cycle(skeleton, small(grouping), 1, torch::kCPU);
    const CycleProducts p = cycle.forward(picture(2), picture(2), weak_cameras(2, torch::kCPU), true);
    const int64_t channels = skeleton.grouping(grouping).channels(), joints = skeleton.joint_count();
    EXPECT_EQ(p.skeleton_image.sizes().vec(), (std::vector<int64_t>{2, channels, 32, 32}));
    EXPECT_EQ(p.drawing.sizes(), p.skeleton_image.sizes());
    EXPECT_EQ(p.pose2d.xy.sizes().vec(), (std::vector<int64_t>{2, joints, 2}));
    EXPECT_EQ(p.pose3d.rotations.sizes().vec(), (std::vector<int64_t>{2, joints, 3, 3}));
    EXPECT_EQ(p.reconstruction.sizes().vec(), (std::vector<int64_t>{2, 3, 64, 64}));
  }
}

TEST(Cycle, AStrictSkeletonImageLearnsNothingFromThePose) {
  for (const bool strict : {false, true}) {
    CycleOptions options = small("limbs", true);
    options.strict = strict;
    Cycle cycle(Skeleton::human(), options, 1, torch::kCPU);
    const auto stage_one_gradient = [&](const auto& loss) {
      cycle.reset_gradients(false);
      loss(cycle.analyse(picture(2), weak_cameras(2, torch::kCPU), true)).backward();
      return cycle.image_to_skeleton_network.parameters().grad().abs().sum().template item<float>();
    };
    const float by_pose = stage_one_gradient([](const CycleProducts& p) { return p.pose2d.heatmaps.pow(2).sum(); });
    EXPECT_EQ(by_pose == 0, strict);
    const float by_lift = stage_one_gradient([](const CycleProducts& p) { return p.pose3d.joints.pow(2).sum(); });
    EXPECT_EQ(by_lift == 0, strict);
    EXPECT_GT(stage_one_gradient([](const CycleProducts& p) { return p.skeleton_image.sum(); }), 0);
  }
}

TEST(Cycle, TheReconstructionReachesStageOneThroughTheWholeCycle) {
  const Cycle cycle(Skeleton::human(), small(), 1, torch::kCPU);
  {
    torch::NoGradGuard no_grad;  // an untrained lifter's skeleton may lie outside of the picture, where drawing has no gradient
    cycle.lifter_network.tensors().at("pose.weight").mul_(0.1);
  }
  const torch::Tensor x = picture(2);
  const CycleProducts p = cycle.forward(x, x, weak_cameras(2, torch::kCPU), true);
  (p.reconstruction - x).pow(2).mean().backward();
  EXPECT_GT(cycle.image_to_skeleton_network.tensors().at("enc0.weight").grad().abs().sum().item<float>(), 0);
  EXPECT_GT(cycle.lifter_network.tensors().at("pose.weight").grad().abs().sum().item<float>(), 0);
}

TEST(Cycle, ThePoseReadsOnlyTheSkeletonImage) {
  const Cycle cycle(Skeleton::human(), small(), 1, torch::kCPU);
  torch::Tensor y = torch::rand({1, 8, 32, 32});
  const Pose2d direct = skeleton_to_pose(cycle.skeleton_to_pose_network, y, false);
  EXPECT_EQ(cycle.skeleton_to_pose_network.spec().inputs.size(), 1u);
  EXPECT_EQ(direct.xy.sizes().vec(), (std::vector<int64_t>{1, 27, 2}));
}

TEST(Cycle, BoneDepthsAreReadWhereTheKeypointsAre) {
  const Cycle cycle(Skeleton::human(), small("limbs", true), 1, torch::kCPU);
  torch::NoGradGuard no_grad;
  const CycleProducts p = cycle.analyse(picture(2), weak_cameras(2, torch::kCPU), false);
  ASSERT_EQ(p.bone_depth_maps.sizes().vec(), (std::vector<int64_t>{2, 27, 16, 16}));
  torch::Tensor maps = torch::zeros({1, 2, 4, 8});
  maps[0][1][2][5] = 0.75;
  torch::Tensor heatmaps = torch::full({1, 2, 4, 8}, -50.0);
  heatmaps[0][0][0][0] = heatmaps[0][1][2][5] = 50.0;
  const torch::Tensor read = read_at_keypoints(maps, soft_argmax(heatmaps));
  EXPECT_NEAR(read[0][0].item<float>(), 0, 1e-6);
  EXPECT_NEAR(read[0][1].item<float>(), 0.75, 1e-6);
}

TEST(Cycle, AModelWithoutBoneDepthsGivesTheSamePosesWithThem) {
  Cycle without(Skeleton::human(), small(), 1, torch::kCPU), with(Skeleton::human(), small("limbs", true), 2, torch::kCPU);
  unsettle(without);
  with.read_model(without.to_model(), "test");
  torch::NoGradGuard no_grad;
  const auto joints = [](const Cycle& cycle) {
    return cycle.analyse(picture(2), weak_cameras(2, torch::kCPU), false).pose3d.joints;
  };
  EXPECT_LT((joints(with) - joints(without)).abs().max().item<float>(), 1e-5);
}

TEST(Cycle, AnotherSkeletonsWeightsAreRefused) {
  const Skeleton& human = Skeleton::human();
  Cycle cycle(human, small(), 1, torch::kCPU);
  std::string text = human.text();
  for (size_t at = text.find("\"nose\""); at != std::string::npos; at = text.find("\"nose\"", at))
    text.replace(at, 6, "\"snout\"");
  ModelFile other = cycle.to_model();
  other.skeleton = Skeleton::parse(text, "test");
  EXPECT_THROW(cycle.read_model(other, "test"), Error);
}

TEST(SoftArgmax, OneHotHeatmapGivesItsCellCentre) {
  torch::Tensor maps = torch::full({1, 1, 8, 16}, -50.0);
  maps[0][0][2][5] = 50.0;
  const Pose2d pose = soft_argmax(maps);
  EXPECT_NEAR(pose.xy[0][0][0].item<float>(), 2 * 5.5 / 16 - 1, 1e-5);
  EXPECT_NEAR(pose.xy[0][0][1].item<float>(), 2 * 2.5 / 8 - 1, 1e-5);
  EXPECT_NEAR(pose.confidence[0][0].item<float>(), 1, 1e-5);
}

TEST(SoftArgmax, OfTwoLikelyPlacesTheLikelierIsRead) {
  torch::Tensor maps = torch::full({1, 1, 8, 16}, -50.0);
  maps[0][0][2][3] = 5.0;
  maps[0][0][2][12] = 5.5;
  EXPECT_NEAR(soft_argmax(maps).xy[0][0][0].item<float>(), 2 * 12.5 / 16 - 1, 1e-5);
}

TEST(GradcheckSoftArgmax, Coordinates) {
  expect_gradients([](const auto& in) { return soft_argmax(in[0]).xy; }, {sample_tensor({1, 2, 6, 7}, 1, -2, 2)});
}

TEST(GoldenCycle, PlainSoftArgmaxEqualsTorch) {
  torch::manual_seed(8);
  const torch::Tensor maps = 3 * torch::randn({1, 27, 16, 16});
  const Pose2d expected = soft_argmax(maps);
  Keypoints plain;
  const torch::Tensor depths = torch::randn({1, 27, 16, 16}), read = read_at_keypoints(depths, expected);
  soft_argmax({27, 16, 16}, maps.data_ptr<float>(), depths.data_ptr<float>(), plain);
  for (int k = 0; k < 27; ++k) {
    EXPECT_NEAR(plain.uv[k].x(), expected.xy[0][k][0].item<float>(), 1e-5);
    EXPECT_NEAR(plain.uv[k].y(), expected.xy[0][k][1].item<float>(), 1e-5);
    EXPECT_NEAR(plain.bone_depths[k], read[0][k].item<float>(), 1e-5);
    EXPECT_NEAR(plain.confidence[k], expected.confidence[0][k].item<float>(), 1e-6);
  }
}

TEST(GoldenCycle, RuntimeEngineEqualsTorchOnEveryStage) {
  Cycle cycle(Skeleton::human(), small("limbs", true), 1, torch::kCPU);
  unsettle(cycle);
  const ModelFile model = cycle.to_model();
  torch::NoGradGuard no_grad;
  const std::vector<std::tuple<const NetworkSpec*, const Network*, std::string>> stages = {
      {&model.image_to_skeleton, &cycle.image_to_skeleton_network, "image_to_skeleton."},
      {&model.skeleton_to_pose, &cycle.skeleton_to_pose_network, "skeleton_to_pose."},
      {&model.lifter, &cycle.lifter_network, "lifter."}};
  for (const auto& [spec, network, prefix] : stages) {
    const FeatureShape& shape = spec->inputs[0].shape;
    torch::manual_seed(4);
    const torch::Tensor input = torch::randn({1, shape.channels, shape.height, shape.width});
    const std::vector<torch::Tensor> expected = network->forward({input}, false);
    Engine engine(*spec, model.weights, prefix);
    const auto& outputs = engine.run({std::span<const float>(input.data_ptr<float>(), input.numel())});
    ASSERT_EQ(outputs.size(), spec == &model.image_to_skeleton ? 2u : 1u);
    for (size_t k = 0; k < outputs.size(); ++k) {
      const torch::Tensor values = expected[k].contiguous();
      for (int64_t i = 0; i < values.numel(); ++i)
        ASSERT_NEAR(outputs[k][i], values.data_ptr<float>()[i], 1e-4)
            << prefix << " output " << k << " entry " << i;
    }
  }
}

TEST(GoldenCycle, PlainDecoderEqualsTorch) {
  const Skeleton& skeleton = Skeleton::human();
  Cycle cycle(skeleton, small("limbs", true), 1, torch::kCPU);
  torch::NoGradGuard no_grad;
  torch::manual_seed(6);
  const torch::Tensor uv = torch::rand({1, 27, 2}) - 0.3, confidence = torch::rand({1, 27}), depths = torch::rand({1, 27});
  const Pose3d expected = lift(cycle.lifter_network, skeleton, uv, confidence, depths, false);
  std::vector<Vec2> points;
  for (int j = 0; j < 27; ++j) points.emplace_back(uv.data_ptr<float>() + 2 * j);
  std::vector<float> sure(confidence.data_ptr<float>(), confidence.data_ptr<float>() + 27),
      away(depths.data_ptr<float>(), depths.data_ptr<float>() + 27), input;
  const LiftNormalisation normalisation = normalise_keypoints({points, sure, away}, 4 * 27, input);
  const torch::Tensor output =
      cycle.lifter_network.forward({torch::tensor(input).unsqueeze(0)}, false)[0].contiguous();
  const LiftedPose plain = decode_lifted_pose(skeleton, output.data_ptr<float>(), normalisation);
  const Kinematics kinematics = forward_kinematics(skeleton, plain.pose);
  EXPECT_NEAR(plain.camera.scale, expected.scale.item<float>(), 1e-4);
  for (int j = 0; j < 27; ++j)
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(kinematics.positions[j][k], expected.joints[0][j][k].item<float>(), 1e-4);
}

}  // namespace
}  // namespace limn
