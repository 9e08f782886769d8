#include "synth.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

#include "heap.h"
#include "limn/base/error.h"
#include "limn/base/ordered_queue.h"
#include "limn/synth/procedural_people.h"

namespace limn::bench {
namespace {

constexpr int kSamples = 96, kQueue = 8;

/// Makes the samples as the data pipeline does: ahead, in order.
void make_all(const ProceduralPeople& people, int workers) {
  OrderedQueue<SynthSample> queue([&](int64_t n) { return people.sample(1, static_cast<uint64_t>(n)); }, 0, kSamples,
                                  workers, kQueue);
  for (int i = 0; i < kSamples; ++i) {
    require(!queue.next().appearance.image.empty(), ErrorKind::model, "a sample has no second picture", "bench synth",
            "run the tests of the generator");
  }
}

/// Rates of several runs of the same work.
struct Runs {
  const ProceduralPeople& people;
  int workers;
  std::vector<double> per_second = {}, cpu_ms = {};  ///< pictures a second; processor time of a picture

  void again() {
    const std::clock_t start = std::clock();  // of all threads: other programs on the machine do not count
    per_second.push_back(2 * kSamples / (1e-3 * milliseconds([&] { make_all(people, workers); })));
    cpu_ms.push_back(1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / (2 * kSamples));
  }
};

void print(const char* what, const Runs& runs) {
  std::printf("  %-12s %2d workers %9.1f images/s %8.2f ms of processor time each\n", what, runs.workers,
              median(runs.per_second), median(runs.cpu_ms));
}

}  // namespace

Figures bench_synth(int repetitions) {
  const Skeleton& skeleton = Skeleton::human();
  SynthOptions worst;
  worst.occluder_probability = worst.distractor_probability = worst.clutter_probability = 1;
  const ProceduralPeople people(skeleton, {}), crowded(skeleton, worst);
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));

  const double peak = static_cast<double>(peak_heap_bytes([&] { make_all(people, cores); }));
  Runs one{people, 1}, all{people, cores}, worst_case{crowded, cores};
  std::vector<double> gain;
  for (int i = 0; i < repetitions; ++i) {
    for (Runs* runs : {&one, &all, &worst_case}) runs->again();
    gain.push_back(all.per_second.back() / one.per_second.back());
  }
  Figures figures;
  figures["synth_images_per_s"] = median(all.per_second);
  figures["synth_images_per_s_1core"] = median(one.per_second);
  figures["synth_images_per_s_worst"] = median(worst_case.per_second);
  figures["synth_cpu_ms"] = median(all.cpu_ms);
  figures["synth_scaling"] = median(gain) / cores;
  figures["synth_cpu_scaling"] = median(one.cpu_ms) / figures["synth_cpu_ms"];
  figures["synth_peak_mb"] = peak / 1e6;
  std::printf("synthetic people, 128 x 128, pairs of pictures, medians of %d\n", repetitions);
  print("usual", one);
  print("usual", all);
  print("crowded", worst_case);
  std::printf("  scaling %.2f of linear, %.2f by processor time; %.1f MB at most\n", figures["synth_scaling"],
              figures["synth_cpu_scaling"], figures["synth_peak_mb"]);
  return figures;
}

}  // namespace limn::bench
