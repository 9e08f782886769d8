#include "limn/data/reused_people.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "limn/base/error.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

const Skeleton& human() { return Skeleton::human(); }

/// Counts how often each number is rendered.
class CountingPeople : public SampleSource {
 public:
  CountingPeople() : people_(human(), small()) {}
  using SampleSource::sample;
  SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const override {
    {
      const std::lock_guard lock(mutex_);
      ++rendered_[index];
    }
    return people_.sample(seed, index, parts);
  }
  PersonView pose_only(uint64_t seed, uint64_t index) const override { return people_.pose_only(seed, index); }
  std::map<uint64_t, int> rendered() const { return rendered_; }

 private:
  static SynthOptions small() {
    SynthOptions options;
    options.image_size = 16;
    return options;
  }
  ProceduralPeople people_;
  mutable std::mutex mutex_;
  mutable std::map<uint64_t, int> rendered_;
};

TEST(ReusedPeople, AFunctionOfSeedAndIndexAlone) {
  const CountingPeople source;
  const ReusedPeople forward(source, human(), {.uses = 3, .pool = 20}), backward(source, human(), {.uses = 3, .pool = 20});
  std::map<int, SynthSample> first;
  for (int i = 0; i < 60; ++i) first[i] = forward.sample(1, i);
  for (int i = 59; i >= 0; --i) {
    const SynthSample again = backward.sample(1, i);
    EXPECT_EQ(again.target.image.pixels, first[i].target.image.pixels);
    EXPECT_EQ(again.appearance.image.pixels, first[i].appearance.image.pixels);
    EXPECT_EQ(again.target.joints_px[5], first[i].target.joints_px[5]);
  }
  EXPECT_NE(forward.sample(2, 0).target.image.pixels, first[0].target.image.pixels);
}

TEST(ReusedPeople, EachRenderIsMadeOnceAndShownAgainChanged) {
  const CountingPeople source;
  constexpr int uses = 4, pool = 30, distance = pool / (uses - 1), shown = 800;
  const ReusedPeople people(source, human(), {.uses = uses, .pool = pool});
  for (int i = 0; i < shown; ++i) {
    people.sample(1, i, false);
    EXPECT_LE(people.pooled(), pool + 65);
  }
  for (const auto& [number, times] : source.rendered()) EXPECT_EQ(times, 1) << number;
  EXPECT_EQ(people.renders(), shown / uses + (uses - 1) * distance);
  // Use 0 and use 1 of render 50.
  const SynthSample fresh = people.sample(1, 50 * uses, false), again = people.sample(1, (50 + distance) * uses + 1, false);
  EXPECT_NE(fresh.target.image.pixels, again.target.image.pixels);
  const auto length = [](const PersonView& view) { return (view.joints_camera[0] - view.joints_camera[3]).norm(); };
  EXPECT_NEAR(length(fresh.target), length(again.target), 1e-5f);
}

TEST(ReusedPeople, ManyWorkersMakeNothingTwice) {
  const CountingPeople source;
  const ReusedPeople people(source, human(), {.uses = 4, .pool = 40});
  std::atomic<int> next{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&] {
      for (int i = next++; i < 300; i = next++) people.sample(1, i, false);
    });
  for (std::thread& worker : workers) worker.join();
  for (const auto& [number, times] : source.rendered()) EXPECT_EQ(times, 1) << number;
}

TEST(ReusedPeople, OneUseIsTheSourceItself) {
  const CountingPeople source;
  const ReusedPeople people(source, human(), {.uses = 1, .pool = 1});
  EXPECT_EQ(people.sample(1, 7).target.image.pixels, source.sample(1, 7).target.image.pixels);
  EXPECT_EQ(people.pooled(), 0);
}

TEST(ReusedPeople, RefusesPoolsThatAreTooSmall) {
  const CountingPeople source;
  EXPECT_THROW(ReusedPeople(source, human(), {.uses = 4, .pool = 3}), Error);
  EXPECT_THROW(ReusedPeople(source, human(), {.uses = 0, .pool = 3}), Error);
}

}  // namespace
}  // namespace limn
