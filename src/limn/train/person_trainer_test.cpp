#include "limn/train/person_trainer.h"

#include <torch/torch.h>

#include <chrono>
#include <set>
#include <thread>

#include "limn/base/error.h"
#include "limn/infer/engine.h"
#include "limn/losses/person.h"
#include "limn/network/person_network.h"
#include "support/gradcheck.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

TEST(PersonLosses, InClosedForm) {
  const torch::Tensor truth = torch::tensor({1.0, 0.5, 0.0}, torch::kFloat64).view({1, 1, 1, 3});
  const torch::Tensor logits = torch::zeros({1, 1, 1, 3}, torch::kFloat64), one = torch::ones_like(logits);
  const double half = 0.25 * std::log(2.0);  // of p = 1/2
  EXPECT_NEAR(person_centre_loss(logits, truth, one).item<double>(), half * (1 + 1.0 / 16 + 1), 1e-12);
  const torch::Tensor weight = torch::tensor({1.0, 0.0, 0.0}, torch::kFloat64).view({1, 1, 1, 3});
  EXPECT_NEAR(person_centre_loss(logits, truth, weight).item<double>(), half, 1e-12);
  EXPECT_LT(person_centre_loss(40 * (truth - 0.75), truth, weight).item<double>(), 1e-4);

  const torch::Tensor box = torch::zeros({1, 4, 1, 3}, torch::kFloat64);
  EXPECT_NEAR(person_box_loss(box + 0.5, box, weight).item<double>(), 4 * 0.5, 1e-12);
  EXPECT_EQ(person_box_loss(box + 0.5, box, 0 * weight).item<double>(), 0);
}

TEST(GradcheckPersonLosses, AgreeWithDifferences) {
  torch::manual_seed(1);
  const torch::Tensor truth = torch::rand({2, 1, 2, 3}, torch::kFloat64);
  truth.view(-1)[2] = 1;
  const torch::Tensor weight = torch::rand_like(truth), box = torch::randn({2, 4, 2, 3}, torch::kFloat64);
  expect_gradients([&](const std::vector<torch::Tensor>& x) { return person_centre_loss(x[0], truth, weight); },
                   {torch::randn({2, 1, 2, 3}, torch::kFloat64)});
  expect_gradients([&](const std::vector<torch::Tensor>& x) { return person_box_loss(x[0], box, weight); },
                   {torch::randn({2, 4, 2, 3}, torch::kFloat64)});
}

PersonTrainOptions tiny_options() {
  PersonTrainOptions options;
  options.steps = 40;
  options.batch = 2;
  options.width = 4;
  options.longer_side = 64;
  options.scenes.cutout_px = 48;
  options.scenes.pool = 4;
  options.scenes.smallest_px = 12;
  options.validate_every = 100;
  options.validation_scenes = 8;
  options.checkpoint_every = 3;
  options.tensorboard = false;
  options.verbosity = "none";
  options.precision = "float32";
  return options;
}

struct SmallRun {
  PersonScenes scenes;
  std::filesystem::path folder;
  PersonTrainer trainer;
  SmallRun(const PersonTrainOptions& options, const std::filesystem::path& folder_)
      : scenes(Skeleton::human(), options.synth, options.scenes),
        folder(folder_),
        trainer((std::filesystem::create_directories(folder_ / "weights"), options), scenes, scenes, folder_) {}
};

TEST(PersonTrainer, GoesOnAsIfItHadNotStopped) {
  const test::ScratchFolder scratch;
  const std::atomic<bool> go{false};
  PersonTrainOptions options = tiny_options();
  SmallRun whole(options, scratch / "whole");
  whole.trainer.run(go);

  SmallRun stopped(options, scratch / "stopped");
  std::atomic<bool> stop{false};
  std::thread waits([&] {  // for the checkpoint of step 3
    while (!std::filesystem::exists(stopped.folder / "checkpoint.safetensors"))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stop = true;
  });
  EXPECT_THROW(stopped.trainer.run(stop), Error);
  waits.join();
  SmallRun resumed(options, scratch / "resumed");
  resumed.trainer.resume(stopped.folder / "checkpoint.safetensors");
  resumed.trainer.run(go);

  const PersonFile a = PersonFile::load(whole.folder / "weights" / "last.safetensors"),
                   b = PersonFile::load(resumed.folder / "weights" / "last.safetensors");
  for (const auto& [name, blob] : a.weights) EXPECT_EQ(blob.bytes, b.weights.at(name).bytes) << name;
  EXPECT_EQ(a.info.at("steps"), "40");
}

TEST(PersonTrainer, BeginsWithTheWeightsOfAnother) {
  const test::ScratchFolder scratch;
  PersonTrainOptions options = tiny_options();
  options.seed = 9;
  const PersonFile other = SmallRun(options, scratch / "other").trainer.model();
  SmallRun run(tiny_options(), scratch / "run");
  EXPECT_NE(run.trainer.model().weights.at("person.centre.weight").bytes, other.weights.at("person.centre.weight").bytes);
  run.trainer.start_from(other, "other");
  for (const auto& [name, blob] : run.trainer.model().weights) EXPECT_EQ(blob.bytes, other.weights.at(name).bytes) << name;
  options.width = 8;
  SmallRun wide(options, scratch / "wide");
  EXPECT_THROW(wide.trainer.start_from(other, "narrow"), Error);
}

TEST(PersonTrainer, RefusesAnothersCheckpoint) {
  const test::ScratchFolder scratch;
  TensorFile file;
  file.metadata["limn.checkpoint"] = "4";
  write_safetensors(scratch / "checkpoint.safetensors", file);
  SmallRun run(tiny_options(), scratch / "run");
  EXPECT_THROW(run.trainer.resume(scratch / "checkpoint.safetensors"), Error);
}

TEST(GoldenPersonNetwork, TheRuntimeGivesWhatTorchGives) {
  Network network(person_spec(8, 64, 64), 5, torch::kCPU);
  TensorFile tensors;
  network.write_to(tensors, "person.");
  const PersonFile file{network.spec(), tensors.tensors, {}};
  torch::manual_seed(3);
  for (const auto& [height, width] : {std::pair{64, 64}, {32, 96}}) {
    const torch::Tensor image = torch::randn({1, 3, height, width});
    const auto expected = network.forward({image}, false);
    Engine engine(file.network_for(height, width), file.weights, "person.");
    const std::vector<float> input(image.data_ptr<float>(), image.data_ptr<float>() + image.numel());
    const auto& given = engine.run({input});
    for (size_t k = 0; k < 2; ++k) {
      const torch::Tensor flat = expected[k].contiguous().flatten();
      ASSERT_EQ(given[k].size(), static_cast<size_t>(flat.numel()));
      for (int64_t i = 0; i < flat.numel(); ++i)
        ASSERT_NEAR(given[k][static_cast<size_t>(i)], flat[i].item<float>(), 1e-4) << k << ", " << i;
    }
  }
}

TEST(FrameSize, IsAMultipleOf32AndVaries) {
  std::set<std::pair<int, int>> sizes;
  for (int64_t step = 0; step < 40; ++step) {
    const FrameSize size = frame_size(256, 1, step);
    EXPECT_EQ(size.width % 32, 0);
    EXPECT_EQ(size.height % 32, 0);
    EXPECT_EQ(size.width, frame_size(256, 1, step).width);
    sizes.insert({size.width, size.height});
  }
  EXPECT_EQ(sizes, (std::set<std::pair<int, int>>{{256, 160}, {160, 256}, {192, 192}}));
}

}  // namespace
}  // namespace limn
