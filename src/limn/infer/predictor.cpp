#include "limn/infer/predictor.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <mutex>

#include "limn/base/error.h"
#include "limn/infer/reader.h"
#include "limn/infer/temporal_lift.h"

namespace limn {
namespace {

constexpr float confident = 0.3f;
constexpr size_t fewest_joints = 4;
constexpr float crop_margin = 1.3f;
constexpr float smallest_side_px = 16;
constexpr int refinements = 2;

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

Precision precision_from_name(const std::string& name) {
  if (name == "auto") return Precision::automatic;
  if (name == "float32") return Precision::float32;
  if (name == "int8") return Precision::int8;
  throw Error(ErrorKind::usage, "unknown precision \"" + name + "\"", "precision", "use auto, float32 or int8");
}

struct Predictor::State {
  PackedModel model;
  std::unique_ptr<ThreadTeam> team;  ///< null: one thread
  std::mutex mutex;
  std::vector<std::unique_ptr<Reader>> idle;  ///< of nobody at the moment

  State(const ModelFile& file, const ReadingSettings& settings)
      : model(file, settings), team(settings.threads > 1 ? std::make_unique<ThreadTeam>(settings.threads) : nullptr) {
    idle.push_back(std::make_unique<Reader>(model));
  }

  /// A reader for as long as this lives.
  class Lease {
   public:
    explicit Lease(State& state) : state_(state) {
      const std::lock_guard lock(state_.mutex);
      if (state_.idle.empty()) return;
      reader_ = std::move(state_.idle.back());
      state_.idle.pop_back();
    }
    ~Lease() {
      if (!reader_) return;
      const std::lock_guard lock(state_.mutex);
      state_.idle.push_back(std::move(reader_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Reader& reader() {
      if (!reader_) reader_ = std::make_unique<Reader>(state_.model);
      return *reader_;
    }

   private:
    State& state_;
    std::unique_ptr<Reader> reader_;
  };

  /// Calls read(reader, i, team) for i < count: several at once where the team is free, else one after the other, each
  /// by the whole team.
  void for_each(size_t count, const std::function<void(Reader&, size_t, ThreadTeam*)>& read) {
    std::atomic<size_t> next = 0;
    const bool shared = team && count > 1 && team->run([&] {
      Lease lease(*this);
      for (size_t i = next++; i < count; i = next++) read(lease.reader(), i, nullptr);
    });
    if (shared) return;
    Lease lease(*this);
    for (size_t i = 0; i < count; ++i) read(lease.reader(), i, team.get());
  }
};

Predictor Predictor::load(const std::filesystem::path& path, const ReadingSettings& settings) {
  return Predictor(ModelFile::load(path), settings);
}

Predictor::Predictor(const ModelFile& model, const ReadingSettings& settings) {
  require(settings.threads >= 1 && settings.threads <= 1024, ErrorKind::usage, "threads must lie in [1, 1024]",
          std::to_string(settings.threads), "ask for as many threads as the processor has cores");
  model.check("model");
  state_ = std::make_unique<State>(model, settings);
}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

const Skeleton& Predictor::skeleton() const { return state_->model.skeleton; }
const Grouping& Predictor::grouping() const { return skeleton().grouping(state_->model.grouping); }
FeatureShape Predictor::skeleton_image_shape() const {
  const PackedNetwork& network = *state_->model.image_to_skeleton;
  return network.products()[network.outputs()[0]].shape;
}
Precision Predictor::precision() const { return state_->model.settings.precision; }
const std::string& Predictor::kernels() const { return state_->model.image_to_skeleton->kernels().name; }

PosePrediction Predictor::predict(const Image& image, const Crop& crop) const {
  return std::move(predict_all(image, {&crop, 1})[0]);
}

std::vector<PosePrediction> Predictor::predict_all(const Image& image, std::span<const Crop> crops) const {
  std::vector<PosePrediction> people(crops.size());
  state_->for_each(crops.size(), [&](Reader& reader, size_t i, ThreadTeam* team) {
    reader.read(image, crops[i], team);
    people[i] = reader.lift(crops[i]);
  });
  return people;
}

PoseEstimate Predictor::lift(const std::vector<Vec2>& joints_px, const std::vector<float>& confidence,
                             const std::vector<float>& bone_depths) const {
  const size_t joints = skeleton().joints().size();
  const auto are_finite = [](const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
  };
  const bool finite = std::all_of(joints_px.begin(), joints_px.end(), [](const Vec2& p) { return p.allFinite(); }) &&
                      are_finite(confidence) && are_finite(bone_depths);
  require(joints_px.size() == joints && confidence.size() == joints &&
              (bone_depths.empty() || bone_depths.size() == joints) && finite,
          ErrorKind::usage, "not the keypoints of a person", "lift",
          "pass a finite place and confidence for each joint of the skeleton");
  return State::Lease(*state_).reader().lift({joints_px, confidence, bone_depths});
}

PoseEstimate Predictor::lift(const PoseEstimate& seen) const {
  return lift(seen.joints_px, seen.confidence, seen.bone_depths);
}

bool Predictor::lifts_over_time() const { return state_->model.temporal_lifter != nullptr; }

void Predictor::lift_over_time(double frame_rate, std::vector<std::optional<PoseEstimate>>& people) const {
  const PackedModel& model = state_->model;
  if (model.temporal_lifter)
    TemporalLift(model.skeleton, model.lifter, model.temporal_lifter, model.temporal_step_s).lift(frame_rate, people);
}

namespace {

/// What a search keeps of a window.
struct Sighting {
  Crop crop;
  float score = -1;
  std::vector<Vec2> joints_px;
  std::vector<float> confidence;
};

}  // namespace

std::optional<Crop> Predictor::find_person(const Image& image, float smallest_score) const {
  const auto look = [&](const std::vector<Crop>& crops) {
    std::vector<Sighting> sightings(crops.size());
    state_->for_each(crops.size(), [&](Reader& reader, size_t i, ThreadTeam* team) {
      reader.read(image, crops[i], team);
      sightings[i] = {crops[i], reader.score(), reader.joints_px(crops[i]), reader.confidence()};
    });
    return sightings;
  };
  Sighting best;
  for (Sighting& sighting : look(search_windows(image.width, image.height)))
    if (sighting.score >= best.score) best = std::move(sighting);
  for (int i = 0; i < refinements; ++i) {
    Sighting closer = std::move(look({crop_around(best.joints_px, best.confidence)})[0]);
    // A tighter crop shows the joints better even where it scores a little less.
    if (closer.score >= 0.8f * best.score) best = std::move(closer);
  }
  if (best.score < smallest_score) return std::nullopt;
  return best.crop;
}

}  // namespace limn
