#include "training.h"

#include <torch/torch.h>

#include <cstdio>

#include "limn/synth/procedural_people.h"
#include "limn/train/objectives.h"
#include "limn/train/state.h"

namespace limn::bench {
namespace {

constexpr int kSteps = 4;

TrainOptions base(const std::string& precision) {
  TrainOptions options;
  options.precision = precision;
  options.image_size = 64;
  options.width = 24;
  options.levels = 4;
  return options;
}

/// Steps with one precision, and their rates.
struct Steps {
  TrainOptions options;
  TrainState state;
  std::vector<double> per_second = {};

  explicit Steps(const std::string& precision)
      : options(base(precision)), state(Skeleton::human(), options, torch::kCPU) {}

  void step(const Batch& batch) {
    const CycleProducts products = state.cycle.analyse(batch.image, batch.camera, true);
    const Objectives objectives = compute_objectives(
        {options, state.cycle, state.average, state.discriminator, state.perceptual}, products, batch);
    state.cycle.reset_gradients(false);
    objectives.total.backward();
  }
  void again(const Batch& batch) {
    const double ms = milliseconds([&] {
      for (int i = 0; i < kSteps; ++i) step(batch);
    });
    per_second.push_back(1e3 * kSteps * static_cast<double>(batch.synthetic) / ms);
  }
};

}  // namespace

Figures bench_training(int repetitions) {
  SynthOptions synth;
  synth.image_size = 64;
  const ProceduralPeople people(Skeleton::human(), synth);
  const Batch batch = make_batch({people, people, people}, nullptr, {.synthetic = 32, .appearance = false}, 1, 0)
                          .to(torch::kCPU);
  Steps exact("float32"), fast("bfloat16");
  std::vector<double> gain;
  for (Steps* steps : {&exact, &fast}) steps->step(batch);  // layouts are chosen, memory is fetched
  for (int i = 0; i < repetitions; ++i) {
    for (Steps* steps : {&exact, &fast}) steps->again(batch);
    gain.push_back(fast.per_second.back() / exact.per_second.back());
  }
  Figures figures;
  figures["train_images_per_s_float32"] = median(exact.per_second);
  figures["train_images_per_s_bfloat16"] = median(fast.per_second);
  figures["train_bfloat16_speedup"] = median(gain);
  std::printf("training, 64 x 64 px, width 24, batches of 32, medians of %d\n", repetitions);
  std::printf("  float32  %9.1f images/s\n  bfloat16 %9.1f images/s, %.2f x\n", median(exact.per_second),
              median(fast.per_second), median(gain));
  return figures;
}

}  // namespace limn::bench
