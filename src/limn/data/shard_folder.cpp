#include "limn/data/shard_folder.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
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

}  // namespace

ShardFolder::ShardFolder(fs::path folder, ShardPlan plan) : plan_(std::move(plan)) {
  require(plan_.count >= 1 && plan_.per_shard >= 1 && (plan_.count - 1) / plan_.per_shard < most_shards,
          ErrorKind::usage, "the number of samples or of shards is out of range",
          std::to_string(plan_.count) + " samples, " + std::to_string(plan_.per_shard) + " a shard",
          "choose at least 1 of each and at most a million shards");
  folder_ = std::make_unique<PlannedFolder>(std::move(folder), plan_name, plan_json(plan_).dump(1) + "\n");
  std::error_code code;
  for (int shard = 0; shard < shard_count(); ++shard)
    if (!fs::exists(shard_path(shard), code)) missing_.push_back(shard);
}

ShardFolder::~ShardFolder() = default;

int ShardFolder::shard_count() const { return static_cast<int>((plan_.count - 1) / plan_.per_shard) + 1; }

fs::path ShardFolder::shard_path(int shard) const { return folder_->path() / numbered("limn-%06lld.tar", shard); }

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
