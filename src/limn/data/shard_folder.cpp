#include "limn/data/shard_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/ordered_queue.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* plan_name = "synth.json";
constexpr int64_t most_shards = 1'000'000;  // six digits

Json plan_json(const ShardPlan& plan) {
  return {{"format", "limn.shards"},
          {"version", 1},
          {"program", plan.program},
          {"seed", plan.seed},
          {"count", plan.count},
          {"per_shard", plan.per_shard},
          {"size", plan.image_size},
          {"pairs", plan.parts.appearance},
          {"mask", plan.parts.mask},
          {"depth", plan.parts.depth},
          {"jpeg_quality", plan.jpeg_quality},
          {"generator", plan.generator},
          {"folders", plan.folders}};
}

std::string numbered(const char* format, long long number) {
  char text[40];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

/// What write_file_atomic and ShardWriter call their files until they are whole.
bool is_partial(const std::string& name) {
  return name.find(".partial-") != std::string::npos && (name.starts_with(".limn-") || name.starts_with(".synth."));
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
bool belongs_to(const fs::path& folder, const ShardPlan& plan) {
  std::error_code code;
  if (!fs::exists(folder, code)) return false;
  require(fs::is_directory(folder, code), ErrorKind::input, "output is a file, not a folder", folder.string(),
          "name a folder");
  if (!fs::exists(folder / plan_name, code)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      require(is_partial(entry.path().filename().string()), ErrorKind::input, "the folder holds other files",
              entry.path().string(), "name a new or an empty folder");
    return false;
  }
  const std::string where = (folder / plan_name).string();
  const Json there = Json::parse(read_file(where), nullptr, false);
  require(there.is_object(), ErrorKind::input, "cannot read the arguments of the shards", where,
          "delete the folder, or name another one");
  const std::string differs = difference(there, plan_json(plan));
  if (!differs.empty())
    throw Error(ErrorKind::input, "the folder holds shards made with other arguments: " + differs, where,
                "give the same arguments, or name another folder");
  return true;
}

}  // namespace

/// Holds the folder for this process; the kernel lets go of it however the process ends.
struct ShardFolder::Lock {
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

ShardFolder::ShardFolder(fs::path folder, ShardPlan plan) : folder_(std::move(folder)), plan_(std::move(plan)) {
  require(plan_.count >= 1 && plan_.per_shard >= 1 && (plan_.count - 1) / plan_.per_shard < most_shards,
          ErrorKind::usage, "the number of samples or of shards is out of range",
          std::to_string(plan_.count) + " samples, " + std::to_string(plan_.per_shard) + " a shard",
          "choose at least 1 of each and at most a million shards");
  const bool known = belongs_to(folder_, plan_);
  std::error_code code;
  fs::create_directories(folder_, code);
  if (code)
    throw Error(ErrorKind::input, "cannot make the output folder: " + code.message(), folder_.string(),
                "choose a folder that can be written");
  lock_ = std::make_unique<Lock>(folder_);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
    if (is_partial(entry.path().filename().string())) fs::remove(entry.path(), code);
  if (!known) write_file_atomic(folder_ / plan_name, plan_json(plan_).dump(1) + "\n");
  for (int shard = 0; shard < shard_count(); ++shard)
    if (!fs::exists(shard_path(shard), code)) missing_.push_back(shard);
}

ShardFolder::~ShardFolder() = default;

int ShardFolder::shard_count() const { return static_cast<int>((plan_.count - 1) / plan_.per_shard) + 1; }

fs::path ShardFolder::shard_path(int shard) const { return folder_ / numbered("limn-%06lld.tar", shard); }

int64_t ShardFolder::samples_in(int shard) const {
  return std::min<int64_t>(plan_.per_shard, plan_.count - static_cast<int64_t>(shard) * plan_.per_shard);
}

int64_t ShardFolder::missing_samples() const {
  int64_t samples = 0;
  for (int shard : missing_) samples += samples_in(shard);
  return samples;
}

void ShardFolder::fill(const SampleSource& source, const Skeleton& skeleton, int workers,
                       const std::function<void()>& step) {
  require(workers >= 1, ErrorKind::usage, "shards need a worker", std::to_string(workers), "choose 1 or more");
  // Only the last shard of a plan may hold fewer samples, so sample n of the missing ones is found by division.
  const auto index_of = [this](int64_t n) {
    return static_cast<int64_t>(missing_[static_cast<size_t>(n / plan_.per_shard)]) * plan_.per_shard +
           n % plan_.per_shard;
  };
  OrderedQueue<std::vector<ShardFile>> samples(
      [&](int64_t n) {
        const uint64_t index = static_cast<uint64_t>(index_of(n));
        return encode_sample(skeleton, source.sample(plan_.seed, index, plan_.parts), plan_.seed, index,
                             plan_.jpeg_quality);
      },
      0, missing_samples(), workers, 4 * workers);
  int64_t n = 0;
  for (int shard : missing_) {
    ShardWriter writer(shard_path(shard));
    for (int64_t i = 0; i < samples_in(shard); ++i, ++n) {
      const std::string key = numbered("%08lld", index_of(n));
      for (const ShardFile& file : samples.next()) writer.add(key + "." + file.extension, file.bytes);
      step();
    }
    writer.close();
  }
  missing_.clear();
}

}  // namespace limn
