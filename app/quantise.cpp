// limn quantise: weights that run in eight bits.
#include <cstdio>

#include "limn/infer/calibration.h"
#include "locate.h"
#include "verbs.h"

namespace limn::app {

void run_quantise(const QuantiseArguments& arguments) {
  const std::filesystem::path from = find_model(arguments.model);
  ModelFile model = ModelFile::load(from);
  calibrate(model, {.pictures = arguments.pictures});
  const std::filesystem::path to = arguments.out.empty() ? from : std::filesystem::path(arguments.out);
  model.save(to);
  std::printf("%s: %zu ranges from %d synthetic people\n", to.c_str(), model.ranges.size(), arguments.pictures);
}

}  // namespace limn::app
