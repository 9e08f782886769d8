#include "limn/infer/person_finder.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/data/person_scenes.h"
#include "limn/evaluate/detection.h"
#include "limn/media/canvas.h"
#include "limn/network/person_network.h"

namespace limn {
namespace {

/// Random weights: what it finds means nothing, but has places and sizes.
PersonFile random_finder() {
  PersonFile file{person_spec(4, 64, 64), {}, {}};
  Random random(2, "finder");
  for (const auto& [name, shape] : file.network.parameters()) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    const bool scale = name.ends_with(".norm.weight") || name.ends_with(".norm.variance");
    const double spread =
        shape.size() > 1 ? std::sqrt(2.0 * static_cast<double>(shape[0]) / static_cast<double>(count)) : 0.05;
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) values.push_back(scale ? 1.0f : static_cast<float>(random.normal(0, spread)));
    file.weights["person." + name] = TensorBlob::from_f32(shape, values.data());
  }
  return file;
}

/// Smooth blobs, which survive scaling.
Image blobs(int width, int height, int scale) {
  Image image = filled(scale * width, scale * height, {40, 60, 90});
  Random random(6, "blobs");
  for (int i = 0; i < 12; ++i) {
    const Vec2 at(static_cast<float>(random.uniform(0, width)), static_cast<float>(random.uniform(0, height)));
    const auto radius = static_cast<float>(random.uniform(6, 24));
    const auto tone = static_cast<uint8_t>(random.integer(256));
    draw_disc(image, static_cast<float>(scale) * at, static_cast<float>(scale) * radius,
              {tone, 128, static_cast<uint8_t>(255 - tone)});
  }
  return image;
}

TEST(PersonFinder, BoxesAreThoseOfThePictureWhateverItsSize) {
  const PersonFinder finder(random_finder(), {.longer_side = 128, .smallest_score = 0.3f});
  const auto small = finder.find(blobs(128, 96, 1)), large = finder.find(blobs(128, 96, 3));
  ASSERT_FALSE(small.empty());
  int matched = 0;
  for (const FoundBox& a : small)
    matched += std::any_of(large.begin(), large.end(), [&](const FoundBox& b) {
      return overlap({3 * a.box.low, 3 * a.box.high}, b.box) > 0.8f && std::abs(a.score - b.score) < 0.1f;
    });
  EXPECT_GE(matched, static_cast<int>(0.7 * static_cast<double>(small.size())));
  for (const FoundBox& found : large) {
    EXPECT_GE(found.box.low.minCoeff(), 0);
    EXPECT_LE(found.box.high.x(), 3 * 128);
    EXPECT_LE(found.box.high.y(), 3 * 96);
  }
}

TEST(PersonFinder, TakesPicturesOfEveryProportion) {
  const PersonFinder finder(random_finder(), {.longer_side = 64});
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 500}, {640, 17}, {33, 64}, {64, 33}, {100, 90}, {200, 120}})
    finder.find(filled(width, height, mid_grey));  // without an error
  EXPECT_THROW(finder.find(Image()), Error);
  EXPECT_THROW(PersonFinder(random_finder(), {.longer_side = 100}), Error);
}

TEST(PersonFinder, RefusesDamagedFiles) {
  PersonFile file = random_finder();
  file.weights.erase("person.centre.bias");
  EXPECT_THROW(PersonFinder{file}, Error);
  file = random_finder();
  file.network.outputs = {"box", "centre"};
  EXPECT_THROW(PersonFinder{file}, Error);
}

TEST(PersonFinder, ReleasedWeightsFindSyntheticPeople) {
  const std::filesystem::path path = std::filesystem::path(LIMN_SOURCE_DIR) / "models" / "limn-person.safetensors";
  ASSERT_TRUE(std::filesystem::exists(path)) << path;  // released in this repository
  const PersonFinder finder = PersonFinder::load(path, {.longer_side = 256});
  const PersonScenes scenes(Skeleton::human(), {}, {.smallest_px = 40, .pool = 40});
  DetectionScore score;
  for (uint64_t i = 0; i < 25; ++i) {
    const PersonScene scene = scenes.scene(1234, i, 256, 160);
    score.add(finder.find(scene.image), scene.people, scene.ignored);
  }
  EXPECT_GT(score.recall(0.4f), 0.5);
  EXPECT_GT(score.precision(0.4f), 0.6);
}

}  // namespace
}  // namespace limn
