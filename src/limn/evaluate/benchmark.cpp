#include "limn/evaluate/benchmark.h"

#include "limn/base/error.h"
#include "limn/base/toml.h"

namespace limn {

Benchmark read_benchmark(const std::string& name, const std::filesystem::path& folder, const Skeleton& skeleton) {
  if (name == "lsp") return read_lsp(folder, skeleton);
  if (name == "coco") return read_coco(folder, skeleton);
  if (name == "shards") return read_shards(folder, skeleton);
  throw Error(ErrorKind::usage, "unknown data set \"" + name + "\"", "--dataset",
              "did you mean \"" + nearest_name(name, {"lsp", "coco", "shards"}) + "\"?");
}

}  // namespace limn
