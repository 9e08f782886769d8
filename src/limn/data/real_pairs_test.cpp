#include "limn/data/real_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class RealPairsTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "deep" / "er"); }

  static Image scene(int x, Rgb wall) {
    Image image = filled(160, 96, wall);
    fill_rectangle(image, x, 30, 24, 50, {240, 240, 240});
    return image;
  }
  void add_clip(const fs::path& path, int frames) {
    VideoWriter writer(path, 160, 96, {.frame_rate = 10, .quality = 15});
    for (int i = 0; i < frames; ++i) writer.write(scene(20 + i % 90, {40, 80, 40}));
    writer.close();
  }
  void add_everything() {
    add_clip(folder_ / "deep" / "clip.mp4", 40);
    write_jpeg(folder_ / "0001_a.jpg", scene(30, {90, 40, 40}));
    write_jpeg(folder_ / "0001_b.jpg", scene(80, {90, 40, 40}));
    write_png(folder_ / "deep" / "er" / "still.png", scene(60, {40, 40, 90}));
  }
  test::ScratchFolder folder_;
};

RealPairsSettings plain() {
  RealPairsSettings settings;
  settings.size = 32;
  settings.photometry = {0, 0, 0, 0, 0, 0, 0};
  settings.mirror = 0;
  return settings;
}

double difference(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

TEST_F(RealPairsTest, FindsEveryKindBelowAFolder) {
  add_everything();
  write_jpeg(folder_ / "0002_a.jpg", scene(30, {1, 1, 1}));  // without a partner: a still
  write_file_atomic(folder_ / "notes.txt", "not a picture");
  fs::create_directories(folder_ / ".hidden");
  write_jpeg(folder_ / ".hidden" / "x.jpg", scene(30, {1, 1, 1}));
  const RealPairs pairs({folder_}, plain());
  EXPECT_EQ(pairs.video_stretches(), 1);
  EXPECT_EQ(pairs.photo_pairs(), 1);
  EXPECT_EQ(pairs.stills(), 2);
  EXPECT_TRUE(pairs.problems().empty());
}

TEST_F(RealPairsTest, LongVideosAreCutIntoStretches) {
  add_clip(folder_ / "long.mp4", 100);  // 10 s
  RealPairsSettings settings = plain();
  settings.stretch_s = 2.5;
  settings.frames_per_stretch = 5;
  const RealPairs pairs({folder_ / "long.mp4"}, settings);
  EXPECT_EQ(pairs.video_stretches(), 4);
  for (uint64_t i = 0; i < 20; ++i) EXPECT_EQ(pairs.sample(1, i).x.width, 32);
  EXPECT_TRUE(pairs.problems().empty());
}

TEST_F(RealPairsTest, TheTwoPicturesShareThePlaceAndDifferInThePerson) {
  add_everything();
  for (const std::string only : {"deep/clip.mp4", "deep/er/still.png"}) {
    const RealPairs pairs({folder_ / only}, plain());
    double largest = 0;
    for (uint64_t i = 0; i < 20; ++i) {
      const RealPair pair = pairs.sample(1, i);
      const double d = difference(pair.x, pair.appearance);
      EXPECT_GT(d, 0) << only;
      largest = std::max(largest, d);
    }
    EXPECT_LT(largest, 100) << only;
  }
  // Both photographs, with one crop: the wall is the same, each of the two is x at times.
  RealPairsSettings settings = plain();
  settings.pair_weight = 1;
  settings.still_weight = settings.video_weight = 0;
  const RealPairs pairs({folder_}, settings);
  for (uint64_t i = 0; i < 10; ++i) {
    const RealPair pair = pairs.sample(1, i);
    int wall = 0, changed = 0;
    for (size_t k = 0; k < pair.x.pixels.size(); k += 3) {
      const int d = std::abs(pair.x.pixels[k] - pair.appearance.pixels[k]);
      wall += d < 12;
      changed += d > 60;
    }
    EXPECT_GT(wall, 32 * 32 / 3);
    EXPECT_GT(changed, 32 * 32 / 40);
  }
}

TEST_F(RealPairsTest, ASampleDependsOnItsArgumentsOnly) {
  add_everything();
  RealPairsSettings settings;
  settings.size = 32;
  const RealPairs forwards({folder_}, settings), backwards({folder_}, settings);
  settings.memory_mb = 0;  // nothing is kept
  const RealPairs forgetful({folder_}, settings);
  std::vector<RealPair> expected;
  for (uint64_t i = 0; i < 24; ++i) expected.push_back(forwards.sample(9, i));
  for (uint64_t i = 24; i-- > 0;) {
    EXPECT_EQ(backwards.sample(9, i).x.pixels, expected[i].x.pixels);
    EXPECT_EQ(forgetful.sample(9, i).appearance.pixels, expected[i].appearance.pixels);
  }
  EXPECT_NE(forwards.sample(10, 0).x.pixels, expected[0].x.pixels);
  const RealPairs shared({folder_}, settings);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (uint64_t i = t; i < 24; i += 2) wrong += shared.sample(9, i).x.pixels != expected[i].x.pixels;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(RealPairsTest, DamagedFilesAmongManyAreSkippedAndTold) {
  add_everything();
  write_file_atomic(folder_ / "bad.mp4", "");
  const std::string jpeg = read_file(folder_ / "0001_a.jpg");
  write_file_atomic(folder_ / "cut.jpg", jpeg.substr(0, jpeg.size() / 2));
  const RealPairs pairs({folder_}, plain());
  for (uint64_t i = 0; i < 60; ++i) EXPECT_FALSE(pairs.sample(1, i).x.empty());
  const std::vector<std::string> problems = pairs.problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find("bad.mp4"), std::string::npos);
  EXPECT_NE(problems[1].find("cut.jpg"), std::string::npos);
}

TEST_F(RealPairsTest, PhotographsOfDifferentSizesAreStills) {
  write_jpeg(folder_ / "7_a.jpg", scene(30, {90, 40, 40}));
  write_jpeg(folder_ / "7_b.jpg", filled(50, 60, {9, 9, 9}));
  const RealPairs pairs({folder_}, plain());
  for (uint64_t i = 0; i < 10; ++i) {
    const RealPair pair = pairs.sample(1, i);  // both pictures come from one of the photographs
    EXPECT_EQ(pair.x.at(16, 31)[0] < 20, pair.appearance.at(16, 31)[0] < 20);
  }
}

TEST_F(RealPairsTest, WhatGivesNothingIsAnError) {
  const auto kind_of = [](const std::vector<fs::path>& sources, const RealPairsSettings& settings = plain()) {
    try {
      RealPairs pairs(sources, settings);
    } catch (const Error& error) {
      EXPECT_FALSE(error.remedy().empty());
      return static_cast<int>(error.kind());
    }
    return 0;
  };
  EXPECT_EQ(kind_of({}), static_cast<int>(ErrorKind::usage));
  EXPECT_EQ(kind_of({folder_ / "missing"}), static_cast<int>(ErrorKind::input));
  EXPECT_EQ(kind_of({folder_}), static_cast<int>(ErrorKind::input));
  write_file_atomic(folder_ / "text.txt", "x");
  EXPECT_EQ(kind_of({folder_ / "text.txt"}), static_cast<int>(ErrorKind::input));
  write_file_atomic(folder_ / "film.mp4", "a letter, not a film");
  write_file_atomic(folder_ / "empty.jpg", "");
  EXPECT_EQ(kind_of({folder_}), static_cast<int>(ErrorKind::input));
  RealPairsSettings senseless = plain();
  senseless.size = 0;
  EXPECT_EQ(kind_of({folder_}, senseless), static_cast<int>(ErrorKind::usage));
}

}  // namespace
}  // namespace limn
