#include "limn/data/pack_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/packed_footage.h"
#include "limn/data/real_pairs.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PackFolderTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(videos_ / "deep"); }

  /// A walk through a room of this colour.
  static void write_walk(VideoWriter& writer, Rgb wall, int frames) {
    for (int i = 0; i < frames; ++i) {
      Image image = filled(320, 180, wall);
      for (int k = 0; k < 8; ++k) fill_rectangle(image, 40 * k, 0, 12, 180, {10, 10, 10});
      fill_rectangle(image, 10 + 280 * i / frames, 60, 30, 80, {235, 235, 235});
      writer.write(image);
    }
  }
  void add_video(const std::string& name, const std::vector<Rgb>& walls, int frames = 20) {
    VideoWriter writer(videos_ / name, 320, 180, {.frame_rate = 10, .quality = 15});
    for (const Rgb& wall : walls) write_walk(writer, wall, frames);
    writer.close();
  }
  static PackSettings small() {
    PackSettings settings;
    settings.size = 64;
    return settings;
  }
  PackReport pack(const fs::path& out, int stop_after = 100000, const PackSettings& settings = small()) {
    PackFolder folder(out, {videos_}, settings, "test", "none");
    folder.fill({}, [&] {
      if (--stop_after == 0) throw std::runtime_error("stopped");
    });
    return folder.report();
  }
  static std::map<std::string, std::string> contents(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const fs::path& path : files_below(folder)) files[path.lexically_relative(folder).string()] = read_file(path);
    return files;
  }
  Error refused(const fs::path& out, const PackSettings& settings) {
    try {
      pack(out, 100000, settings);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::usage, "", "", "");
  }

  test::ScratchFolder base_;
  fs::path videos_ = base_ / "videos", out_ = base_ / "out";
};

TEST_F(PackFolderTest, ClipsKnowWhereTheyComeFrom) {
  add_video("deep/walk.mp4", {{40, 80, 40}});
  const PackReport report = pack(out_);
  EXPECT_EQ(report.counts.frames, 10);  // 2 s, five a second
  EXPECT_EQ(report.counts.clips, 1);
  EXPECT_TRUE(report.problems.empty());
  const std::vector<PackedClip> clips = list_packed_clips(out_);
  ASSERT_EQ(clips.size(), 1u);
  EXPECT_EQ(clips[0].name, "clip000000-0000");
  EXPECT_TRUE(clips[0].still);
  EXPECT_EQ(static_cast<long long>(clips[0].pictures.size()), report.counts.crops);
  EXPECT_GE(clips[0].pictures.size(), 8u);
  for (size_t i = 0; i < clips[0].pictures.size(); ++i) {
    EXPECT_EQ(decode_jpeg(read_packed_picture(clips[0], i)).width, 64);
    EXPECT_NEAR(clips[0].pictures[i].seconds, 0.2 * static_cast<double>(i), 1e-3);
  }
  EXPECT_TRUE(is_packed_footage(out_));
  EXPECT_FALSE(is_packed_footage(videos_));
}

TEST_F(PackFolderTest, ACutStartsAnotherClipAndAnotherPlate) {
  add_video("two.mp4", {{40, 80, 40}, {200, 160, 60}});
  const PackReport report = pack(out_);
  EXPECT_EQ(report.counts.clips, 2);
  EXPECT_EQ(report.counts.plates, 2);
  const Image plate = read_image(out_ / "plates" / "plate000000-0001.jpg");
  EXPECT_NEAR(plate.at(20, 100)[0], 200, 8);
  for (int x = 0; x < plate.width; ++x) EXPECT_LT(plate.at(x, 100)[2], 150) << "somebody is in the plate";
}

TEST_F(PackFolderTest, ATurningCameraIsNoRowOfCuts) {
  VideoWriter writer(videos_ / "turning.mp4", 320, 180, {.frame_rate = 10, .quality = 15});
  for (int i = 0; i < 30; ++i) {
    Image image = filled(320, 180, {60, 90, 60});
    for (int k = 0; k < 40; ++k) fill_rectangle(image, 31 * k - 23 * i, 30 * (k % 5), 17, 40, {220, 220, 220});
    writer.write(image);
  }
  writer.close();
  PackFolder folder(out_, {videos_}, small(), "test", "everywhere");
  folder.fill([](const Image&, const std::optional<Crop>&) { return Crop{Vec2(160, 90), 120}; }, [] {});
  EXPECT_EQ(folder.report().counts.frames, 15);
  EXPECT_LE(folder.report().counts.clips, 2);
  EXPECT_FALSE(list_packed_clips(out_)[0].still);
}

TEST_F(PackFolderTest, LongClipsAreCutAndEqualPlacesKeptOnce) {
  add_video("long.mp4", {{40, 80, 40}}, 60);
  PackSettings settings = small();
  settings.stretch_s = 2;
  const PackReport report = pack(out_, 100000, settings);
  EXPECT_EQ(report.counts.clips, 3);
  EXPECT_LE(report.counts.plates, 1);
}

TEST_F(PackFolderTest, AStoppedRunGoesOnToTheSameBytes) {
  for (int i = 0; i < 3; ++i) add_video(std::to_string(i) + ".mp4", {{40, static_cast<uint8_t>(60 + 40 * i), 40}});
  pack(base_ / "straight");
  EXPECT_THROW(pack(out_, 15), std::runtime_error);
  for (const auto& [name, bytes] : contents(out_))
    EXPECT_TRUE(name == "pack.json" || name.starts_with("plates/")) << name;
  write_file_atomic(out_ / ".packed-000000.partial-1.tar", "half");
  pack(out_);
  EXPECT_EQ(contents(out_), contents(base_ / "straight"));
  const auto time = fs::last_write_time(out_ / "packed-000000.tar");
  EXPECT_EQ(pack(out_).counts.clips, 3);  // nothing is left to do; the report is still there
  EXPECT_EQ(fs::last_write_time(out_ / "packed-000000.tar"), time);
}

TEST_F(PackFolderTest, RefusesOtherSettingsAndOtherSources) {
  add_video("a.mp4", {{40, 80, 40}});
  pack(out_);
  const auto before = contents(out_);
  PackSettings other = small();
  other.size = 96;
  EXPECT_THAT(refused(out_, other).message(), HasSubstr("size is 64 there and 96 here"));
  add_video("b.mp4", {{40, 80, 40}});
  EXPECT_THAT(refused(out_, small()).message(), HasSubstr("files is 1 there and 2 here"));
  EXPECT_EQ(contents(out_), before);
  other.size = 4;
  EXPECT_EQ(refused(base_ / "new", other).kind(), ErrorKind::usage);
  EXPECT_EQ(refused(videos_, small()).kind(), ErrorKind::input);  // its own source holds other files
}

TEST_F(PackFolderTest, ABadFileCostsItself) {
  add_video("good.mp4", {{40, 80, 40}});
  write_file_atomic(videos_ / "film.mp4", "a letter, not a film");
  write_file_atomic(videos_ / "empty.jpg", "");
  const PackReport report = pack(out_);
  EXPECT_EQ(report.counts.clips, 1);
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_THAT(report.problems[0], HasSubstr("empty.jpg"));
  EXPECT_THAT(report.problems[1], HasSubstr("film.mp4"));
}

TEST_F(PackFolderTest, SourcesThatAreMissingOrEmptyAreErrors) {
  EXPECT_EQ(refused(out_, small()).kind(), ErrorKind::input);
  fs::remove_all(videos_);
  EXPECT_THAT(refused(out_, small()).where(), HasSubstr("videos"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(PackFolderTest, LongVideosAndManyPicturesFillSeveralShards) {
  for (int i = 0; i < 1300; ++i) write_file_atomic(videos_ / ("p" + std::to_string(10000 + i) + ".jpg"), "x");
  const FootagePlan plan = plan_footage({videos_});
  ASSERT_EQ(plan.shards.size(), 2u);
  EXPECT_EQ(plan.shards[0].size() + plan.shards[1].size(), 1300u);
  EXPECT_EQ(plan.shards[0][0].name, "p10000.jpg");
}

TEST_F(PackFolderTest, TrainingTakesTheFolder) {
  add_video("walk.mp4", {{40, 80, 40}});
  write_png(videos_ / "still.png", [] {
    Image image = filled(120, 100, {90, 90, 200});
    for (int i = 0; i < 12; ++i) fill_rectangle(image, 10 * i, 0, 4, 100, {20, 90, 40});
    return image;
  }());
  pack(out_);
  RealPairsSettings settings;
  settings.size = 32;
  settings.photometry = {0, 0, 0, 0, 0, 0, 0};
  const RealPairs pairs({out_}, settings);
  EXPECT_EQ(pairs.video_stretches(), 1);
  EXPECT_EQ(pairs.stills(), 1);
  settings.memory_mb = 0;
  const RealPairs forgetful({out_}, settings);
  for (uint64_t i = 0; i < 30; ++i) {
    const RealPair pair = pairs.sample(1, i);
    EXPECT_EQ(pair.x.pixels, forgetful.sample(1, i).x.pixels);
    int same = 0;
    for (size_t k = 0; k < pair.x.pixels.size(); k += 3)
      same += std::abs(pair.x.pixels[k] - pair.appearance.pixels[k]) < 12;
    if (pair.x.at(16, 1)[2] < 100) {
      EXPECT_GT(same, 32 * 32 / 3) << "x' of a walk shows the same place";
    }
  }
  EXPECT_TRUE(pairs.problems().empty());
}

TEST(PackedFrameJson, ComesBack) {
  PackedFrame frame{
      "clip000001-0002", "a \"b\"\n.mp4", 1.25, {Vec2(10, 20.5f), 99}, Box{Vec2(-0.5f, -1), Vec2(1, 0.25f)}, true,
      FoundBy::model};
  const PackedFrame back = parse_packed_frame(packed_frame_json(frame), "test");
  EXPECT_EQ(back.clip, frame.clip);
  EXPECT_EQ(back.source, frame.source);
  EXPECT_EQ(back.seconds, frame.seconds);
  EXPECT_EQ(back.crop.centre_px, frame.crop.centre_px);
  EXPECT_EQ(back.box->low, frame.box->low);
  EXPECT_EQ(back.still, frame.still);
  EXPECT_EQ(back.found_by, frame.found_by);
  frame.box.reset();
  EXPECT_FALSE(parse_packed_frame(packed_frame_json(frame), "test").box.has_value());
  for (const char* bad : {"", "[]", "{\"format\": \"limn.person\"}", "{\"format\": \"limn.packed\", \"version\": 1}"})
    EXPECT_THROW(parse_packed_frame(bad, "test"), Error) << bad;
}

}  // namespace
}  // namespace limn
