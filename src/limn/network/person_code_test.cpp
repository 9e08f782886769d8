#include "limn/network/person_code.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/network/person_file.h"
#include "limn/network/person_network.h"

namespace limn {
namespace {

constexpr int width = 256, height = 160;
constexpr FeatureShape cells{1, height / person_stride, width / person_stride};

Box box(float left, float top, float w, float h) { return {Vec2(left, top), Vec2(left + w, top + h)}; }

/// What a perfect network gives for the targets: logits of 0.99 at the middles, of 0.01 elsewhere.
std::vector<FoundBox> found_by_a_perfect_network(const PersonTargets& targets) {
  std::vector<float> logits;
  for (const float value : targets.centre) logits.push_back(value >= 1 ? 4.6f : -4.6f);
  return decode_people(cells, logits, targets.box, 0.5f);
}

TEST(PersonCode, BoxesComeBack) {
  const std::vector<Box> people = {box(10, 20, 30, 60), box(100, 4, 91, 150), box(201.5f, 90, 12, 25)};
  const auto found = found_by_a_perfect_network(encode_people(people, {}, width, height));
  ASSERT_EQ(found.size(), 3u);
  for (const Box& person : people)
    EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                            [&](const FoundBox& f) { return overlap(f.box, person) > 0.999f && f.score > 0.98f; }));
}

TEST(PersonCode, EveryCellNearAMiddleKnowsTheWholeBox) {
  const Box person = box(60, 10, 80, 140);
  const PersonTargets targets = encode_people({person}, {}, width, height);
  int cells_that_know = 0;
  for (int y = 0; y < cells.height; ++y)
    for (int x = 0; x < cells.width; ++x) {
      const size_t i = static_cast<size_t>(y) * cells.width + x;
      if (targets.box_weight[i] == 0) continue;
      ++cells_that_know;
      std::vector<float> logits(targets.centre.size(), -9.0f);
      logits[i] = 5;
      const auto found = decode_people(cells, logits, targets.box, 0.5f);
      ASSERT_EQ(found.size(), 1u);
      EXPECT_GT(overlap(found[0].box, person), 0.999f) << x << ", " << y;
    }
  EXPECT_GT(cells_that_know, 4);
}

TEST(PersonCode, WhoMayBeIgnoredCountsNeitherWay) {
  const Box near = box(40, 40, 40, 80), small = box(200, 100, 10, 18);
  const PersonTargets targets = encode_people({near}, {small}, width, height);
  const auto at = [&](float x, float y) {
    return static_cast<size_t>(y / 8) * cells.width + static_cast<size_t>(x / 8);
  };
  EXPECT_EQ(targets.centre_weight[at(205, 109)], 0);
  EXPECT_EQ(targets.centre[at(205, 109)], 0);
  EXPECT_EQ(targets.centre_weight[at(60, 80)], 1);
  EXPECT_EQ(targets.centre[at(60, 80)], 1);
}

TEST(PersonCode, ABoxFoundTwiceIsReportedOnce) {
  const std::vector<FoundBox> found = {
      {box(0, 0, 10, 20), 0.5f}, {box(1, 0, 10, 20), 0.9f}, {box(30, 0, 10, 20), 0.4f}};
  const auto kept = without_doubles(found, 0.5f);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].score, 0.9f);
  EXPECT_EQ(kept[1].score, 0.4f);
}

TEST(PersonCode, NumbersThatAreNoneFindNobody) {
  std::vector<float> logits(static_cast<size_t>(cells.width) * cells.height, NAN), boxes(4 * logits.size(), 0.0f);
  EXPECT_TRUE(decode_people(cells, logits, boxes, 0.3f).empty());
  logits.assign(logits.size(), 3.0f);
  boxes.assign(boxes.size(), NAN);
  EXPECT_TRUE(decode_people(cells, logits, boxes, 0.3f).empty());
}

TEST(PersonNetwork, SeesAnEighthOfThePictureAndTheFileIsSmall) {
  const NetworkSpec spec = person_spec(16, height, width);
  const auto shapes = spec.shapes();
  EXPECT_EQ(shapes.at("centre"), cells);
  EXPECT_EQ(shapes.at("box"), (FeatureShape{4, cells.height, cells.width}));
  int64_t parameters = 0;
  for (const auto& [name, shape] : spec.parameters()) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    parameters += count;
  }
  EXPECT_LT(2 * parameters, 4'000'000);  // bytes in half precision
}

}  // namespace
}  // namespace limn
