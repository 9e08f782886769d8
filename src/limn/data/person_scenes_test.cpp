#include "limn/data/person_scenes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "limn/synth/empty_scene.h"

namespace limn {
namespace {

SceneSettings small_settings() {
  SceneSettings settings;
  settings.cutout_px = 64;
  settings.pool = 6;
  settings.scenes_a_render = 4;
  return settings;
}

const PersonScenes& small_scenes() {
  static const PersonScenes scenes(Skeleton::human(), {}, small_settings());
  return scenes;
}

TEST(PersonScenes, AreAFunctionOfSeedAndNumber) {
  const PersonScene a = small_scenes().scene(1, 12, 96, 64);
  small_scenes().scene(1, 40, 96, 64);  // whatever was made between
  const PersonScene again = PersonScenes(Skeleton::human(), {}, small_settings()).scene(1, 12, 96, 64);
  EXPECT_EQ(a.image.pixels, again.image.pixels);
  ASSERT_EQ(a.people.size(), again.people.size());
  EXPECT_NE(a.image.pixels, small_scenes().scene(1, 13, 96, 64).image.pixels);
  EXPECT_NE(a.image.pixels, small_scenes().scene(2, 12, 96, 64).image.pixels);
}

TEST(PersonScenes, HoldAboutAsManyPeopleAsAskedForInTheFrame) {
  int empty = 0;
  std::set<size_t> counts;
  for (uint64_t i = 0; i < 80; ++i) {
    const PersonScene scene = small_scenes().scene(3, i, 96, 64);
    EXPECT_EQ(scene.image.width, 96);
    EXPECT_EQ(scene.image.height, 64);
    counts.insert(scene.people.size());
    empty += scene.people.empty() && scene.ignored.empty();
    for (const Box& box : scene.people) {
      EXPECT_GE(box.low.minCoeff(), 0);
      EXPECT_LE(box.high.x(), 96);
      EXPECT_LE(box.high.y(), 64);
      EXPECT_GE(box.size().maxCoeff(), small_settings().smallest_px);
      EXPECT_GT(box.size().minCoeff(), 0);
    }
  }
  EXPECT_GT(empty, 10);
  EXPECT_LT(empty, 35);
  EXPECT_GE(counts.size(), 4u);
}

/// With and without people the same frame differs inside the boxes, hardly outside of them.
TEST(PersonScenes, BoxesHoldWhatWasAdded) {
  SceneSettings peopled = small_settings(), deserted = small_settings();
  peopled.empty = 0, peopled.hidden = 0;
  deserted.empty = 1, deserted.hidden = 0;
  const PersonScenes with(Skeleton::human(), {}, peopled), without(Skeleton::human(), {}, deserted);
  double inside = 0, outside = 0, pixels_inside = 0, pixels_outside = 0;
  for (uint64_t i = 0; i < 30; ++i) {
    const PersonScene a = with.scene(4, i, 96, 64), b = without.scene(4, i, 96, 64);
    if (!a.ignored.empty()) continue;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 96; ++x) {
        const Vec2 at(x + 0.5f, y + 0.5f);
        const bool in_box = std::any_of(a.people.begin(), a.people.end(), [&](const Box& box) {
          return (at.array() >= box.low.array()).all() && (at.array() <= box.high.array()).all();
        });
        const double difference = std::abs(a.image.at(x, y)[1] - b.image.at(x, y)[1]);
        (in_box ? inside : outside) += difference;
        (in_box ? pixels_inside : pixels_outside) += 1;
      }
  }
  // Light and noise are drawn anew, so that the outside is not equal, only much more alike.
  EXPECT_GT(inside / pixels_inside, 1.3 * outside / pixels_outside);
}

TEST(EmptyScene, IsAFunctionOfSeedAndNumber) {
  SynthOptions options;
  options.image_size = 48;
  const Image a = empty_scene(Skeleton::human(), options, 1, 5);
  EXPECT_EQ(a.width, 48);
  EXPECT_EQ(a.pixels, empty_scene(Skeleton::human(), options, 1, 5).pixels);
  EXPECT_NE(a.pixels, empty_scene(Skeleton::human(), options, 1, 6).pixels);
}

}  // namespace
}  // namespace limn
