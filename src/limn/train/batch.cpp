#include "limn/train/batch.h"

#include <torch/torch.h>

#include <algorithm>

#include "limn/base/random.h"
#include "limn/cycle/cycle.h"

namespace limn {

PoseTruth PoseTruth::to(torch::Device device) const {
  if (!uv.defined()) return {};
  return {uv.to(device), visibility.to(device), joints.to(device), rotations.to(device), camera.to(device)};
}

Batch Batch::to(torch::Device device) const {
  const auto floats = [&](const torch::Tensor& bytes) {
    return bytes.defined() ? bytes.to(device).to(torch::kFloat32).div_(255.0) : torch::Tensor();
  };
  Batch moved = *this;
  moved.image = floats(image);
  moved.appearance = floats(appearance);
  if (image.defined()) moved.camera = camera.to(device);
  moved.truth = truth.to(device);
  moved.poses = poses.to(device);
  if (drawn_uv.defined()) moved.drawn_uv = drawn_uv.to(device);
  return moved;
}

const SampleSource& TrainingPeople::at(int64_t step, uint64_t seed, uint64_t index) const {
  if (step < easy_steps) return easy;
  const double share = easy_steps > 0 ? static_cast<double>(step - easy_steps) / static_cast<double>(easy_steps) : 1;
  return share >= 1 || Random(seed, "curriculum", index).chance(share) ? all : easy;
}

PoseTruth stack_truth(const std::vector<const PersonView*>& views) {
  const int64_t count = static_cast<int64_t>(views.size());
  const int64_t joints = static_cast<int64_t>(views.at(0)->joints_px.size());
  PoseTruth truth;
  truth.uv = torch::empty({count, joints, 2});
  truth.visibility = torch::empty({count, joints});
  truth.joints = torch::empty({count, joints, 3});
  truth.rotations = torch::empty({count, joints, 3, 3});
  truth.camera = {torch::empty({count}), torch::empty({count, 2}), torch::empty({count, 3, 3})};
  auto uv = truth.uv.accessor<float, 3>();
  auto visibility = truth.visibility.accessor<float, 2>();
  auto positions = truth.joints.accessor<float, 3>();
  auto rotations = truth.rotations.accessor<float, 4>();
  auto principal = truth.camera.principal.accessor<float, 2>();
  auto from_facing = truth.camera.from_facing.accessor<float, 3>();
  for (int64_t n = 0; n < count; ++n) {
    const PersonView& view = *views[n];
    const Camera& camera = view.camera;
    truth.camera.inverse_focal.data_ptr<float>()[n] = camera.width / (2.0f * camera.focal_px);
    const Vec2 centre = crop_units_from_px(camera.principal_px, camera.width);
    principal[n][0] = centre.x();
    principal[n][1] = centre.y();
    const FacingPose facing = in_facing_frame(view);
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) from_facing[n][r][c] = facing.facing_from_camera(c, r);
    for (int64_t j = 0; j < joints; ++j) {
      const Vec2 p = crop_units_from_px(view.joints_px[j], camera.width);
      visibility[n][j] = static_cast<float>(view.visibility[j]);
      for (int k = 0; k < 2; ++k) uv[n][j][k] = p[k];
      for (int k = 0; k < 3; ++k) positions[n][j][k] = facing.joints[j][k];
      for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c) rotations[n][j][r][c] = facing.rotations[j](r, c);
    }
  }
  return truth;
}

torch::Tensor stack_images(const std::vector<const Image*>& images) {
  const int64_t h = images.at(0)->height, w = images[0]->width, count = static_cast<int64_t>(images.size());
  torch::Tensor bytes = torch::empty({count, h, w, 3}, torch::kUInt8);
  for (int64_t n = 0; n < count; ++n)
    std::copy(images[n]->pixels.begin(), images[n]->pixels.end(), bytes.data_ptr<uint8_t>() + n * h * w * 3);
  return bytes.permute({0, 3, 1, 2});
}

namespace {

/// The discriminator sees as many drawings as there are real pictures: the first of all ranks' poses.
torch::Tensor drawn_poses(const TrainingPeople& people, const Batch& batch, const BatchSizes& sizes, uint64_t seed,
                          BatchShare share) {
  const int64_t count = std::min(sizes.real, sizes.poses);
  if (share.rank == 0) return batch.poses.uv.narrow(0, 0, count);
  std::vector<PersonView> poses;
  std::vector<const PersonView*> views;
  const int64_t first = batch.step * share.ranks * sizes.poses + share.rank * count;
  for (int64_t i = 0; i < count; ++i) poses.push_back(people.all.pose_only(seed + 1, first + i));
  for (const PersonView& pose : poses) views.push_back(&pose);
  return stack_truth(views).uv;
}

}  // namespace

Batch make_batch(const TrainingPeople& people, const RealPairs* real, const BatchSizes& sizes, uint64_t seed,
                 int64_t step, BatchShare share) {
  const int64_t part = step * share.ranks + share.rank;  // of the run's parts
  Batch batch;
  batch.step = step;
  batch.synthetic = sizes.synthetic;
  batch.first_real = part * sizes.real;
  batch.first_pose = part * sizes.poses;
  std::vector<SynthSample> samples;
  std::vector<RealPair> pairs;
  std::vector<PersonView> poses;
  for (int i = 0; i < sizes.synthetic; ++i) {
    const uint64_t index = part * sizes.synthetic + i;
    samples.push_back(people.at(step, seed, index).sample(seed, index, sizes.appearance));
  }
  for (int i = 0; i < sizes.real; ++i) pairs.push_back(real->sample(seed, batch.first_real + i));
  for (int i = 0; i < sizes.poses; ++i) poses.push_back(people.all.pose_only(seed + 1, batch.first_pose + i));
  std::vector<const Image*> images, appearances;
  std::vector<const PersonView*> views, pose_views;
  for (const SynthSample& sample : samples) {
    images.push_back(&sample.target.image);
    appearances.push_back(&sample.appearance.image);
    views.push_back(&sample.target);
  }
  for (const RealPair& pair : pairs) {
    images.push_back(&pair.x);
    appearances.push_back(&pair.appearance);
  }
  for (const PersonView& pose : poses) pose_views.push_back(&pose);
  batch.poses = stack_truth(pose_views);
  if (images.empty()) return batch;
  batch.image = stack_images(images);
  if (sizes.appearance) batch.appearance = stack_images(appearances);
  batch.truth = stack_truth(views);
  batch.camera = CameraTensors::joined(batch.truth.camera, weak_cameras(sizes.real, torch::kCPU));
  if (sizes.real > 0) batch.drawn_uv = drawn_poses(people, batch, sizes, seed, share);
  return batch;
}

}  // namespace limn
