#include "limn/infer/predictor.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/infer/engine.h"
#include "limn/infer/soft_argmax.h"
#include "limn/media/resample.h"
#include "limn/network/architectures.h"
#include "limn/skeleton/pose_code.h"

namespace limn {
namespace {

constexpr float confident = 0.3f;
constexpr size_t fewest_joints = 4;
constexpr float crop_margin = 1.3f;
constexpr float smallest_side_px = 16;
constexpr int refinements = 2;

/// RGB bytes -> [3 S S].
void normalise(const Image& picture, std::vector<float>& input) {
  const size_t pixels = static_cast<size_t>(picture.width) * picture.height;
  input.resize(3 * pixels);
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < 3; ++c)
      input[c * pixels + i] = (picture.pixels[3 * i + c] / 255.0f - input_mean) / input_deviation;
}

void mirror_rows(std::vector<float>& planes, int width) {
  for (auto row = planes.begin(); row != planes.end(); row += width) std::reverse(row, row + width);
}

/// Squares of one side, evenly spread so that neighbours overlap by half or more; at most `limit`.
void add_windows(int width, int height, float side, int limit, std::vector<Crop>& windows) {
  const auto steps = [&](int extent) {
    return static_cast<int>(std::ceil(std::max(0.0f, extent - side) / (side / 2))) + 1;
  };
  int across = steps(width), down = steps(height);
  while (across * down > limit) (across > down ? across : down) -= 1;
  const auto position = [&](int i, int count, int extent) {
    return count == 1 ? extent / 2.0f : side / 2 + (extent - side) * i / (count - 1);
  };
  for (int row = 0; row < down; ++row)
    for (int column = 0; column < across; ++column)
      windows.push_back({Vec2(position(column, across, width), position(row, down, height)), side});
}

/// Geometric mean of the mean joint confidence and the mean peak of the skeleton image's channels.
float score_of(const std::vector<float>& confidence, std::span<const float> y, int channels) {
  double joints = 0, peaks = 0;
  for (const float value : confidence) joints += value;
  const size_t plane = y.size() / channels;
  for (int c = 0; c < channels; ++c) peaks += *std::max_element(y.begin() + c * plane, y.begin() + (c + 1) * plane);
  return static_cast<float>(std::sqrt(joints / static_cast<double>(confidence.size()) * peaks / channels));
}

}  // namespace

std::vector<Crop> search_windows(int width, int height) {
  const float longer = static_cast<float>(std::max(width, height)),
              shorter = static_cast<float>(std::min(width, height));
  std::vector<Crop> windows = {{Vec2(width / 2.0f, height / 2.0f), longer}};
  if (longer > 1.1f * shorter) add_windows(width, height, shorter, 7, windows);
  add_windows(width, height, 0.62f * shorter, 17, windows);
  return windows;
}

Crop crop_around(const std::vector<Vec2>& joints_px, const std::vector<float>& confidence) {
  const size_t sure = std::count_if(confidence.begin(), confidence.end(), [](float c) { return c >= confident; });
  Vec2 low = Vec2::Constant(INFINITY), high = Vec2::Constant(-INFINITY);
  for (size_t j = 0; j < joints_px.size(); ++j) {
    if (sure >= fewest_joints && confidence[j] < confident) continue;
    low = low.cwiseMin(joints_px[j]);
    high = high.cwiseMax(joints_px[j]);
  }
  return {0.5f * (low + high), std::max(smallest_side_px, crop_margin * (high - low).maxCoeff())};
}

struct Predictor::State {
  Skeleton skeleton;
  std::string grouping;
  int image_size;
  Engine image_to_skeleton, skeleton_to_pose, lifter;
  ReadingSettings settings;
  std::vector<float> input, lifter_input, logits;  ///< scratch
  Keypoints keypoints;                             ///< of the last read()
  std::span<const float> y;                        ///< the same
  float score = 0;

  State(const ModelFile& model, const ReadingSettings& settings)
      : skeleton(model.skeleton),
        grouping(model.grouping),
        image_size(model.image_size),
        image_to_skeleton(model.image_to_skeleton, model.weights, "image_to_skeleton."),
        skeleton_to_pose(model.skeleton_to_pose, model.weights, "skeleton_to_pose."),
        lifter(model.lifter, model.weights, "lifter."),
        settings(settings) {}

  /// Stages 1 and 2.
  void read(const Image& image, const Crop& crop) {
    normalise(crop_resized(image, crop, image_size, std::nullopt), input);
    logits.clear();
    if (settings.mirror) {
      mirror_rows(input, image_size);
      read_logits(0.5f);
      mirror_rows(logits, skeleton_to_pose.output_shape(0).width);
      exchange_sides(logits);
      mirror_rows(input, image_size);
    }
    read_logits(settings.mirror ? 0.5f : 1.0f);
    soft_argmax(skeleton_to_pose.output_shape(0), logits.data(), keypoints);
    score = score_of(keypoints.confidence, y, image_to_skeleton.output_shape(0).channels);
    for (size_t j = 0; j < keypoints.uv.size(); ++j)
      if (!keypoints.uv[j].allFinite() || !std::isfinite(keypoints.confidence[j])) refuse();
  }
  /// Adds what stage 2 reads in `input`, weighted.
  void read_logits(float weight) {
    y = image_to_skeleton.run({input})[0];
    const std::span<const float> maps = skeleton_to_pose.run({y})[0];
    logits.resize(maps.size());
    for (size_t i = 0; i < maps.size(); ++i) logits[i] += weight * maps[i];
  }
  /// Planes [J h w] of left joints become those of right ones.
  void exchange_sides(std::vector<float>& planes) const {
    const std::vector<Joint>& joints = skeleton.joints();
    const auto plane = static_cast<std::ptrdiff_t>(planes.size() / joints.size());
    for (int j = 0; j < skeleton.joint_count(); ++j)
      if (joints[j].mirror > j)
        std::swap_ranges(planes.begin() + j * plane, planes.begin() + (j + 1) * plane,
                         planes.begin() + joints[j].mirror * plane);
  }
  std::vector<Vec2> joints_px(const Crop& crop) const {
    std::vector<Vec2> result;
    for (const Vec2& uv : keypoints.uv) result.push_back(crop.image_from_crop(uv));
    return result;
  }
  [[noreturn]] static void refuse() {
    throw Error(ErrorKind::model, "the networks give values that are not numbers", "prediction",
                "use other weights: these are damaged or their training failed");
  }
};

Predictor Predictor::load(const std::filesystem::path& path, const ReadingSettings& settings) {
  return Predictor(ModelFile::load(path), settings);
}

Predictor::Predictor(const ModelFile& model, const ReadingSettings& settings) {
  model.check("model");
  state_ = std::make_unique<State>(model, settings);
}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

const Skeleton& Predictor::skeleton() const { return state_->skeleton; }
const Grouping& Predictor::grouping() const { return state_->skeleton.grouping(state_->grouping); }
FeatureShape Predictor::skeleton_image_shape() const { return state_->image_to_skeleton.output_shape(0); }

PosePrediction Predictor::predict(const Image& image, const Crop& crop) const {
  State& state = *state_;
  state.read(image, crop);
  PosePrediction result;
  result.crop = crop;
  result.score = state.score;
  result.skeleton_image.assign(state.y.begin(), state.y.end());
  result.joints_px = state.joints_px(crop);
  result.confidence = state.keypoints.confidence;

  const LiftNormalisation normalisation =
      normalise_keypoints(state.keypoints.uv, state.keypoints.confidence, state.lifter_input);
  const std::span<const float> code = state.lifter.run({state.lifter_input})[0];
  if (!std::all_of(code.begin(), code.end(), [](float value) { return std::isfinite(value); })) State::refuse();
  LiftedPose lifted = decode_lifted_pose(state.skeleton, code.data(), normalisation);
  result.pose = std::move(lifted.pose);
  result.kinematics = forward_kinematics(state.skeleton, result.pose);
  result.camera.root_uv = crop.image_from_crop(lifted.camera.root_uv);
  result.camera.scale = lifted.camera.scale * 0.5f * crop.side_px;
  return result;
}

std::optional<Crop> Predictor::find_person(const Image& image, float smallest_score) const {
  State& state = *state_;
  float best_score = -1;
  Crop best;
  std::vector<Vec2> joints;
  std::vector<float> confidence;
  const auto consider = [&](const Crop& crop, float handicap) {
    state.read(image, crop);
    if (state.score < handicap * best_score) return;
    best_score = state.score;
    best = crop;
    joints = state.joints_px(crop);
    confidence = state.keypoints.confidence;
  };
  for (const Crop& window : search_windows(image.width, image.height)) consider(window, 1);
  // A tighter crop shows the joints better even where it scores a little less.
  for (int i = 0; i < refinements; ++i) consider(crop_around(joints, confidence), 0.8f);
  if (best_score < smallest_score) return std::nullopt;
  return best;
}

}  // namespace limn
