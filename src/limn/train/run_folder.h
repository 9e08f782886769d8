// The folder of a run: runs/<name>N with everything about it.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>

namespace limn {

/// Makes <runs>/<name>N (N = 1, 2 ..., the first free) with weights/ and sheets/ inside.
std::filesystem::path make_run_folder(const std::string& runs, const std::string& name);

/// What `--resume` means: a checkpoint file, a run's folder, or "" for the newest run of that name. Error(input) when
/// there is none.
std::filesystem::path find_checkpoint(const std::string& wanted, const std::string& runs, const std::string& name);

/// environment.txt: version, git hash, LibTorch, processor, threads, precision of the convolutions.
void write_environment(const std::filesystem::path& folder, const std::string& version, torch::ScalarType precision);

}  // namespace limn
