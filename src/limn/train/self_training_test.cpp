#include "limn/train/self_training.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace limn {
namespace {

Cycle small_teacher() {
  CycleOptions options;
  options.architecture.image_size = 64;
  options.architecture.width = 8;
  options.architecture.pose_width = 8;
  options.architecture.lifter_width = 16;
  options.architecture.decoder_width = 4;
  return Cycle(Skeleton::human(), options, 1, torch::kCPU);
}

torch::Tensor pictures(int64_t count) {
  torch::manual_seed(3);
  return torch::rand({count, 3, 64, 64});
}

LessonSettings everything_believed() { return {.sure = -1}; }

TEST(SelfTraining, TheMirrorImageIsReadAsTheMirroredPose) {
  const Cycle teacher = small_teacher();
  const torch::Tensor image = pictures(2);
  const TaughtKeypoints reading = teacher_reading(teacher, image), mirrored = teacher_reading(teacher, image.flip({3}));
  const std::vector<Joint>& joints = teacher.skeleton().joints();
  for (size_t j = 0; j < joints.size(); ++j) {
    const torch::Tensor a = reading.uv.select(1, j), b = mirrored.uv.select(1, joints[j].mirror);
    EXPECT_TRUE(torch::allclose(a.select(1, 0), -b.select(1, 0), 1e-4, 1e-4)) << joints[j].name;
    EXPECT_TRUE(torch::allclose(a.select(1, 1), b.select(1, 1), 1e-4, 1e-4)) << joints[j].name;
    EXPECT_TRUE(torch::allclose(reading.weight.select(1, j), mirrored.weight.select(1, joints[j].mirror), 1e-4, 1e-4));
  }
}

TEST(SelfTraining, WithoutChangesTheLessonIsTheReading) {
  const Cycle teacher = small_teacher();
  const torch::Tensor image = pictures(2);
  const TaughtKeypoints reading = teacher_reading(teacher, image);
  const Lesson lesson =
      prepare_lesson(teacher, image, image, {.roll_deg = 0, .scale = 0, .shift = 0, .sure = -1}, 1, 7);
  EXPECT_TRUE(torch::allclose(lesson.appearance, image, 1e-4, 1e-4));
  EXPECT_TRUE(torch::allclose(lesson.keypoints.uv, reading.uv));
  EXPECT_TRUE(torch::allclose(lesson.keypoints.weight, reading.weight));
  EXPECT_FALSE(torch::allclose(lesson.image, image, 0.01, 0.01));  // light and noise
}

TEST(SelfTraining, KeypointsMoveWithThePicture) {
  const Cycle teacher = small_teacher();
  torch::Tensor dot = torch::zeros({1, 3, 64, 64});
  dot.narrow(2, 30, 2).narrow(3, 40, 2).fill_(1);  // centre at (41, 31) px
  const torch::Tensor dot_uv = torch::tensor({41.0 / 32 - 1, 31.0 / 32 - 1});
  const TaughtKeypoints before = teacher_reading(teacher, dot);
  for (int step = 0; step < 5; ++step) {
    const Lesson lesson = prepare_lesson(teacher, dot, dot, everything_believed(), 1, step);
    // The affine map that took the keypoints there has to take the dot along.
    const torch::Tensor from = torch::cat({before.uv[0], torch::ones({before.uv.size(1), 1})}, 1);
    const torch::Tensor map = std::get<0>(torch::linalg_lstsq(from, lesson.keypoints.uv[0]));
    const torch::Tensor wanted = torch::cat({dot_uv, torch::ones({1})}).matmul(map);
    const torch::Tensor mass = lesson.appearance[0][0] / lesson.appearance[0][0].sum();
    const torch::Tensor centres = (torch::arange(64) + 0.5) / 32 - 1;
    EXPECT_NEAR((mass.sum(0) * centres).sum().item<float>(), wanted[0].item<float>(), 0.01) << step;
    EXPECT_NEAR((mass.sum(1) * centres).sum().item<float>(), wanted[1].item<float>(), 0.01) << step;
  }
}

TEST(SelfTraining, WhatIsUnsureOrOutsideIsNotTaught) {
  const Cycle teacher = small_teacher();
  const torch::Tensor image = pictures(4);
  EXPECT_EQ(prepare_lesson(teacher, image, image, {.sure = 1}, 1, 0).keypoints.weight.sum().item<float>(), 0);
  LessonSettings far = everything_believed();
  far.shift = 2;
  const Lesson lesson = prepare_lesson(teacher, image, image, far, 1, 0);
  const torch::Tensor outside = (lesson.keypoints.uv.abs() >= 1).any(2);
  EXPECT_TRUE(outside.any().item<bool>());
  EXPECT_EQ(lesson.keypoints.weight.masked_select(outside).sum().item<float>(), 0);
  EXPECT_GT(lesson.keypoints.weight.sum().item<float>(), 0);
}

TEST(SelfTraining, ALessonIsAFunctionOfSeedAndStep) {
  const Cycle teacher = small_teacher();
  const torch::Tensor image = pictures(2);
  const Lesson a = prepare_lesson(teacher, image, image, {}, 1, 5), b = prepare_lesson(teacher, image, image, {}, 1, 5);
  EXPECT_TRUE(torch::equal(a.image, b.image));
  EXPECT_TRUE(torch::equal(a.keypoints.uv, b.keypoints.uv));
  EXPECT_FALSE(torch::equal(a.image, prepare_lesson(teacher, image, image, {}, 1, 6).image));
}

}  // namespace
}  // namespace limn
