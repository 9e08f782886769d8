#include "limn/infer/calibration.h"

#include <algorithm>

#include "limn/base/error.h"
#include "limn/infer/reader.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

constexpr int bins = 1024;

struct Histogram {
  std::string layer;
  float largest = 0;
  std::vector<int64_t> counts = std::vector<int64_t>(bins, 0);

  void widen(std::span<const float> values) {
    for (const float value : values) largest = std::max(largest, value);
  }
  void count(std::span<const float> values) {
    const float per_value = bins / std::max(largest, 1e-20f);
    for (const float value : values)
      if (value > 0) ++counts[std::min(bins - 1, static_cast<int>(value * per_value))];
  }
};

/// A stage that shows what its layers make.
struct ObservedStage {
  std::string prefix;
  size_t own;                         ///< outputs of the network itself, the first ones
  std::vector<Histogram> histograms;  ///< one an output
  Engine engine;

  ObservedStage(NetworkSpec spec, const ModelFile& model, const std::string& prefix)
      : prefix(prefix), own(spec.outputs.size()), engine(with_all_outputs(spec), model.weights, prefix) {
    for (const std::string& output : engine.spec().outputs) histograms.push_back({output});
  }
  /// The network's own outputs first, then every other product that is never negative.
  static const NetworkSpec& with_all_outputs(NetworkSpec& spec) {
    for (const LayerSpec& layer : spec.layers)
      if (layer.activation == Activation::relu || layer.activation == Activation::sigmoid)
        if (std::count(spec.outputs.begin(), spec.outputs.end(), layer.name) == 0) spec.outputs.push_back(layer.name);
    return spec;
  }
  /// Returns the network's own first output.
  std::span<const float> observe(std::span<const float> input, bool counting) {
    const auto& outputs = engine.run({input});
    for (size_t i = own; i < outputs.size(); ++i)
      counting ? histograms[i].count(outputs[i]) : histograms[i].widen(outputs[i]);
    return outputs[0];
  }
};

}  // namespace

float best_range(const std::vector<int64_t>& counts, float largest) {
  const double width = static_cast<double>(largest) / static_cast<double>(counts.size());
  double least = -1, best = largest;
  for (int step = 32; step >= 4; --step) {
    const double range = largest * step / 32.0, rounding = range / 255 * range / 255 / 12;
    double error = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      const double value = (static_cast<double>(i) + 0.5) * width, over = std::max(0.0, value - range);
      error += static_cast<double>(counts[i]) * (over > 0 ? over * over : rounding);
    }
    if (least < 0 || error < least) least = error, best = range;
  }
  return static_cast<float>(best);
}

void calibrate(ModelFile& model, const CalibrationSettings& settings,
               const std::function<void(int done, int all)>& progress) {
  require(settings.pictures >= 1 && settings.pictures <= 10000, ErrorKind::usage, "pictures must lie in [1, 10000]",
          std::to_string(settings.pictures), "64 are enough");
  model.check("model");
  SynthOptions options;
  options.image_size = model.image_size;
  const ProceduralPeople people(Skeleton::human(), options);
  ObservedStage one(model.image_to_skeleton, model, "image_to_skeleton.");
  ObservedStage two(model.skeleton_to_pose, model, "skeleton_to_pose.");
  std::vector<float> input;
  for (const bool counting : {false, true})
    for (int i = 0; i < settings.pictures; ++i) {
      const SynthSample sample =
          people.sample(settings.seed, static_cast<uint64_t>(i), SampleParts{.appearance = false});
      normalise(sample.target.image, input);
      two.observe(one.observe(input, counting), counting);
      if (progress) progress(i + 1 + (counting ? settings.pictures : 0), 2 * settings.pictures);
    }
  model.ranges.clear();
  for (const ObservedStage* stage : {&one, &two})
    for (size_t i = stage->own; i < stage->histograms.size(); ++i) {
      const Histogram& histogram = stage->histograms[i];
      if (histogram.largest > 0)
        model.ranges[stage->prefix + histogram.layer] = best_range(histogram.counts, histogram.largest);
    }
}

}  // namespace limn
