#include "limn/export/keypoint_json_reader.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/export/coco.h"
#include "limn/export/openpose.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

/// Joint j of person p lies at (10 j + p, 5 j) with a confidence of its own.
PoseEstimate flat_person(int p) {
  PoseEstimate person;
  for (int j = 0; j < Skeleton::human().joint_count(); ++j) {
    person.joints_px.emplace_back(10.0f * j + p, 5.0f * j);
    person.confidence.push_back(0.01f * (j + 1));
  }
  person.score = 0.5f;
  return person;
}

const PoseEstimate& first_person(const PoseFrame& frame) {
  static const PoseEstimate nobody;
  const PoseEstimate* found = &nobody;
  for (const PosePerson& person : frame.people)
    if (person.id == 1) found = &person;
  return *found;
}

void expect_same_at(const PoseEstimate& read, const PoseEstimate& expected, std::initializer_list<const char*> names) {
  ASSERT_EQ(read.joints_px.size(), expected.joints_px.size());
  for (const char* name : names) {
    const int j = Skeleton::human().joint(name);
    EXPECT_LT((read.joints_px[j] - expected.joints_px[j]).norm(), 2e-3f) << name;
    EXPECT_NEAR(read.confidence[j], expected.confidence[j], 1e-4) << name;
  }
}

TEST(KeypointJsonReader, CocoResultsComeBack) {
  CocoEntry later, earlier;
  later.image_id = 139, later.person = flat_person(0);
  earlier.image_id = 7, earlier.person = flat_person(3);
  const PoseDocument read =
      parse_coco_results(Skeleton::human(), coco_keypoint_results(Skeleton::human(), {later, earlier}), "coco.json");
  ASSERT_EQ(read.frames.size(), 2u);
  EXPECT_EQ(read.frames[0].file, "7");
  EXPECT_EQ(read.frames[1].file, "139");
  const auto joints = {"nose",       "left_eye",  "right_ear", "left_shoulder", "right_elbow",
                       "left_wrist", "right_hip", "left_knee", "right_ankle"};
  expect_same_at(first_person(read.frames[0]), flat_person(3), joints);
  expect_same_at(first_person(read.frames[1]), flat_person(0), joints);
  EXPECT_EQ(first_person(read.frames[0]).confidence[Skeleton::human().joint("left_toe_tip")], 0);
}

TEST(KeypointJsonReader, OpenPoseComesBack) {
  PoseFrame frame;
  frame.add(1, flat_person(0));
  const std::string text = openpose_json(Skeleton::human(), frame);
  const PoseFrame read = parse_openpose(Skeleton::human(), text, "in/dance_1_000000000012_keypoints.json");
  EXPECT_EQ(read.file, "dance_1");
  EXPECT_EQ(read.frame, 12);
  expect_same_at(first_person(read), flat_person(0),
                 {"nose", "left_eye", "right_ear", "left_shoulder", "right_elbow", "left_wrist", "right_hip",
                  "left_knee", "right_ankle", "left_toe_tip", "right_toe_tip"});
  const PoseFrame picture = parse_openpose(Skeleton::human(), text, "photo_keypoints.json");
  EXPECT_EQ(picture.file, "photo");
  EXPECT_EQ(picture.frame, 0);
}

TEST(KeypointJsonReader, OpenPosesOlderModelHasEighteenParts) {
  std::string numbers;
  for (int k = 0; k < 18; ++k) numbers += (k ? "," : "") + std::to_string(k) + ",0,1";
  const PoseFrame frame =
      parse_openpose(Skeleton::human(), "{\"people\":[{\"pose_keypoints_2d\":[" + numbers + "]}]}", "a.json");
  EXPECT_EQ(first_person(frame).joints_px[Skeleton::human().joint("right_hip")].x(), 8.5f);
  EXPECT_EQ(first_person(frame).joints_px[Skeleton::human().joint("left_ear")].x(), 17.5f);
}

TEST(KeypointJsonReader, AFolderIsReadInOrder) {
  const test::ScratchFolder folder;
  for (const char* number : {"2", "0", "1"})
    write_file_atomic(folder / ("clip_00000000000" + std::string(number) + "_keypoints.json"), "{\"people\": []}");
  write_file_atomic(folder / "notes.json", "[]");
  const PoseDocument read = read_openpose(Skeleton::human(), folder / "");
  ASSERT_EQ(read.frames.size(), 3u);
  for (int t = 0; t < 3; ++t) EXPECT_EQ(read.frames[t].frame, t);
}

TEST(KeypointJsonReader, WhatIsDamagedIsRefused) {
  const Skeleton& skeleton = Skeleton::human();
  const test::ScratchFolder folder;
  EXPECT_THROW(read_openpose(skeleton, folder / ""), Error);
  for (const char* text :
       {"", "{}", "[{}]", "[{\"image_id\": 1, \"score\": 1, \"keypoints\": [1, 2, 3]}]", "[1", "[[]]"})
    EXPECT_THROW(parse_coco_results(skeleton, text, "coco.json"), Error) << text;
  for (const char* text :
       {"", "[]", "{}", "{\"people\": [{}]}", "{\"people\": 3}", "{\"people\": [{\"pose_keypoints_2d\": [1]}]}"})
    EXPECT_THROW(parse_openpose(skeleton, text, "a_keypoints.json"), Error) << text;
}

}  // namespace
}  // namespace limn
