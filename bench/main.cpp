// limn_bench: measures, prints tables, and collects named figures in one JSON file.
#include <ATen/Parallel.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>

#include "convolutions.h"
#include "drawing.h"
#include "figures.h"
#include "inference.h"
#include "limn/base/error.h"
#include "rasterisers.h"
#include "synth.h"
#include "training.h"

namespace {

using limn::bench::Figures;

struct Options {
  std::string out;
  std::vector<std::string> only;
  int threads = 0;
  int repetitions = 9;
  std::string model = "models/limn-s.safetensors";
};

struct Group {
  const char* name;
  std::function<Figures(const Options&)> run;
};

/// Each group measures one thing and returns its figures. Add new ones here.
const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"drawing", [](const Options& o) { return limn::bench::bench_drawing(o.repetitions); }},
      {"synth", [](const Options& o) { return limn::bench::bench_synth(o.repetitions); }},
      {"rasterisers", [](const Options& o) { return limn::bench::bench_rasterisers(o.repetitions); }},
      {"inference", [](const Options& o) { return limn::bench::bench_inference(o.model, o.threads, o.repetitions); }},
      {"convolutions", [](const Options& o) { return limn::bench::bench_convolutions(o.model, o.repetitions); }},
      {"training", [](const Options& o) { return limn::bench::bench_training(o.repetitions); }},
  };
  return all;
}

void run(const Options& options) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  Figures figures;
  for (const Group& group : groups()) {
    const bool wanted =
        options.only.empty() || std::find(options.only.begin(), options.only.end(), group.name) != options.only.end();
    if (wanted) figures.merge(group.run(options));
  }
  figures["threads"] = at::get_num_threads();
  std::printf("threads %d\n", at::get_num_threads());
  if (!options.out.empty()) limn::bench::merge_figures(options.out, figures);
}

}  // namespace

int main(int argc, char** argv) {
  // Freed tensors stay in the process: without this the kernel clears their pages anew on every operation, which slows
  // the tensor versions several times and would flatter the drawing kernel.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 256 << 20);
  Options options;
  CLI::App app{"Measures Limn. Example: limn_bench --threads 1 --out build/release/bench.json"};
  std::vector<std::string> names;
  for (const Group& group : groups()) names.emplace_back(group.name);
  app.add_option("--out", options.out, "JSON file whose figures are added to or replaced");
  app.add_option("--only", options.only, "measure only these groups")->check(CLI::IsMember(names));
  app.add_option("--threads", options.threads, "threads of both sides (default: as torch chooses)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--repetitions", options.repetitions, "how often each is measured; medians are reported")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--model", options.model, "weights that the groups inference and convolutions run")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(limn::ErrorKind::usage);
  }
  try {
    run(options);
  } catch (const limn::Error& error) {
    std::fprintf(stderr, "limn_bench: %s\n", error.what());
    return error.exit_code();
  }
  return 0;
}
