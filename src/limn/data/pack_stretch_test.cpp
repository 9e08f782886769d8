#include "limn/data/pack_stretch.h"

#include <gtest/gtest.h>

#include "limn/base/random.h"
#include "limn/media/canvas.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

constexpr int width = 320, height = 180;

/// A papered room, and a person of two colours in it, or nobody.
Image room(int x, int turn = 0, int y = 70) {
  Image image = filled(width, height, {60, 60, 60});
  Random random(7, "room");
  for (int i = 0; i < 60; ++i) {  // papered: blocks over an area that is wider than the picture
    const auto grey = static_cast<uint8_t>(70 + random.integer(80));
    fill_rectangle(image, random.integer(2 * width) - width / 2 + turn, random.integer(height), 12 + random.integer(20),
                   12 + random.integer(20), {grey, 90, static_cast<uint8_t>(grey / 2)});
  }
  if (x < 0) return image;
  fill_rectangle(image, x, y, 30, 40, {230, 220, 210});
  fill_rectangle(image, x, y + 40, 30, 40, {20, 20, 120});
  return image;
}

Stretch stretch_of(std::vector<Image> frames) {
  Stretch stretch;
  stretch.frames = std::move(frames);
  for (size_t i = 0; i < stretch.frames.size(); ++i) stretch.seconds.push_back(0.2 * static_cast<double>(i));
  return stretch;
}

PackSettings small() {
  PackSettings settings;
  settings.size = 64;
  return settings;
}

/// Finds the white block; counts its calls.
struct BlockFinder {
  int calls = 0, followed = 0;
  PersonFinder finder() {
    return [this](const Image& image, const std::optional<Crop>& near) -> std::optional<Crop> {
      ++calls;
      followed += near.has_value();
      for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
          if (image.at(x, y)[0] > 200) return Crop{Vec2(x + 15.0f, y + 40.0f), 104};
      return std::nullopt;
    };
  }
};

TEST(PackStretch, OneWindowForAllFramesOfAStillCamera) {
  std::vector<Image> frames;
  for (int i = 0; i < 10; ++i) frames.push_back(room(60 + 10 * i));
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), {});
  ASSERT_EQ(packed.clips.size(), 1u);
  EXPECT_EQ(packed.clips[0].size(), 10u);
  EXPECT_EQ(packed.counts.frames, 10);
  EXPECT_EQ(packed.counts.crops, 10);
  for (const CropPicture& crop : packed.clips[0]) {
    EXPECT_TRUE(crop.about.still);
    EXPECT_EQ(crop.about.found_by, FoundBy::motion);
    EXPECT_EQ(crop.about.crop.side_px, packed.clips[0][0].about.crop.side_px);
    EXPECT_EQ(crop.about.crop.centre_px, packed.clips[0][0].about.crop.centre_px);
    EXPECT_EQ(crop.picture.width, 64);
    ASSERT_TRUE(crop.about.box.has_value());  // crop units, around where the block is in this frame
    const Vec2 centre = crop.about.crop.image_from_crop(crop.about.box->centre());
    EXPECT_NEAR(centre.x(), 75 + 10 * static_cast<double>(crop.frame), 8);
    EXPECT_DOUBLE_EQ(crop.about.seconds, 0.2 * static_cast<double>(crop.frame));
  }
}

TEST(PackStretch, DropsWhatRepeatsAndWhatIsBlurred) {
  std::vector<Image> frames;
  for (int i = 0; i < 9; ++i) {
    frames.push_back(room(60 + 12 * i));
    frames.push_back(frames.back());
  }
  Image& soft = frames[8];  // and its double
  soft = resized(resized(soft, width / 10, height / 10), width, height);
  frames[9] = soft;
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), {});
  EXPECT_EQ(packed.counts.blurred, 2);
  EXPECT_EQ(packed.counts.duplicate, 8);
  EXPECT_EQ(packed.counts.crops, 8);
}

TEST(PackStretch, DropsFramesOfAnEmptyRoomAndHarvestsIt) {
  std::vector<Image> frames;
  for (int i = 0; i < 20; ++i) frames.push_back(room(i < 15 ? 10 + 19 * i : -1));
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), {});
  EXPECT_EQ(packed.counts.empty, 5);
  EXPECT_EQ(packed.counts.crops, 15);
  ASSERT_EQ(packed.plates.size(), 1u);
  EXPECT_EQ(packed.plates[0].pixels, room(-1).pixels);
  PackSettings none = small();
  none.plates = false;
  EXPECT_TRUE(pack_stretch(stretch_of(frames), none, {}).plates.empty());
}

TEST(PackStretch, APersonWhoStaysLeavesTheSideOfTheRoom) {
  std::vector<Image> frames;
  for (int i = 0; i < 10; ++i) frames.push_back(room(60, 0, 60 + 3 * (i % 5)));
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), {});
  ASSERT_EQ(packed.plates.size(), 1u);
  const Image& plate = packed.plates[0];
  EXPECT_LT(plate.width, width);
  EXPECT_EQ(plate.height, height);
  for (size_t i = 0; i < plate.pixels.size(); i += 3) ASSERT_LT(plate.pixels[i], 200) << "the person is in it";
  BlockFinder everywhere;  // somebody stands at the side
  const PersonFinder suspicious = [](const Image&, const std::optional<Crop>&) { return Crop{Vec2(9, 9), 9}; };
  EXPECT_TRUE(pack_stretch(stretch_of(frames), small(), suspicious).plates.empty());
}

TEST(PackStretch, FollowsThePersonWhereTheCameraMoves) {
  std::vector<Image> frames;
  for (int i = 0; i < 12; ++i) frames.push_back(room(i == 6 ? -1 : i < 6 ? 60 + 4 * i : 240, 7 * i));
  BlockFinder blocks;
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), blocks.finder());
  ASSERT_EQ(packed.clips.size(), 2u);  // before and after nobody was seen
  EXPECT_EQ(packed.counts.empty, 1);
  EXPECT_EQ(blocks.followed, 10);
  for (const auto& clip : packed.clips)
    for (const CropPicture& crop : clip) {
      EXPECT_FALSE(crop.about.still);
      EXPECT_EQ(crop.about.found_by, FoundBy::model);
      EXPECT_TRUE(crop.about.box.has_value());
    }
  EXPECT_NEAR(packed.clips[0][1].about.crop.centre_px.x(), 79, 1);
  const PackedStretch unsearched = pack_stretch(stretch_of(frames), small(), {});
  EXPECT_TRUE(unsearched.clips.empty());
  EXPECT_EQ(unsearched.counts.not_searched, 12);
}

TEST(PackStretch, WhoHoldsStillIsFoundByTheModelOnce) {
  const std::vector<Image> frames(8, room(100));
  BlockFinder blocks;
  const PackedStretch packed = pack_stretch(stretch_of(frames), small(), blocks.finder());
  EXPECT_EQ(packed.counts.crops, 1);
  EXPECT_EQ(packed.counts.duplicate, 7);
  EXPECT_EQ(pack_stretch(stretch_of(frames), small(), {}).counts.empty, 8);
}

TEST(PackStretch, PicturesAreSearchedOrTakenWhole) {
  Stretch picture = stretch_of({room(100)});
  picture.is_picture = true;
  BlockFinder blocks;
  const PackedStretch found = pack_stretch(picture, small(), blocks.finder());
  ASSERT_EQ(found.counts.crops, 1);
  EXPECT_EQ(found.clips[0][0].about.crop.side_px, 104);
  const PackedStretch whole = pack_stretch(picture, small(), {});
  ASSERT_EQ(whole.counts.crops, 1);
  EXPECT_EQ(whole.clips[0][0].about.crop.side_px, width);
  EXPECT_EQ(whole.clips[0][0].about.found_by, FoundBy::whole);
  EXPECT_FALSE(whole.clips[0][0].about.box.has_value());
  Stretch nobody = stretch_of({room(-1)});
  nobody.is_picture = true;
  EXPECT_EQ(pack_stretch(nobody, small(), blocks.finder()).counts.empty, 1);
  Stretch black = stretch_of({filled(width, height, {0, 0, 0})});
  black.is_picture = true;
  EXPECT_EQ(pack_stretch(black, small(), {}).counts.blurred, 1);
}

}  // namespace
}  // namespace limn
