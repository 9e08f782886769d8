#include "limn/data/reused_people.h"

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <tuple>

#include "limn/base/error.h"

namespace limn {

AugmentSettings ReuseSettings::gentle() {
  AugmentSettings s;
  s.photometry = {.brightness = 0.05, .contrast = 0.15, .gamma = 0.1, .saturation = 0.2, .hue_deg = 6, .temperature = 0.04,
                  .grey = 0.02};
  s.blur = 0.1, s.noise = 0.3, s.noise_sigma = 0.02, s.jpeg = 0, s.shrink = 0, s.cutout = 0.1;
  return s;
}

/// Renders by number, each made once by whoever needs it first; the oldest go.
struct ReusedPeople::Pool {
  using Render = std::shared_ptr<const SynthSample>;
  using Key = std::tuple<uint64_t, bool, int64_t>;  ///< seed, with appearance, number

  mutable std::mutex mutex;
  std::map<Key, std::shared_future<Render>> renders;
  size_t capacity = 0;
  int64_t made = 0;

  template <class Make>
  Render get(const Key& key, Make make) {
    std::promise<Render> promise;
    std::shared_future<Render> render;
    {
      const std::lock_guard lock(mutex);
      const auto found = renders.find(key);
      if (found != renders.end()) {
        render = found->second;
      } else {
        renders.emplace(key, promise.get_future().share());
        ++made;
        if (renders.size() > capacity) renders.erase(oldest(key));
      }
    }
    if (render.valid()) return render.get();
    try {
      const Render fresh = std::make_shared<const SynthSample>(make());
      promise.set_value(fresh);
      return fresh;
    } catch (...) {
      promise.set_exception(std::current_exception());
      throw;
    }
  }

  // Entries of another seed or without the wanted picture are of no more use; else the lowest number.
  std::map<Key, std::shared_future<Render>>::iterator oldest(const Key& wanted) {
    const auto other = [&](const auto& entry) {
      return std::get<0>(entry.first) != std::get<0>(wanted) || std::get<1>(entry.first) != std::get<1>(wanted);
    };
    if (other(*renders.begin())) return renders.begin();
    if (other(*std::prev(renders.end()))) return std::prev(renders.end());
    return renders.begin();
  }
};

ReusedPeople::ReusedPeople(const SampleSource& source, const Skeleton& skeleton, ReuseSettings settings)
    : source_(source), skeleton_(skeleton), settings_(settings), pool_(std::make_unique<Pool>()) {
  require(settings.uses >= 1 && settings.pool >= settings.uses, ErrorKind::usage, "a pool of renders is too small",
          std::to_string(settings.pool) + " renders of " + std::to_string(settings.uses) + " uses",
          "choose a pool of at least as many renders as uses");
  distance_ = settings.pool / std::max(1, settings.uses - 1);
  // Batches are made side by side and a little ahead of each other: some renders beyond the last use.
  pool_->capacity = static_cast<size_t>(settings.pool + std::max(64, settings.pool / 8));
}

ReusedPeople::~ReusedPeople() = default;

SynthSample ReusedPeople::sample(uint64_t seed, uint64_t index, const SampleParts& parts) const {
  if (settings_.uses == 1) return source_.sample(seed, index, parts);
  const int64_t uses = settings_.uses, use = static_cast<int64_t>(index) % uses;
  // Before the first render stand those of negative numbers; as unsigned indices they are people like all others.
  const int64_t number = static_cast<int64_t>(index) / uses - use * distance_;
  const auto render = pool_->get({seed, parts.appearance, number}, [&] {
    return source_.sample(seed, static_cast<uint64_t>(number), SampleParts{.appearance = parts.appearance});
  });
  Random random(seed, "data.reuse", index);
  const ViewChange change = random_view_change(settings_.view, random);
  SynthSample result;
  result.target = changed(skeleton_, render->target, change);
  if (parts.appearance) result.appearance = changed(skeleton_, render->appearance, change);
  const Photometry light = random_photometry(settings_.light.photometry, random);
  AugmentSettings rest = settings_.light;
  rest.photometry = {.brightness = 0, .contrast = 0, .gamma = 0, .saturation = 0, .hue_deg = 0, .temperature = 0, .grey = 0};
  for (PersonView* view : {&result.target, &result.appearance}) {
    if (view->image.empty()) continue;
    apply_photometry(view->image, light);
    augment(view->image, rest, random);
  }
  return result;
}

PersonView ReusedPeople::pose_only(uint64_t seed, uint64_t index) const { return source_.pose_only(seed, index); }

int64_t ReusedPeople::renders() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->made;
}

int64_t ReusedPeople::pooled() const {
  const std::lock_guard lock(pool_->mutex);
  return static_cast<int64_t>(pool_->renders.size());
}

}  // namespace limn
