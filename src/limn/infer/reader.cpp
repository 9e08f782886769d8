#include "limn/infer/reader.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/media/resample.h"
#include "limn/network/architectures.h"
#include "limn/skeleton/pose_code.h"

namespace limn {
namespace {

void mirror_rows(std::vector<float>& planes, int width) {
  for (auto row = planes.begin(); row != planes.end(); row += width) std::reverse(row, row + width);
}

/// Largest value of [count]; written so that it becomes vector instructions. NaN counts as nothing.
float largest(const float* values, size_t count) {
  constexpr size_t lanes = 16;
  float lane[lanes];
  std::fill(lane, lane + lanes, -INFINITY);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (size_t k = 0; k < lanes; ++k) lane[k] = values[i + k] > lane[k] ? values[i + k] : lane[k];
  for (; i < count; ++i) lane[0] = values[i] > lane[0] ? values[i] : lane[0];
  return *std::max_element(lane, lane + lanes);
}

/// Geometric mean of the mean joint confidence and the mean peak of the skeleton image's channels.
float score_of(const std::vector<float>& confidence, std::span<const float> y, int channels) {
  double joints = 0, peaks = 0;
  for (const float value : confidence) joints += value;
  const size_t plane = y.size() / channels;
  for (int c = 0; c < channels; ++c) peaks += largest(y.data() + c * plane, plane);
  return static_cast<float>(std::sqrt(joints / static_cast<double>(confidence.size()) * peaks / channels));
}

[[noreturn]] void refuse() {
  throw Error(ErrorKind::model, "the networks give values that are not numbers", "prediction",
              "use other weights: these are damaged or their training failed");
}

/// The ranges of one stage, by layer.
ActivationRanges ranges_of(const ModelFile& model, const std::string& prefix) {
  ActivationRanges ranges;
  for (const auto& [name, range] : model.ranges)
    if (name.starts_with(prefix)) ranges[name.substr(prefix.size())] = range;
  return ranges;
}

}  // namespace

void normalise(const Image& picture, std::vector<float>& input) {
  const size_t pixels = static_cast<size_t>(picture.width) * picture.height;
  input.resize(3 * pixels);
  constexpr float factor = 1 / (255.0f * input_deviation), offset = -input_mean / input_deviation;
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < pixels; ++i) input[c * pixels + i] = picture.pixels[3 * i + c] * factor + offset;
}

PackedModel::PackedModel(const ModelFile& model, const ReadingSettings& wanted)
    : skeleton(model.skeleton), grouping(model.grouping), image_size(model.image_size), settings(wanted) {
  const KernelSet& kernels = kernel_sets().front();
  const bool bytes = !model.ranges.empty() && (wanted.precision == Precision::int8 ||
                                               (wanted.precision == Precision::automatic && kernels.bytes));
  settings.precision = bytes ? Precision::int8 : Precision::float32;
  const auto pack = [&](const NetworkSpec& spec, const std::string& prefix) {
    return std::make_shared<const PackedNetwork>(spec, model.weights, prefix, kernels,
                                                 bytes ? ranges_of(model, prefix) : ActivationRanges{});
  };
  image_to_skeleton = pack(model.image_to_skeleton, "image_to_skeleton.");
  skeleton_to_pose = pack(model.skeleton_to_pose, "skeleton_to_pose.");
  lifter = pack(model.lifter, "lifter.");
  if (!model.temporal_lifter) return;
  temporal_lifter = pack(*model.temporal_lifter, "temporal_lifter.");
  temporal_step_s = model.temporal_step_s;
}

Reader::Reader(const PackedModel& model)
    : model_(model),
      image_to_skeleton_(model.image_to_skeleton),
      skeleton_to_pose_(model.skeleton_to_pose),
      lifter_(model.lifter) {}

void Reader::read(const Image& image, const Crop& crop, ThreadTeam* team) {
  const int size = model_.image_size;
  const bool mirror = model_.settings.mirror;
  normalise(crop_resized(image, crop, size, std::nullopt), input_);
  logits_.clear();
  depths_.clear();
  if (mirror) {
    mirror_rows(input_, size);
    add_reading(0.5f, team);
    for (std::vector<float>* planes : {&logits_, &depths_}) {
      mirror_rows(*planes, skeleton_to_pose_.output_shape(0).width);
      exchange_sides(*planes);
    }
    mirror_rows(input_, size);
  }
  add_reading(mirror ? 0.5f : 1.0f, team);
  soft_argmax(skeleton_to_pose_.output_shape(0), logits_.data(), depths_.empty() ? nullptr : depths_.data(), keypoints_);
  score_ = score_of(keypoints_.confidence, y_, image_to_skeleton_.output_shape(0).channels);
  for (size_t j = 0; j < keypoints_.uv.size(); ++j)
    if (!keypoints_.uv[j].allFinite() || !std::isfinite(keypoints_.confidence[j])) refuse();
  for (const float depth : keypoints_.bone_depths)
    if (!std::isfinite(depth)) refuse();
}

/// Adds what stages 1 and 2 read in `input_`, weighted.
void Reader::add_reading(float weight, ThreadTeam* team) {
  const auto add = [weight](std::span<const float> maps, std::vector<float>& sum) {
    sum.resize(maps.size());
    for (size_t i = 0; i < maps.size(); ++i) sum[i] += weight * maps[i];
  };
  const std::vector<std::span<const float>>& seen = image_to_skeleton_.run({input_}, team);
  y_ = seen[0];
  if (seen.size() > 1) add(seen[1], depths_);
  add(skeleton_to_pose_.run({y_}, team)[0], logits_);
}

/// Planes [J h w] of left joints become those of right ones.
void Reader::exchange_sides(std::vector<float>& planes) const {
  const std::vector<Joint>& joints = model_.skeleton.joints();
  const auto plane = static_cast<std::ptrdiff_t>(planes.size() / joints.size());
  for (int j = 0; j < model_.skeleton.joint_count(); ++j)
    if (joints[j].mirror > j)
      std::swap_ranges(planes.begin() + j * plane, planes.begin() + (j + 1) * plane,
                       planes.begin() + joints[j].mirror * plane);
}

std::vector<Vec2> Reader::joints_px(const Crop& crop) const {
  std::vector<Vec2> result;
  result.reserve(keypoints_.uv.size());
  for (const Vec2& uv : keypoints_.uv) result.push_back(crop.image_from_crop(uv));
  return result;
}

PoseEstimate Reader::lift(const Keypoints& seen) {
  PoseEstimate result;
  result.joints_px = seen.uv;
  result.confidence = seen.confidence;
  result.bone_depths = seen.bone_depths;
  const LiftNormalisation normalisation = normalise_keypoints(seen, model_.lifter->spec().inputs[0].shape.channels, lifter_input_);
  const std::span<const float> code = lifter_.run({lifter_input_})[0];
  if (!std::all_of(code.begin(), code.end(), [](float value) { return std::isfinite(value); })) refuse();
  LiftedPose lifted = decode_lifted_pose(model_.skeleton, code.data(), normalisation);
  result.pose = std::move(lifted.pose);
  result.kinematics = forward_kinematics(model_.skeleton, result.pose);
  result.camera = lifted.camera;
  return result;
}

PosePrediction Reader::lift(const Crop& crop) {
  PosePrediction result;
  static_cast<PoseEstimate&>(result) = lift(keypoints_);
  result.crop = crop;
  result.score = score_;
  result.skeleton_image.assign(y_.begin(), y_.end());
  result.joints_px = joints_px(crop);
  result.camera.root_uv = crop.image_from_crop(result.camera.root_uv);
  result.camera.scale *= 0.5f * crop.side_px;
  return result;
}

}  // namespace limn
