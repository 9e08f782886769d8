#include "limn/synth/photo_edges.h"

#include <gtest/gtest.h>

#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

constexpr int size = 16;

/// Every pixel another colour; the person is the pixel (6, 7), a joint lies in (9, 5), another one outside.
PersonView view() {
  PersonView v;
  v.image = Image(size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      v.image.at(x, y)[0] = static_cast<uint8_t>(x), v.image.at(x, y)[1] = static_cast<uint8_t>(y);
  v.joints_px = {Vec2(9.5f, 5.5f), Vec2(-3, 40)};
  v.visibility = {Visibility::visible, Visibility::outside};
  v.depth.assign(size * size, 2.0f);
  return v;
}

TEST(PhotoEdges, RepeatTheLastPixelsBeyondThePerson) {
  std::vector<uint8_t> mask(size * size);
  mask[7 * size + 6] = 10;
  PersonView v = view();
  end_photograph({2.0f / size, 1, 1.0f / size, 0}, mask, v);  // columns 4 ... 10, rows 0 ... 7
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      EXPECT_EQ(v.image.at(x, y)[0], std::clamp(x, 4, 10));
      EXPECT_EQ(v.image.at(x, y)[1], std::min(y, 7));
      EXPECT_EQ(v.depth[y * size + x], x >= 4 && x <= 10 && y <= 7 ? 2.0f : 0.0f);
    }
}

TEST(PhotoEdges, EndAsOftenAsAsked) {
  CameraOptions options;
  options.edges = {0.4, {0.1, 0.2}};
  int ended = 0, sideways = 0;
  constexpr int count = 4000;
  for (uint64_t i = 0; i < count; ++i) {
    Random random(1, "test", i);
    const PhotoEdges edges = sample_photo_edges(options, random);
    for (float edge : edges) EXPECT_TRUE(edge == 1 || (edge >= 0.1f && edge <= 0.2f));
    ended += ends(edges), sideways += edges[0] < 1 && edges[2] < 1;
  }
  EXPECT_NEAR(ended, 0.4 * count, 110);
  EXPECT_NEAR(sideways, 0.2 * count, 90);
}

TEST(PhotoEdges, LeaveThePersonAndTheLabels) {
  SynthOptions options;
  options.image_size = 64;
  options.edges = {0, {0, 0}};
  const ProceduralPeople without(Skeleton::human(), options);
  options.edges.share = 1;
  const ProceduralPeople with(Skeleton::human(), options);
  const SampleParts parts{.appearance = false, .mask = true};
  int changed = 0;
  for (uint64_t index = 0; index < 10; ++index) {
    const PersonView a = without.sample(5, index, parts).target, b = with.sample(5, index, parts).target;
    EXPECT_EQ(a.joints_px, b.joints_px);
    EXPECT_EQ(a.mask, b.mask);
    for (size_t i = 0; i < a.mask.size(); ++i)
      for (int c = 0; c < 3; ++c) {
        if (a.mask[i] > 0) {
          EXPECT_EQ(a.image.pixels[3 * i + c], b.image.pixels[3 * i + c]);
        }
        changed += a.image.pixels[3 * i + c] != b.image.pixels[3 * i + c];
      }
  }
  EXPECT_GT(changed, 3000);
}

}  // namespace
}  // namespace limn
