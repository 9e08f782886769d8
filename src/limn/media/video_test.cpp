#include "limn/media/video.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class Video : public testing::Test {
 protected:
  /// Frame i is of one colour that tells i.
  static Rgb colour_of(int i) { return {static_cast<uint8_t>(40 + 6 * i), static_cast<uint8_t>(200 - 5 * i), 90}; }
  fs::path write_clip(const std::string& name, int width, int height, int frames) {
    VideoWriter writer(folder_ / name, width, height, {.frame_rate = 25, .quality = 15});
    for (int i = 0; i < frames; ++i) writer.write(filled(width, height, colour_of(i)));
    writer.close();
    return folder_ / name;
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  test::ScratchFolder folder_;
};

void expect_mean(const Image& image, Rgb colour) {
  for (size_t c = 0; c < 3; ++c) {
    double sum = 0;
    for (size_t i = c; i < image.pixels.size(); i += 3) sum += image.pixels[i];
    EXPECT_NEAR(sum / (static_cast<double>(image.pixels.size()) / 3), colour[c], 4) << "channel " << c;
  }
}

void expect_input_error(const fs::path& path) {
  try {
    VideoReader reader(path);
    FAIL() << "no error for " << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(error.where(), path.string());
    EXPECT_FALSE(error.remedy().empty());
  }
}

TEST_F(Video, ComesBackWithItsFramesColoursAndTimes) {
  VideoReader reader(write_clip("a.mp4", 64, 48, 30));
  EXPECT_EQ(reader.width(), 64);
  EXPECT_EQ(reader.height(), 48);
  EXPECT_NEAR(reader.frame_rate(), 25, 1e-6);
  EXPECT_EQ(reader.approximate_frame_count(), 30);
  EXPECT_NEAR(reader.duration(), 30 / 25.0, 0.001);
  Image frame;
  int count = 0;
  for (; reader.next(frame); ++count) {
    expect_mean(frame, colour_of(count));
    EXPECT_NEAR(reader.seconds(), count / 25.0, 1e-4);
  }
  EXPECT_EQ(count, 30);
  EXPECT_FALSE(reader.next(frame));
  EXPECT_EQ(files(), 1u);
}

TEST_F(Video, SkipsAndSeeks) {
  VideoReader reader(write_clip("a.mp4", 64, 48, 30));
  Image frame;
  ASSERT_TRUE(reader.skip());
  ASSERT_TRUE(reader.skip());
  ASSERT_TRUE(reader.next(frame));
  expect_mean(frame, colour_of(2));
  for (const int target : {17, 5, 29}) {
    reader.seek(target / 25.0);
    ASSERT_TRUE(reader.next(frame));
    expect_mean(frame, colour_of(target));
    EXPECT_NEAR(reader.seconds(), target / 25.0, 1e-4);
  }
}

TEST_F(Video, OddSidesArePadded) {
  VideoReader reader(write_clip("odd.mp4", 63, 47, 3));
  Image frame;
  ASSERT_TRUE(reader.next(frame));
  EXPECT_EQ(frame.width, 64);
  EXPECT_EQ(frame.height, 48);
  expect_mean(frame, colour_of(0));
}

TEST_F(Video, IsScaledDownOnRequest) {
  VideoReader reader(write_clip("a.mkv", 320, 160, 2), {.max_side = 80, .threads = 1});
  Image frame;
  ASSERT_TRUE(reader.next(frame));
  EXPECT_EQ(frame.width, 80);
  EXPECT_EQ(frame.height, 40);
  EXPECT_EQ(reader.width(), 80);
  expect_mean(frame, colour_of(0));
}

TEST_F(Video, RotationIsApplied) {
  {
    VideoWriter writer(folder_ / "plain.mp4", 64, 32);
    Image frame = filled(64, 32, {0, 0, 0});
    fill_rectangle(frame, 0, 0, 32, 32, {255, 255, 255});  // the left half is white
    for (int i = 0; i < 3; ++i) writer.write(frame);
    writer.close();
  }
  // The track header of an .mp4 holds the display matrix: identity is written as 1, 0, 0, 0, 1, 0, 0, 0, 0x4000.
  std::string bytes = read_file(folder_ / "plain.mp4");
  const std::string one("\0\1\0\0", 4), minus_one("\xff\xff\0\0", 4), zero(4, '\0'), unit("\x40\0\0\0", 4);
  const std::string identity = one + zero + zero + zero + one + zero + zero + zero + unit;
  const size_t at = bytes.find(identity, bytes.find("tkhd"));
  ASSERT_NE(at, std::string::npos);
  // A quarter turn clockwise: x' = -y, y' = x.
  bytes.replace(at, identity.size(), zero + one + zero + minus_one + zero + zero + zero + zero + unit);
  write_file_atomic(folder_ / "turned.mp4", bytes);
  VideoReader reader(folder_ / "turned.mp4");
  EXPECT_EQ(reader.width(), 32);
  EXPECT_EQ(reader.height(), 64);
  Image frame;
  ASSERT_TRUE(reader.next(frame));
  EXPECT_GT(frame.at(16, 10)[1], 240);  // left became top
  EXPECT_LT(frame.at(16, 54)[1], 15);
}

TEST_F(Video, WhatIsNoVideoIsAnError) {
  expect_input_error(folder_ / "missing.mp4");
  expect_input_error(folder_);
  write_file_atomic(folder_ / "empty.mp4", "");
  expect_input_error(folder_ / "empty.mp4");
  write_file_atomic(folder_ / "text.mp4", "This is a letter, not a film.\nYours sincerely\n");
  expect_input_error(folder_ / "text.mp4");
  // A playlist must not fetch anything, neither here nor from the network.
  write_file_atomic(folder_ / "list.mp4", "#EXTM3U\n#EXTINF:1,\nhttp://localhost:9/a.ts\n#EXT-X-ENDLIST\n");
  expect_input_error(folder_ / "list.mp4");
  std::string wav = std::string("RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0", 36) +
                    std::string("data\x08\0\0\0", 8) + std::string(8, '\0');
  write_file_atomic(folder_ / "sound.mp4", wav);
  expect_input_error(folder_ / "sound.mp4");
}

TEST_F(Video, ATruncatedFileIsAnErrorOrShorter) {
  const std::string whole = read_file(write_clip("a.mp4", 64, 48, 30));
  write_file_atomic(folder_ / "header.mp4", whole.substr(0, 300));
  expect_input_error(folder_ / "header.mp4");
  write_file_atomic(folder_ / "most.mp4", whole.substr(0, whole.size() * 4 / 5));  // the index is in front
  VideoReader reader(folder_ / "most.mp4");
  Image frame;
  int count = 0;
  while (reader.next(frame)) ++count;
  EXPECT_GT(count, 0);
  EXPECT_LT(count, 30);
}

TEST_F(Video, FramesAboveTheLimitAreRefused) {
  const fs::path path = write_clip("a.mp4", 64, 48, 3);
  try {
    VideoReader reader(path, {.max_pixels = 64 * 48 - 1});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(error.message().find("64 x 48"), std::string::npos) << error.message();
  }
  VideoReader reader(path, {.max_pixels = 64 * 48});
  EXPECT_TRUE(reader.skip());
}

TEST_F(Video, DamagedBytesCostFewFrames) {
  std::string bytes = read_file(write_clip("a.mp4", 64, 48, 30));
  const size_t data = bytes.find("mdat"), middle = (data + bytes.size()) / 2;
  ASSERT_NE(data, std::string::npos);
  for (size_t i = 0; i < 12; ++i) bytes[middle + i] = static_cast<char>(~bytes[middle + i]);
  write_file_atomic(folder_ / "damaged.mp4", bytes);
  VideoReader reader(folder_ / "damaged.mp4");
  Image frame;
  int count = 0;
  while (reader.next(frame)) ++count;
  EXPECT_GE(count, 28);
  EXPECT_NEAR(reader.seconds(), 29 / 25.0, 1e-3);
}

TEST_F(Video, DevicesAreReadLikeVideos) {
  // libavdevice has a camera that is always there: a test picture.
  std::optional<VideoReader> reader;
  try {
    reader.emplace(VideoReader::device("lavfi", "testsrc=size=64x48:rate=25"));
  } catch (const Error& error) {
    if (error.message().find("not installed") == std::string::npos) throw;
    GTEST_SKIP() << error.message();
  }
  EXPECT_TRUE(reader->live());
  Image frame;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader->next(frame));
    EXPECT_EQ(frame.width, 64);
    EXPECT_EQ(frame.height, 48);
    EXPECT_NEAR(reader->seconds(), i / 25.0, 1e-3);
  }
  EXPECT_THROW(reader->seek(1), Error);
}

TEST_F(Video, CamerasThatAreNotThereAreErrors) {
  try {
    VideoReader::webcam(250);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find("/dev/video250"), std::string::npos) << error.what();
  }
}

TEST_F(Video, NothingStaysBehindWithoutClose) {
  {
    VideoWriter writer(folder_ / "a.mp4", 64, 48);
    writer.write(filled(64, 48, {1, 2, 3}));
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(Video, WriterRejectsMisuse) {
  EXPECT_THROW(VideoWriter(folder_ / "a.txt", 64, 48), Error);
  EXPECT_THROW(VideoWriter(folder_ / "a.mp4", 0, 48), Error);
  EXPECT_THROW(VideoWriter(folder_ / "a.mp4", 64, 48, {.frame_rate = 0}), Error);
  EXPECT_THROW(VideoWriter(folder_ / "no" / "a.mp4", 64, 48), Error);
  VideoWriter writer(folder_ / "a.mp4", 64, 48);
  EXPECT_THROW(writer.write(filled(32, 48, {0, 0, 0})), Error);
  EXPECT_THROW(writer.close(), Error);
}

}  // namespace
}  // namespace limn
