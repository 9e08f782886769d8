#include "limn/train/temporal_trainer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <thread>

#include "limn/base/error.h"
#include "limn/infer/clip_reading.h"
#include "limn/network/random_model.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

ModelFile tiny_model() {
  return random_model(Skeleton::human(), "limbs", {.image_size = 32, .width = 4, .pose_width = 4, .lifter_width = 32}, 1);
}

TemporalTrainOptions tiny_options() {
  TemporalTrainOptions options;
  options.steps = 30;
  options.batch = 4;
  options.clip_frames = 8;
  options.frames = 5;
  options.width = 32;
  options.blocks = 1;
  options.warmup_steps = 0;
  options.validate_every = 1000;
  options.checkpoint_every = 5;
  options.tensorboard = false;
  options.verbosity = "none";
  return options;
}

/// Clips whose readings are the truth, and confident.
ReadClips true_clips(const ProceduralPeople& people, int count) {
  ReadClips result{24, {}};
  std::vector<double> times;
  for (int t = 0; t < 16; ++t) times.push_back(t / 24.0);
  for (int i = 0; i < count; ++i) {
    result.clips.emplace_back();
    const auto index = static_cast<uint64_t>(i);
    for (const PersonView& view : people.clip_poses(9, index, 1, people.path(9, index, 1, 0), times)) {
      ReadFrame frame;
      for (const Vec2& p : view.joints_px) frame.truth.push_back(crop_units_from_px(p, view.camera.width));
      frame.read = frame.truth;
      frame.confidence.assign(frame.truth.size(), 1.0f);
      FacingPose facing = in_facing_frame(view);
      frame.joints = std::move(facing.joints);
      frame.rotations = std::move(facing.rotations);
      result.clips.back().push_back(std::move(frame));
    }
  }
  return result;
}

struct SmallRun {
  ProceduralPeople people{Skeleton::human(), {}};
  ReadClips readings = true_clips(people, 4);
  std::filesystem::path folder;
  TemporalTrainer trainer;
  SmallRun(const TemporalTrainOptions& options, const std::filesystem::path& folder_)
      : folder(folder_),
        trainer((std::filesystem::create_directories(folder_ / "weights"), options), tiny_model(), people, readings,
                readings, folder_) {}
};

TEST(TemporalTrainer, StartsAtTheSingleFramesAndLearns) {
  const test::ScratchFolder scratch;
  const std::atomic<bool> go{false};
  TemporalTrainOptions options = tiny_options();
  options.steps = 60;
  SmallRun run(options, scratch / "run");
  const TemporalScore single = run.trainer.measure_single(), start = run.trainer.measure();
  EXPECT_NEAR(start.mpjpe_mm, single.mpjpe_mm, 1e-3);
  EXPECT_NEAR(start.joint_angle_deg, single.joint_angle_deg, 1e-3);
  EXPECT_NEAR(start.jitter_mm, single.jitter_mm, 1e-2);
  run.trainer.run(go);
  const TemporalScore learnt = run.trainer.measure();
  EXPECT_LT(learnt.mpjpe_mm, 0.8 * single.mpjpe_mm);
  EXPECT_LT(learnt.jitter_mm, 0.8 * single.jitter_mm);
  const ModelFile model = ModelFile::load(run.folder / "weights" / "last.safetensors"), base = tiny_model();
  EXPECT_EQ(model.temporal_frames(), 5);
  EXPECT_EQ(model.temporal_step_s, options.step_s);
  for (const auto& [name, blob] : base.weights) EXPECT_EQ(model.weights.at(name).count(), blob.count()) << name;
}

TEST(TemporalTrainer, GoesOnAsIfItHadNotStopped) {
  const test::ScratchFolder scratch;
  const std::atomic<bool> go{false};
  const TemporalTrainOptions options = tiny_options();
  SmallRun whole(options, scratch / "whole");
  whole.trainer.run(go);
  SmallRun stopped(options, scratch / "stopped");
  std::atomic<bool> stop{false};
  std::thread waits([&] {  // for the checkpoint of step 5
    while (!std::filesystem::exists(stopped.folder / "checkpoint.safetensors"))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stop = true;
  });
  EXPECT_THROW(stopped.trainer.run(stop), Error);
  waits.join();
  SmallRun resumed(options, scratch / "resumed");
  resumed.trainer.resume(stopped.folder / "checkpoint.safetensors");
  resumed.trainer.run(go);
  const ModelFile a = whole.trainer.model(), b = resumed.trainer.model();
  for (const auto& [name, blob] : a.weights) EXPECT_EQ(blob.bytes, b.weights.at(name).bytes) << name;
  EXPECT_EQ(a.info.at("temporal_steps"), "30");
}

TEST(TemporalTrainer, GoesOnFromOtherWeights) {
  const test::ScratchFolder scratch;
  const std::atomic<bool> go{false};
  TemporalTrainOptions options = tiny_options();
  options.steps = 0;
  ModelFile other = tiny_model();
  add_random_temporal_lifter(other, {.frames = 5, .width = 32, .blocks = 1}, options.step_s, 7);
  other.info["temporal_steps"] = "12";
  SmallRun run(options, scratch / "run");
  run.trainer.start_from(other, "other");
  run.trainer.run(go);
  const ModelFile joined = run.trainer.model();
  for (const auto& [name, blob] : other.weights) EXPECT_EQ(joined.weights.at(name).bytes, blob.bytes) << name;
  EXPECT_EQ(joined.info.at("temporal_steps"), "12");
  EXPECT_THROW(run.trainer.start_from(tiny_model(), "none"), Error);
  other.temporal_step_s = 0.1;
  EXPECT_THROW(run.trainer.start_from(other, "frames otherwise apart"), Error);
  add_random_temporal_lifter(other, {.frames = 3, .width = 32, .blocks = 1}, options.step_s, 7);
  EXPECT_THROW(run.trainer.start_from(other, "of another size"), Error);
}

TEST(TemporalTrainer, RefusesAnothersCheckpointAndWindowsWithoutAMiddle) {
  const test::ScratchFolder scratch;
  TensorFile file;
  file.metadata["limn.checkpoint"] = "person-1";
  write_safetensors(scratch / "checkpoint.safetensors", file);
  SmallRun run(tiny_options(), scratch / "run");
  EXPECT_THROW(run.trainer.resume(scratch / "checkpoint.safetensors"), Error);
  TemporalTrainOptions even = tiny_options();
  even.frames = 4;
  EXPECT_THROW(SmallRun(even, scratch / "even"), Error);
}

TEST(TemporalBatch, IsAFunctionOfItsNumber) {
  const ProceduralPeople people(Skeleton::human(), {});
  const ReadingNoise noise(Skeleton::human(), true_clips(people, 2), 1.0 / 12);
  const TemporalTrainOptions options = tiny_options();
  const TemporalBatch a = make_temporal_batch(people, noise, options, 3),
                      b = make_temporal_batch(people, noise, options, 3),
                      other = make_temporal_batch(people, noise, options, 4);
  EXPECT_EQ(a.read.keypoints.sizes(), (std::vector<int64_t>{4, 8, Skeleton::human().joint_count(), 2}));
  EXPECT_EQ(a.truth.joints.size(0), 32);
  EXPECT_TRUE(torch::equal(a.read.keypoints, b.read.keypoints));
  EXPECT_TRUE(torch::equal(a.truth.joints, b.truth.joints));
  EXPECT_FALSE(torch::equal(a.read.keypoints, other.read.keypoints));
  // Readings without errors lie where the truth is.
  const torch::Tensor apart = (a.read.keypoints.flatten(0, 1) - a.truth.uv).norm(2, -1).max();
  EXPECT_LT(apart.item<float>(), 0.05);
}

TEST(ReadTensors, TakeTheFramesAStepApart) {
  const ProceduralPeople people(Skeleton::human(), {});
  const ReadClips clips = true_clips(people, 3);
  const ReadTensors tensors = stack_read_clips(clips, 1.0 / 12);
  EXPECT_EQ(tensors.read.keypoints.sizes(), (std::vector<int64_t>{3, 8, Skeleton::human().joint_count(), 2}));
  const ReadFrame& frame = clips.clips[2][6];
  EXPECT_EQ(tensors.read.keypoints[2][3][5][1].item<float>(), frame.read[5].y());
  EXPECT_EQ(tensors.joints[2 * 8 + 3][5][2].item<float>(), frame.joints[5].z());
  EXPECT_EQ(tensors.rotations[2 * 8 + 3][5][1][2].item<float>(), frame.rotations[5](1, 2));
}

}  // namespace
}  // namespace limn
