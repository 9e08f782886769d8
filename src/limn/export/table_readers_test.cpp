// poses.csv and poses.npz come back as they were written; what is damaged is refused with its place.
#include <gtest/gtest.h>

#include <map>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/export/csv.h"
#include "limn/export/csv_reader.h"
#include "limn/export/npz.h"
#include "limn/export/npz_reader.h"

namespace limn {
namespace {

const Skeleton& human() { return Skeleton::human(); }

PoseEstimate somebody(uint64_t index) {
  Random random(8, "table_readers_test", index);
  PoseEstimate person;
  person.pose = rest_pose(human());
  for (const int j : human().rotating_joints())
    person.pose.rotations[j] =
        rotation_from_axis_angle(Vec3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)));
  for (float& scale : person.pose.bone_scales) scale = static_cast<float>(random.uniform(0.8, 1.2));
  person.kinematics = forward_kinematics(human(), person.pose);
  person.camera = {Vec2(100, 80), 50};
  for (const Vec3& p : person.kinematics.positions) person.joints_px.push_back(person.camera.project(p));
  for (size_t j = 0; j < person.joints_px.size(); ++j)
    person.confidence.push_back(static_cast<float>(random.uniform()));
  person.score = 0.7f;
  return person;
}

/// Every third frame of a video: one and two people, nobody, one again.
PoseDocument document() {
  PoseDocument result{.model = "limn-s.safetensors", .frame_rate = 25.0 / 3, .frames = {}, .smoothed = true};
  for (int t = 0; t < 6; ++t) {
    PoseFrame frame{"a \"b\",\nc.mp4", 3 * t + 1, 0.12 * t + 0.04, 640, 480, {}};
    if (t < 2 || t > 3) frame.add(2, somebody(static_cast<uint64_t>(t)));
    if (t == 1) frame.add(5, somebody(20));
    result.frames.push_back(std::move(frame));
  }
  return result;
}

void expect_same(const PoseDocument& read, const PoseDocument& written) {
  ASSERT_EQ(read.frames.size(), written.frames.size());
  EXPECT_NEAR(read.frame_rate, written.frame_rate, 1e-4);
  for (size_t t = 0; t < read.frames.size(); ++t) {
    const PoseFrame &a = read.frames[t], &b = written.frames[t];
    EXPECT_EQ(a.file, b.file);
    EXPECT_EQ(a.frame, b.frame);
    EXPECT_NEAR(a.seconds, b.seconds, 1e-6);
    EXPECT_EQ(a.width, b.width);
    EXPECT_EQ(a.height, b.height);
    ASSERT_EQ(a.people.size(), b.people.size()) << t;
    for (size_t p = 0; p < a.people.size(); ++p) {
      const PosePerson &x = a.people[p], &y = b.people[p];
      EXPECT_EQ(x.id, y.id);
      EXPECT_NEAR(x.score, y.score, 1e-4);
      EXPECT_LT((x.camera.root_uv - y.camera.root_uv).norm(), 1e-3f);
      EXPECT_NEAR(x.camera.scale, y.camera.scale, 1e-3f);
      for (size_t j = 0; j < y.joints_px.size(); ++j) {
        EXPECT_LT((x.joints_px[j] - y.joints_px[j]).norm(), 2e-3f);
        EXPECT_NEAR(x.confidence[j], y.confidence[j], 1e-4f);
        EXPECT_LT((x.kinematics.positions[j] - y.kinematics.positions[j]).norm(), 1e-4f);
        EXPECT_LT(geodesic_angle(x.pose.rotations[j], y.pose.rotations[j]), 1e-3f);
        EXPECT_LT(geodesic_angle(x.kinematics.global_rotations[j], y.kinematics.global_rotations[j]), 1e-3f);
        if (j > 0) {
          EXPECT_NEAR(x.pose.bone_scales[j], y.pose.bone_scales[j], 1e-3f);
        }
      }
    }
  }
}

template <class Read>
void expect_refused(const Read& read, const std::string& word) {
  try {
    read();
    FAIL() << "no error for " << word;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    EXPECT_EQ(error.where().rfind("poses", 0), 0u) << error.where();
  }
}

void expect_csv_refused(const std::string& text, const std::string& word) {
  expect_refused([&] { parse_pose_csv(human(), text, "poses.csv"); }, word);
}
void expect_npz_refused(const std::string& bytes, const std::string& word) {
  expect_refused([&] { parse_pose_npz(human(), bytes, "poses.npz"); }, word);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(CsvReader, ReadsWhatTheWriterWrote) {
  const std::string text = pose_csv(human(), document());
  EXPECT_TRUE(is_pose_csv(text));
  expect_same(parse_pose_csv(human(), text, "poses.csv"), document());
}

TEST(CsvReader, PicturesStandForThemselves) {
  PoseDocument written{.model = "", .frame_rate = 0, .frames = {}};
  for (const char* name : {"b.png", "a.png"}) {
    written.frames.push_back({name, 0, 0, 64, 48, {}});
    written.frames.back().add(1, somebody(3));
  }
  expect_same(parse_pose_csv(human(), pose_csv(human(), written), "poses.csv"), written);
}

TEST(CsvReader, LinesAndColumnsMayStandInAnyOrder) {
  const std::string text = pose_csv(human(), document());
  std::string turned;  // the lines backwards, CRLF between them, another column before; names hold a line break
  std::vector<std::string> lines;
  for (size_t at = text.find('\n') + 1; at < text.size();) {
    const size_t end = text.find('\n', text.find(".mp4\"", at));
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  turned = "\xef\xbb\xbfnote," + text.substr(0, text.find('\n')) + "\r\n";
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) turned += "\"x, y\"," + *line + "\r\n";
  expect_same(parse_pose_csv(human(), turned, "poses.csv"), document());
}

TEST(CsvReader, WhatIsDamagedIsRefusedWithItsLine) {
  PoseDocument plain = document();
  for (PoseFrame& frame : plain.frames) frame.file = "a.mp4";
  const std::string good = pose_csv(human(), plain);
  expect_csv_refused("", "empty");
  expect_csv_refused(replaced(good, "qy", "q2"), "qy");
  expect_csv_refused(replaced(good, ",pelvis,", ",tail,"), "tail");
  expect_csv_refused(replaced(good, ",nose,", ",pelvis,"), "twice");
  expect_csv_refused(good.substr(0, good.rfind('\n', good.size() - 2) + 1), "no line for joint");
  expect_csv_refused(good.substr(0, good.size() - 12), "too few fields");
  expect_csv_refused(replaced(good, ",640,480,", ",0,480,"), "width");
  expect_csv_refused(replaced(good, ",640,480,", ",640.5,480,"), "width");
  expect_csv_refused(replaced(good, ",pelvis,100,", ",pelvis,nan,"), "x_px");
  expect_csv_refused(replaced(good, ",pelvis,100,", ",pelvis,1e300,"), "x_px");
  expect_csv_refused(replaced(good, ",pelvis,100,", ",pelvis,\"100\"x,"), "x_px");
}

/// Three frames of one file; between the last two lie frames without anybody.
std::string sparse_csv(const std::string& file, int64_t last) {
  PoseDocument sparse{.model = "", .frame_rate = 0, .frames = {}};
  for (const int64_t frame : {int64_t{0}, int64_t{1}, last}) {
    sparse.frames.push_back({file, frame, 0.04 * static_cast<double>(frame), 64, 48, {}});
    sparse.frames.back().add(1, somebody(3));
  }
  return pose_csv(human(), sparse);
}

TEST(CsvReader, RefusesVideosOfAbsurdLength) { expect_csv_refused(sparse_csv("a.mp4", 900'000'000), "rise"); }

TEST(CsvReader, RefusesFramesThatWouldFillTheMemoryWithTheirName) {
  expect_csv_refused(sparse_csv(std::string(30'000, 'a'), 900'000), "too long");
}

TEST(NpzReader, ReadsWhatTheWriterWrote) {
  PoseDocument written = document();
  const std::string bytes = pose_npz(human(), written);
  EXPECT_TRUE(is_npz(bytes));
  const PoseDocument read = parse_pose_npz(human(), bytes, "poses.npz");
  expect_same(read, written);
  EXPECT_EQ(read.model, written.model);
  EXPECT_TRUE(read.smoothed);
  written.frames.clear();
  EXPECT_TRUE(parse_pose_npz(human(), pose_npz(human(), written), "poses.npz").frames.empty());
}

TEST(NpzReader, NamesKeepTheirLetters) {
  PoseDocument written = document();
  const std::string name = "Tänzerin 踊り 💃.mp4";
  for (PoseFrame& frame : written.frames) frame.file = name;
  for (const PoseFrame& frame : parse_pose_npz(human(), pose_npz(human(), written), "poses.npz").frames)
    EXPECT_EQ(frame.file, name);
  const std::string unknown = "\xef\xbf\xbd";  // what stands for bytes that are no letter
  for (const auto& [bytes, letters] : std::map<std::string, std::string>{{"a\xff.mp4", "a" + unknown + ".mp4"},
                                                                         {"\xc3", unknown},
                                                                         {"\xc0\xaf", unknown + unknown},
                                                                         {"\xe8\xb8.mp4", unknown + unknown + ".mp4"}}) {
    for (PoseFrame& frame : written.frames) frame.file = bytes;
    EXPECT_EQ(parse_pose_npz(human(), pose_npz(human(), written), "poses.npz").frames.at(0).file, letters);
  }
}

TEST(NpzReader, WhatIsDamagedIsRefusedWithItsArray) {
  const std::string good = pose_npz(human(), document());
  for (size_t end = 0; end < good.size() * 9 / 10; end += good.size() / 40)
    EXPECT_THROW(parse_pose_npz(human(), good.substr(0, end), "poses.npz"), Error) << end;
  expect_npz_refused("", "poses");
  expect_npz_refused(replaced(replaced(good, "score.npy", "scare.npy"), "score.npy", "scare.npy"), "score");
  std::string changed = good;
  changed[good.size() / 2] ^= 1;
  expect_npz_refused(changed, "array");
  PoseDocument other = document();
  other.frames[0].width = 0;
  expect_npz_refused(pose_npz(human(), other), "size");
  other = document();
  other.frames[4].people[0].camera.scale = NAN;
  expect_npz_refused(pose_npz(human(), other), "finite");
}

}  // namespace
}  // namespace limn
