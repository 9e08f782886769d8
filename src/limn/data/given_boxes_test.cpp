#include "limn/data/given_boxes.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"

namespace limn {
namespace {

TEST(GivenBoxes, OfPicturesByNameOrNumber) {
  const GivenBoxes boxes = GivenBoxes::parse(
      R"([{"file": "in/a.jpg", "bbox": [1, 2, 30, 40], "score": 0.5}, {"image_id": 139, "bbox": [5, 6, 7, 8]},
          {"file": "a.jpg", "bbox": [9, 9, 2, 2], "score": 0.9}])",
      "test");
  const auto a = *boxes.of("a.jpg", 1);
  ASSERT_EQ(a.size(), 2u);
  EXPECT_EQ(a[0].low, Vec2(9, 9));  // the better one first
  EXPECT_EQ(a[1].high, Vec2(31, 42));
  ASSERT_EQ(boxes.of("x.jpg", 139)->size(), 1u);
  EXPECT_FALSE(boxes.of("x.jpg", 1));
}

TEST(GivenBoxes, OfFrames) {
  const GivenBoxes lists = GivenBoxes::parse("[[[0, 0, 5, 5], [10, 0, 5, 5]], [], [[1, 1, 4, 4]]]", "test");
  EXPECT_EQ(lists.of("clip.mp4", 0)->size(), 2u);
  EXPECT_TRUE(lists.of("clip.mp4", 1)->empty());
  EXPECT_FALSE(lists.of("clip.mp4", 3));
  EXPECT_EQ(lists.of("clip.mp4", 2)->at(0).low, Vec2(1, 1));
  const GivenBoxes entries = GivenBoxes::parse(R"([{"file": "clip.mp4", "frame": 3, "bbox": [0, 0, 1, 1]}])", "test");
  EXPECT_EQ(entries.of("clip.mp4", 3)->size(), 1u);
  EXPECT_FALSE(entries.of("clip.mp4", 4));
}

TEST(GivenBoxes, RefusesWhatIsNoBox) {
  for (const char* text :
       {"", "{", "{}", "[1]", "[{\"file\": \"a\"}]", "[{\"file\": \"a\", \"bbox\": [1, 2, 3]}]",
        "[{\"file\": \"a\", \"bbox\": [1, 2, 0, 3]}]", "[{\"bbox\": [1, 2, 3, 4]}]", "[[[1, 2, 3, \"x\"]]]",
        "[[[1, 2, 3, 1e300]]]", "[{\"image_id\": \"7\", \"bbox\": [1,2,3,4]}]"})
    EXPECT_THROW(GivenBoxes::parse(text, "test"), Error) << text;
}

}  // namespace
}  // namespace limn
