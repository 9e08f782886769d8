#include "limn/evaluate/benchmark.h"

#include <map>
#include <vector>

#include "limn/base/error.h"
#include "limn/base/toml.h"

namespace limn {

Benchmark read_benchmark(const std::string& name, const std::filesystem::path& folder, const std::string& split,
                         const Skeleton& skeleton) {
  using Reader = Benchmark (*)(const std::filesystem::path&, const Skeleton&);
  const std::map<std::string, Reader> readers = {{"mpii", read_mpii},
                                                 {"coco", read_coco},
                                                 {"h36m", read_h36m},
                                                 {"h36m-simplified", read_h36m_simplified},
                                                 {"mpi-inf-3dhp", read_mpi_inf_3dhp},
                                                 {"shards", read_shards}};
  if (name == "lsp") return read_lsp(folder, split, skeleton);
  const auto reader = readers.find(name);
  if (reader == readers.end()) {
    std::vector<std::string> names = {"lsp"};
    for (const auto& [known, unused] : readers) names.push_back(known);
    throw Error(ErrorKind::usage, "unknown data set \"" + name + "\"", "--dataset",
                "did you mean \"" + nearest_name(name, names) + "\"?");
  }
  require(split == "all", ErrorKind::usage, "this data set is read whole", "--split " + split, "leave --split out");
  return reader->second(folder, skeleton);
}

}  // namespace limn
