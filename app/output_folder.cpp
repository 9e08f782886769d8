#include "output_folder.h"

#include <unistd.h>

#include "limn/base/error.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& where, const std::error_code& code) {
  throw Error(ErrorKind::input, what + (code ? ": " + code.message() : ""), where.string(),
              "choose a folder that can be written with --out");
}

/// The topmost folder of the path that does not exist yet; empty if all exist.
fs::path first_missing(const fs::path& folder) {
  fs::path missing;
  std::error_code ignored;
  for (fs::path at = folder; !at.empty() && !fs::exists(at, ignored); at = at.parent_path()) missing = at;
  return missing;
}

}  // namespace

OutputFolder::OutputFolder(const fs::path& folder) {
  std::error_code code;
  folder_ = fs::absolute(folder, code).lexically_normal();
  if (folder_.filename().empty()) folder_ = folder_.parent_path();
  if (fs::exists(folder_, code) && !fs::is_directory(folder_, code)) fail("output is a file, not a folder", folder, {});
  first_made_ = first_missing(folder_);
  staging_ = folder_ / (".limn-partial-" + std::to_string(getpid()));
  fs::create_directories(staging_, code);
  if (code) {
    std::error_code ignored;
    if (!first_made_.empty()) fs::remove_all(first_made_, ignored);
    fail("cannot make the output folder", folder, code);
  }
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  fs::remove_all(staging_, ignored);
  if (committed_ || first_made_.empty()) return;
  // Only empty folders: another program may have used the new folder meanwhile.
  for (fs::path at = folder_; at.string().size() >= first_made_.string().size(); at = at.parent_path())
    if (!fs::remove(at, ignored)) return;
}

fs::path OutputFolder::staged(const std::string& name) {
  if (taken_.insert(name).second) names_.push_back(name);
  std::error_code ignored;  // whoever writes the file says what is wrong
  fs::create_directories((staging_ / name).parent_path(), ignored);
  return staging_ / name;
}

std::string OutputFolder::free_name(const fs::path& file, const std::string& ending) const {
  const std::string name = file.stem().string() + ending;
  return taken_.count(name) ? file.filename().string() + ending : name;
}

std::vector<fs::path> OutputFolder::commit() {
  std::vector<fs::path> paths;
  for (const std::string& name : names_) {
    std::error_code code;
    fs::create_directories((folder_ / name).parent_path(), code);
    fs::rename(staging_ / name, folder_ / name, code);
    if (code) fail("cannot write file", folder_ / name, code);
    paths.push_back(folder_ / name);
  }
  committed_ = true;
  return paths;
}

}  // namespace limn::app
