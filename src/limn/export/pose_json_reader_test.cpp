#include "limn/export/pose_json_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/random.h"

namespace limn {
namespace {

using Json = nlohmann::ordered_json;

PoseEstimate somebody(uint64_t index) {
  const Skeleton& skeleton = Skeleton::human();
  Random random(7, "pose_json_reader_test", index);
  PoseEstimate person;
  person.pose = rest_pose(skeleton);
  for (const int j : skeleton.rotating_joints())
    person.pose.rotations[j] =
        rotation_from_axis_angle(Vec3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)));
  for (float& scale : person.pose.bone_scales) scale = static_cast<float>(random.uniform(0.8, 1.2));
  person.kinematics = forward_kinematics(skeleton, person.pose);
  person.camera = {Vec2(100, 80), 50};
  for (const Vec3& p : person.kinematics.positions) person.joints_px.push_back(person.camera.project(p));
  for (size_t j = 0; j < person.joints_px.size(); ++j) person.confidence.push_back(0.5f);
  person.score = 0.7f;
  return person;
}

PoseDocument document() {
  PoseDocument result;
  result.model = "limn-s.safetensors";
  result.frame_rate = 29.97;
  result.smoothed = true;
  for (int t = 0; t < 3; ++t) {
    PoseFrame frame;
    frame.file = "a \"b\".mp4";
    frame.frame = t;
    frame.seconds = 12345.678901 + t;
    frame.width = 640, frame.height = 480;
    if (t != 1) frame.add(1, somebody(static_cast<uint64_t>(t)));
    result.frames.push_back(std::move(frame));
  }
  return result;
}

std::string text_of(const PoseDocument& document) { return pose_json(Skeleton::human(), document); }

void expect_refused(const Json& json, const std::string& word) {
  try {
    parse_pose_json(Skeleton::human(), json.dump(), "poses.json");
    FAIL() << "no error for " << word;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    EXPECT_EQ(error.where().rfind("poses.json", 0), 0u);
  }
}

TEST(PoseJsonReader, ReadsWhatTheWriterWrote) {
  const PoseDocument written = document();
  const PoseDocument read = parse_pose_json(Skeleton::human(), text_of(written), "poses.json");
  EXPECT_EQ(read.model, written.model);
  EXPECT_EQ(read.frame_rate, written.frame_rate);
  EXPECT_TRUE(read.smoothed);
  ASSERT_EQ(read.frames.size(), 3u);
  int people = 0;
  for (size_t t = 0; t < 3; ++t) {
    EXPECT_EQ(read.frames[t].file, written.frames[t].file);
    EXPECT_EQ(read.frames[t].frame, static_cast<int64_t>(t));
    EXPECT_NEAR(read.frames[t].seconds, written.frames[t].seconds, 1e-6);
    EXPECT_EQ(read.frames[t].width, 640);
    for (const PosePerson& person : read.frames[t].people) {
      ++people;
      const PoseEstimate expected = somebody(t);
      for (size_t j = 0; j < expected.joints_px.size(); ++j) {
        EXPECT_LT((person.joints_px[j] - expected.joints_px[j]).norm(), 1e-3f);
        EXPECT_LT((person.kinematics.positions[j] - expected.kinematics.positions[j]).norm(), 1e-4f);
        EXPECT_LT(geodesic_angle(person.pose.rotations[j], expected.pose.rotations[j]), 1e-3f);
        EXPECT_LT(geodesic_angle(person.kinematics.global_rotations[j], expected.kinematics.global_rotations[j]),
                  1e-3f);
        if (j > 0) {
          EXPECT_NEAR(person.pose.bone_scales[j], expected.pose.bone_scales[j], 5e-4);
        }
      }
      EXPECT_EQ(person.score, 0.7f);
      EXPECT_EQ(person.camera.scale, 50);
    }
  }
  EXPECT_EQ(people, 2);
  EXPECT_EQ(text_of(parse_pose_json(Skeleton::human(), text_of(read), "again")), text_of(read));
}

TEST(PoseJsonReader, JointsAndKeysMayStandInAnyOrder) {
  Json json = Json::parse(text_of(document()));
  const std::string plain = text_of(parse_pose_json(Skeleton::human(), json.dump(), "a"));
  const auto swap_first_two = [](Json& list) { std::swap(list[1], list[2]); };
  Json& skeleton = json["header"]["skeleton"];
  for (const char* key : {"joints", "parents", "rest_offsets"}) swap_first_two(skeleton[key]);
  for (Json& parent : skeleton["parents"])
    if (parent == 1 || parent == 2) parent = 3 - parent.get<int>();
  for (Json& frame : json["frames"]) {
    std::vector<Json*> people;
    if (frame.contains("people"))
      for (Json& person : frame["people"]) people.push_back(&person);
    else if (!frame["person"].is_null())
      people.push_back(&frame["person"]);
    for (Json* person : people)
      for (const char* key :
           {"joints_px", "confidence", "positions", "local_rotations", "global_rotations", "bone_lengths"})
        swap_first_two((*person)[key]);
  }
  // The header last.
  const Json turned = {{"frames", json["frames"]}, {"header", json["header"]}};
  EXPECT_EQ(text_of(parse_pose_json(Skeleton::human(), turned.dump(2), "b")), plain);
}

TEST(PoseJsonReader, BothVersionsAreRead) {
  Json json = Json::parse(text_of(document()));
  for (Json& frame : json["frames"]) {
    if (!frame.contains("person")) frame["person"] = frame["people"].empty() ? Json(nullptr) : frame["people"][0];
    Json people = Json::array();
    if (!frame["person"].is_null()) people.push_back(frame["person"]);
    for (Json& person : people) person["id"] = 1;
    frame["people"] = people;
  }
  Json first = json, second = json;
  first["header"]["version"] = 1;
  second["header"]["version"] = 2;
  for (Json& frame : first["frames"]) frame.erase("people");
  for (Json& frame : second["frames"]) frame.erase("person");
  EXPECT_EQ(text_of(parse_pose_json(Skeleton::human(), first.dump(), "1")),
            text_of(parse_pose_json(Skeleton::human(), second.dump(), "2")));
  second["frames"][0]["people"].push_back(second["frames"][0]["people"][0]);  // two people of one number
  expect_refused(second, "frame 0");
}

TEST(PoseJsonReader, WhatIsDamagedIsRefusedWithItsPlace) {
  const Json good = Json::parse(text_of(document()));
  const auto person = [](Json& json) -> Json& {
    Json& frame = json["frames"][2];
    return frame.contains("people") ? frame["people"][0] : frame["person"];
  };
  Json bad = good;
  person(bad)["joints_px"][4] = {1, 2, 3};
  expect_refused(bad, "frame 2");
  bad = good;
  person(bad)["confidence"].erase(3);
  expect_refused(bad, "one item a joint");
  bad = good;
  person(bad)["local_rotations"][0] = {1, 1, 0, 0};
  expect_refused(bad, "quaternion");
  bad = good;
  person(bad)["positions"][0][0] = 1e300;
  expect_refused(bad, "finite");
  bad = good;
  person(bad).erase("camera");
  expect_refused(bad, "camera");
  bad = good;
  bad["frames"][1]["width"] = 0;
  expect_refused(bad, "size");
  bad = good;
  bad["header"]["version"] = 99;
  expect_refused(bad, "version");
  bad = good;
  bad["header"]["skeleton"]["joints"][5] = "tail";
  expect_refused(bad, "another skeleton");
  bad = good;
  bad["header"]["skeleton"]["rest_offsets"][5][0] = 9;
  expect_refused(bad, "another skeleton");
  bad = good;
  bad.erase("frames");
  expect_refused(bad, "no frames");
  expect_refused(Json::array(), "header");
  EXPECT_THROW(parse_pose_json(Skeleton::human(), text_of(document()).substr(0, 3000), "cut"), Error);
  EXPECT_THROW(parse_pose_json(Skeleton::human(), "", "empty"), Error);
  EXPECT_THROW(parse_pose_json(Skeleton::human(), std::string(100000, '['), "deep"), Error);
}

}  // namespace
}  // namespace limn
