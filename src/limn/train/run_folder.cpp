#include "limn/train/run_folder.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <fstream>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace fs = std::filesystem;

fs::path make_run_folder(const std::string& runs, const std::string& name) {
  std::error_code failure;
  fs::create_directories(runs, failure);
  for (int n = 1; !failure; ++n) {
    const fs::path folder = fs::path(runs) / (name + std::to_string(n));
    if (!fs::create_directory(folder, failure)) {
      if (!failure) continue;
      break;
    }
    fs::create_directory(folder / "weights", failure);
    fs::create_directory(folder / "sheets", failure);
    if (!failure) return folder;
  }
  throw Error(ErrorKind::input, "cannot make the run's folder: " + failure.message(), runs,
              "set run.runs to a writable folder");
}

fs::path find_checkpoint(const std::string& wanted, const std::string& runs, const std::string& name) {
  if (!wanted.empty()) {
    const fs::path path = fs::is_directory(wanted) ? fs::path(wanted) / "checkpoint.safetensors" : fs::path(wanted);
    require(fs::exists(path), ErrorKind::input, "no checkpoint to resume from", path.string(),
            "name a run's folder or its checkpoint.safetensors");
    return path;
  }
  fs::path newest;
  for (int n = 1; fs::exists(fs::path(runs) / (name + std::to_string(n))); ++n) {
    const fs::path path = fs::path(runs) / (name + std::to_string(n)) / "checkpoint.safetensors";
    if (fs::exists(path)) newest = path;
  }
  require(!newest.empty(), ErrorKind::input, "no run to resume", runs + "/" + name + "*",
          "name the run's folder: --resume runs/<name>N");
  return newest;
}

void write_environment(const fs::path& folder, const std::string& version, torch::ScalarType precision) {
  std::string processor = "unknown processor";
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("model name")) {
      processor = line.substr(line.find(':') + 2);
      break;
    }
  write_file_atomic(folder / "environment.txt",
                    "limn " + version + "\nLibTorch " + TORCH_VERSION + "\n" + processor + ", " +
                        std::to_string(std::thread::hardware_concurrency()) + " cores, " +
                        std::to_string(at::get_num_threads()) + " threads, convolutions in " + c10::toString(precision) + "\n");
}

}  // namespace limn
