#include "limn/train/temporal_batch.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "limn/base/random.h"
#include "limn/skeleton/bone_depths.h"

namespace limn {
namespace {

/// Readings of clips of one length, end to end -> [S L ...].
KeypointClips stack_readings(const std::vector<Reading>& readings, int64_t clips) {
  const auto joints = static_cast<int64_t>(readings.at(0).uv.size()), count = static_cast<int64_t>(readings.size());
  KeypointClips result{torch::empty({count, joints, 2}), torch::empty({count, joints}), torch::zeros({count, joints})};
  float *uv = result.keypoints.data_ptr<float>(), *confidence = result.confidence.data_ptr<float>(),
        *depths = result.bone_depths.data_ptr<float>();
  for (const Reading& reading : readings) {
    for (const Vec2& p : reading.uv)
      for (int k = 0; k < 2; ++k) *uv++ = p[k];
    confidence = std::copy(reading.confidence.begin(), reading.confidence.end(), confidence);
    std::copy(reading.bone_depths.begin(), reading.bone_depths.end(), depths);
    depths += joints;
  }
  result.keypoints = result.keypoints.view({clips, count / clips, joints, 2});
  result.confidence = result.confidence.view({clips, count / clips, joints});
  result.bone_depths = result.bone_depths.view({clips, count / clips, joints});
  return result;
}

}  // namespace

ReadTensors ReadTensors::to(torch::Device device) const {
  return {read.to(device), joints.to(device), rotations.to(device)};
}

TemporalBatch make_temporal_batch(const ProceduralPeople& people, const ReadingNoise& noise,
                                  const TemporalTrainOptions& options, int64_t step) {
  const double seconds = options.clip_frames * options.step_s;
  std::vector<double> times;
  for (int t = 0; t < options.clip_frames; ++t) times.push_back(t * options.step_s);
  std::vector<PersonView> views;
  std::vector<Reading> readings;
  for (int i = 0; i < options.batch; ++i) {
    const auto index = static_cast<uint64_t>(step * options.batch + i);
    const PosePath path = people.path(options.seed, index, seconds, options.recorded);
    std::vector<TrueFrame> truth;
    for (PersonView& view : people.clip_poses(options.seed, index, seconds, path, times)) {
      truth.emplace_back();
      for (const Vec2& p : view.joints_px) truth.back().uv.push_back(crop_units_from_px(p, view.camera.width));
      const FacingPose facing = in_facing_frame(view);
      truth.back().bone_depths = bone_depths(noise.skeleton(), facing.joints, facing.rotations);
      views.push_back(std::move(view));
    }
    Random random(options.seed, "temporal.noise", index);
    for (Reading& reading : noise.replay(truth, random)) readings.push_back(std::move(reading));
  }
  std::vector<const PersonView*> all;
  for (const PersonView& view : views) all.push_back(&view);
  return {step, stack_truth(all), stack_readings(readings, options.batch)};
}

ReadTensors stack_read_clips(const ReadClips& clips, double step_s) {
  const size_t stride = static_cast<size_t>(std::max(1L, std::lround(step_s * clips.frame_rate)));
  std::vector<Reading> readings;
  std::vector<float> joints, rotations;
  for (const ReadClip& clip : clips.clips)
    for (size_t t = 0; t < clip.size(); t += stride) {
      const ReadFrame& frame = clip[t];
      readings.push_back({frame.read, frame.confidence, frame.bone_depths});
      for (const Vec3& p : frame.joints) joints.insert(joints.end(), p.data(), p.data() + 3);
      for (const Mat3& rotation : frame.rotations)
        for (int r = 0; r < 3; ++r)
          for (int c = 0; c < 3; ++c) rotations.push_back(rotation(r, c));
    }
  const auto frames = static_cast<int64_t>(readings.size()), count = static_cast<int64_t>(readings.at(0).uv.size());
  return {stack_readings(readings, static_cast<int64_t>(clips.clips.size())),
          torch::tensor(joints).view({frames, count, 3}), torch::tensor(rotations).view({frames, count, 3, 3})};
}

}  // namespace limn
