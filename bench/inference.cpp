#include "inference.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>

#include "heap.h"
#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/cycle/network.h"
#include "limn/infer/reader.h"

namespace limn::bench {
namespace {

constexpr int kWidth = 640, kHeight = 480, kSide = 300, kPeople = 8, kRuns = 5;

struct Contestant {
  std::string name, figure;
  std::function<void()> run;  ///< a person
  double people = 1;
  std::vector<double> ms = {};
};

/// The three stages, each on the product of the one before it but the lifter, whose input is prepared elsewhere.
struct Networks {
  Engine one, two, three;
  std::unique_ptr<ThreadTeam> team;
  std::vector<float> image, keypoints;

  Networks(const ModelFile& model, Precision precision, int threads)
      : Networks(PackedModel(model, {.precision = precision}), threads) {}
  Networks(const PackedModel& packed, int threads)
      : one(packed.image_to_skeleton),
        two(packed.skeleton_to_pose),
        three(packed.lifter),
        team(threads > 1 ? std::make_unique<ThreadTeam>(threads) : nullptr),
        image(3 * packed.image_size * packed.image_size, 0.3f),
        keypoints(three.spec().inputs[0].shape.channels, 0.2f) {}
  void run() {
    two.run({one.run({image}, team.get())[0]}, team.get());
    three.run({keypoints});
  }
};

/// The same by torch, eager.
struct TorchNetworks {
  Network one, two, three;
  torch::Tensor image, keypoints;

  explicit TorchNetworks(const ModelFile& model)
      : one(model.image_to_skeleton, 1, torch::kCPU),
        two(model.skeleton_to_pose, 1, torch::kCPU),
        three(model.lifter, 1, torch::kCPU) {
    TensorFile file;
    file.tensors = model.weights;
    one.read_from(file, "image_to_skeleton.", "bench");
    two.read_from(file, "skeleton_to_pose.", "bench");
    three.read_from(file, "lifter.", "bench");
    image = torch::full({1, 3, model.image_size, model.image_size}, 0.3f);
    keypoints = torch::full({1, model.lifter.inputs[0].shape.channels}, 0.2f);
  }
  torch::Tensor run() const {
    const torch::NoGradGuard no_grad;
    three.forward({keypoints}, false);
    return two.forward({one.forward({image}, false)[0]}, false)[0];
  }
};

/// Time of the processor on one thread: other programs on the machine do not count.
double processor_milliseconds(const std::function<void()>& run) {
  const std::clock_t start = std::clock();
  run();
  return 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

Image noise() {
  Image image(kWidth, kHeight);
  Random random(1, "bench/inference");
  for (uint8_t& value : image.pixels) value = static_cast<uint8_t>(random.integer(256));
  return image;
}

void require_no_allocation(Networks& networks) {
  networks.run();
  const std::int64_t bytes = peak_heap_bytes([&] { networks.run(); });
  require(bytes == 0, ErrorKind::model, "a run of the networks allocates", std::to_string(bytes) + " bytes",
          "find what infer/engine.cpp allocates after it is made");
}

Figures table(const std::vector<Contestant>& all, double reference, int threads) {
  Figures figures;
  std::printf("inference, a person of 300 px in a picture of %d x %d, %s, medians\n", kWidth, kHeight,
              threads > 1 ? (std::to_string(threads) + " threads, elapsed").c_str() : "one thread, processor time");
  std::printf("  %-32s %10s %16s\n", "", "ms", "LibTorch / this");
  for (const Contestant& c : all) {
    figures[c.figure] = median(c.ms);
    std::printf("  %-32s %10.3f %16.2f\n", c.name.c_str(), figures[c.figure], reference / figures[c.figure]);
  }
  return figures;
}

}  // namespace

Figures bench_inference(const std::string& path, int threads, int repetitions) {
  threads = std::max(1, threads);
  at::set_num_threads(threads);
  const ModelFile model = ModelFile::load(path);
  const Image image = noise();
  const Crop crop{Vec2(kWidth / 2, kHeight / 2), kSide};
  const std::vector<Crop> crops(kPeople, crop);
  const TorchNetworks torch_networks(model);
  const Predictor predictor(model, {.threads = threads});
  std::vector<std::unique_ptr<Networks>> networks;
  std::vector<std::unique_ptr<Predictor>> predictors;
  std::vector<Contestant> all = {
      {"networks, LibTorch eager", "infer_networks_torch_ms", [&] { torch_networks.run(); }}};
  for (const Precision precision : {Precision::float32, Precision::int8}) {
    predictors.push_back(
        std::make_unique<Predictor>(model, ReadingSettings{.threads = threads, .precision = precision}));
    if (predictors.back()->precision() != precision) continue;
    const std::string name = precision == Precision::int8 ? "int8" : "float32";
    networks.push_back(std::make_unique<Networks>(model, precision, threads));
    require_no_allocation(*networks.back());
    all.push_back({"networks, " + name, "infer_networks_" + name + "_ms", [&n = *networks.back()] { n.run(); }});
    all.push_back({"whole path, " + name, "infer_person_" + name + "_ms",
                   [&p = *predictors.back(), &image, &crop] { p.predict(image, crop); }});
  }
  all.push_back(
      {"whole path, one of eight people", "infer_people_ms", [&] { predictor.predict_all(image, crops); }, kPeople});
  for (Contestant& c : all) c.run();
  for (int i = 0; i < repetitions * kRuns; ++i)
    for (Contestant& c : all)
      c.ms.push_back((threads > 1 ? milliseconds(c.run) : processor_milliseconds(c.run)) / c.people);
  return table(all, median(all[0].ms), threads);
}

}  // namespace limn::bench
