#include "limn/data/planned_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// What temporary_beside calls files until they are whole.
bool is_partial(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') && name.find(".partial-") != std::string::npos;
}

/// "count is 100 there and 200 here" of the first key that differs; "" where none does.
std::string difference(const Json& there, const Json& here) {
  for (const auto& [key, value] : here.items()) {
    const Json other = there.is_object() && there.contains(key) ? there[key] : Json();
    if (value.is_object() && other.is_object()) {
      const std::string inner = difference(other, value);
      if (!inner.empty()) return inner;
    } else if (value != other) {
      return key + " is " + (other.is_null() ? "absent" : other.dump()) + " there and " + value.dump() + " here";
    }
  }
  for (const auto& [key, value] : there.items())
    if (!here.contains(key)) return key + " is " + value.dump() + " there and absent here";
  return "";
}

/// True where the folder already belongs to the plan; false where it is new or empty. Changes nothing.
bool belongs_to(const fs::path& folder, const std::string& plan_name, const Json& plan) {
  std::error_code code;
  if (!fs::exists(folder, code)) return false;
  require(fs::is_directory(folder, code), ErrorKind::input, "output is a file, not a folder", folder.string(),
          "name a folder");
  if (!fs::exists(folder / plan_name, code)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      require(is_partial(entry.path()), ErrorKind::input, "the folder holds other files", entry.path().string(),
              "name a new or an empty folder");
    return false;
  }
  const std::string where = (folder / plan_name).string();
  const Json there = Json::parse(read_file(where), nullptr, false);
  require(there.is_object(), ErrorKind::input, "cannot read the arguments of the shards", where,
          "delete the folder, or name another one");
  const std::string differs = difference(there, plan);
  if (!differs.empty())
    throw Error(ErrorKind::input, "the folder holds shards made with other arguments: " + differs, where,
                "give the same arguments, or name another folder");
  return true;
}

void remove_partials(const fs::path& folder) {
  std::vector<fs::path> partials;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (is_partial(entry.path())) partials.push_back(entry.path());
  std::error_code ignored;
  for (const fs::path& partial : partials) fs::remove(partial, ignored);
}

}  // namespace

/// Holds the folder for this process; the kernel lets go of it however the process ends.
struct PlannedFolder::Lock {
  int descriptor;
  explicit Lock(const fs::path& folder) : descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    require(descriptor >= 0, ErrorKind::input, "cannot open the output folder", folder.string(),
            "check its permissions");
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
    close(descriptor);
    throw Error(ErrorKind::input, "another process is at work in the folder", folder.string(),
                "wait for it, or name another folder");
  }
  ~Lock() { close(descriptor); }
};

PlannedFolder::PlannedFolder(fs::path folder, const std::string& plan_name, const std::string& plan)
    : folder_(std::move(folder)) {
  const bool known = belongs_to(folder_, plan_name, Json::parse(plan));
  std::error_code code;
  fs::create_directories(folder_, code);
  if (code)
    throw Error(ErrorKind::input, "cannot make the output folder: " + code.message(), folder_.string(),
                "choose a folder that can be written");
  lock_ = std::make_unique<Lock>(folder_);
  remove_partials(folder_);
  if (!known) write_file_atomic(folder_ / plan_name, plan);
}

PlannedFolder::~PlannedFolder() = default;

}  // namespace limn
