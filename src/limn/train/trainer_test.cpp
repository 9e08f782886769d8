#include "limn/train/trainer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/base/file.h"
#include "limn/losses/keypoints.h"
#include "limn/media/image_file.h"
#include "limn/synth/procedural_people.h"
#include "support/process_groups.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

/// A training small enough for a test, on the same people and pictures for any number of ranks.
class GoldenRanks : public testing::Test {
 protected:
  void SetUp() override {
    if (!ProcessGroup::possible(torch::kCPU)) GTEST_SKIP() << "this LibTorch has no Gloo";
    for (int i = 0; i < 6; ++i) {
      Image picture(48, 40);
      for (size_t k = 0; k < picture.pixels.size(); ++k)
        picture.pixels[k] = static_cast<uint8_t>((k * (5 + 2 * i) + k / 144 * 40 + 30 * i) % 256);
      write_file_atomic(scratch / ("still" + std::to_string(i) + ".png"), encode_png(picture));
    }
    SynthOptions synth;
    synth.image_size = 32;
    people = std::make_unique<ProceduralPeople>(Skeleton::human(), synth);
    RealPairsSettings settings;
    settings.size = 32;
    real = std::make_unique<RealPairs>(std::vector<std::filesystem::path>{scratch}, settings);
  }

  static TrainOptions options(int ranks) {
    TrainOptions o;
    o.device = "cpu", o.precision = "float32", o.verbosity = "none", o.tensorboard = false;
    o.image_size = 32, o.width = 8, o.pose_width = 8, o.lifter_width = 32, o.decoder_width = 4,
    o.discriminator_width = 4;
    o.batch_synthetic = 4 / ranks, o.batch_real = 8 / ranks, o.batch_poses = 12 / ranks, o.batch_lifter = 16 / ranks;
    o.warmup_steps = 0, o.validation_samples = 8, o.loss_teacher = 1, o.bone_depths = true;
    o.pretrain_steps = o.mixed_steps = 0;
    return o;
  }

  struct Trained {
    std::vector<torch::Tensor> gradients, weights;  ///< of the cycle's networks, then the discriminator's
    std::vector<torch::Tensor> first, average, statistics;
    torch::Tensor perceptual;
  };

  Trained train(TrainOptions o, ProcessGroup* group) {
    const test::ScratchFolder runs;
    std::filesystem::create_directories(runs / "weights");
    std::filesystem::create_directories(runs / "sheets");
    Trainer trainer(o, Skeleton::human(), {*people, *people, *people}, real.get(), runs, group);
    Trained result;
    const auto copies = [](const Cycle& cycle) {
      std::vector<torch::Tensor> all;
      for (const torch::Tensor& weights : cycle.parameters()) all.push_back(weights.detach().clone());
      return all;
    };
    result.first = copies(trainer.state().cycle);
    trainer.run(false);
    const TrainState& state = trainer.state();
    result.weights = copies(state.cycle);
    result.average = copies(state.average);
    result.weights.push_back(state.discriminator.parameters().detach().clone());
    for (const torch::Tensor& weights : state.cycle.parameters()) result.gradients.push_back(weights.grad());
    result.gradients.push_back(state.discriminator.parameters().grad());
    for (const auto& [name, network] : state.cycle.networks())
      result.statistics.push_back(network->statistics().clone());
    result.statistics.push_back(state.discriminator.statistics().clone());
    result.perceptual = state.perceptual.averages();
    return result;
  }

  /// By one process with the joined batch, and by two ranks.
  void train_both(const std::function<void(TrainOptions&)>& change) {
    const auto changed = [&](int ranks) {
      TrainOptions o = options(ranks);
      change(o);
      return o;
    };
    one = train(changed(1), nullptr);
    parts.resize(2);
    test::in_groups(2, [&](ProcessGroup& group) { parts[group.rank()] = train(changed(2), &group); });
  }

  static double distance(const torch::Tensor& a, const torch::Tensor& b) {
    const double size = b.norm().item<double>(), error = (a - b).norm().item<double>();
    return size > 0 ? error / size : error;
  }

  test::ScratchFolder scratch;
  std::unique_ptr<ProceduralPeople> people;
  std::unique_ptr<RealPairs> real;
  Trained one;
  std::vector<Trained> parts;
};

TEST_F(GoldenRanks, GradientsAreThoseOfOneProcessWithTheJoinedBatch) {
  for (const std::string perceptual : {"laplacian", "self"}) {
    train_both([&](TrainOptions& o) { o.mixed_steps = 1, o.perceptual = perceptual; });
    for (size_t i = 0; i < one.gradients.size(); ++i) {
      EXPECT_GT(one.gradients[i].norm().item<double>(), 1e-6) << i;
      EXPECT_LT(distance(parts[0].gradients[i], one.gradients[i]), 1e-4) << i;
    }
    for (size_t i = 0; i < one.statistics.size(); ++i)
      EXPECT_TRUE(torch::allclose(parts[1].statistics[i], one.statistics[i], 1e-4, 1e-5)) << i;
    EXPECT_LT(distance(parts[1].perceptual, one.perceptual), 1e-5);
  }
}

TEST_F(GoldenRanks, WeightsAfterAFewStepsOfEveryStageAgree) {
  // Small steps: Adam's and Muon's are as long where a gradient is rounding alone, and long ones part two trainings
  // soon.
  train_both([](TrainOptions& o) {
    o.pretrain_steps = 2, o.mixed_steps = 2, o.lifter_steps = 2, o.paint_from = 1;
    o.learning_rate = o.discriminator_rate = 1e-5;
  });
  for (size_t i = 0; i < one.weights.size(); ++i)
    EXPECT_TRUE(torch::equal(parts[0].weights[i], parts[1].weights[i])) << i;
  for (size_t i = 0; i < one.average.size(); ++i) {
    EXPECT_TRUE(torch::equal(parts[0].average[i], parts[1].average[i])) << i;
    const torch::Tensor way = one.weights[i] - one.first[i];
    EXPECT_GT(way.norm().item<double>(), 0) << i;
    EXPECT_LT(distance(parts[0].weights[i] - parts[0].first[i], way), 0.1) << i;
  }
}

TEST_F(GoldenRanks, BoneDepthsWeighTheSameInEveryRank) {
  torch::manual_seed(2);
  const torch::Tensor maps = torch::randn({2, 3, 4, 4}), uv = torch::rand({2, 3, 2}), truth = torch::rand({2, 3}),
                      weight = torch::tensor({{1.0f, 1.0f, 1.0f}, {1.0f, 0.0f, 0.0f}});
  std::vector<double> losses(2);
  test::in_groups(2, [&](ProcessGroup& group) {
    const auto own = [&](const torch::Tensor& t) { return t.narrow(0, group.rank(), 1); };
    losses[group.rank()] = bone_depth_loss(own(maps), own(uv), own(truth), own(weight), &group).item<double>();
  });
  EXPECT_NEAR(0.5 * (losses[0] + losses[1]), bone_depth_loss(maps, uv, truth, weight).item<double>(), 1e-6);
}

TEST(RunningStatistics, ComeBackAsTheyWereBeforeTheStep) {
  TrainOptions o;
  o.precision = "float32", o.image_size = 32, o.width = 8, o.pose_width = 8, o.lifter_width = 32, o.decoder_width = 4;
  TrainState state(Skeleton::human(), o, torch::kCPU);
  const RunningStatistics before = running_statistics(state);
  torch::manual_seed(1);
  const torch::Tensor image = torch::rand({2, 3, 32, 32});
  const CycleProducts products = state.cycle.forward(image, image, weak_cameras(2, torch::kCPU), true);
  state.perceptual(products.reconstruction, image, state.average.image_to_skeleton_network);
  const auto changed = [&] {
    const RunningStatistics now = running_statistics(state);
    int count = 0;
    for (size_t i = 0; i < now.norms.size(); ++i) count += !torch::equal(now.norms[i], before.norms[i]);
    return count + (now.perceptual.defined() != before.perceptual.defined());
  };
  EXPECT_EQ(changed(), 4);  // stages 1, 2 and 6, and the perceptual averages: the others have no norms
  restore(state, before);
  EXPECT_EQ(changed(), 0);
}

}  // namespace
}  // namespace limn
