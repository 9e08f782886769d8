#include "figures.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn::bench {

void merge_figures(const std::filesystem::path& path, const Figures& figures) {
  nlohmann::json all = nlohmann::json::object();
  if (std::filesystem::exists(path)) {
    all = nlohmann::json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
    require(all.is_object(), ErrorKind::input, "not a JSON object", path.string(), "move the file away");
  }
  for (const auto& [name, value] : figures) all[name] = value;
  write_file_atomic(path, all.dump(2) + "\n");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

double milliseconds(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace limn::bench
