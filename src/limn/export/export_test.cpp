#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/export/coco.h"
#include "limn/export/pose_json.h"

namespace limn {
namespace {

using nlohmann::json;

PosePerson t_pose() {
  const Skeleton& skeleton = Skeleton::human();
  PosePerson person;
  person.pose = rest_pose(skeleton);
  person.pose.rotations[0] = Vec3(1, -1, -1).asDiagonal();  // upright, facing the camera
  person.pose.bone_scales[skeleton.joint("left_elbow")] = 2;
  person.kinematics = forward_kinematics(skeleton, person.pose);
  person.camera = {Vec2(100, 80), 50};
  for (const Vec3& p : person.kinematics.positions) person.joints_px.push_back(person.camera.project(p));
  person.confidence.assign(person.joints_px.size(), 0.5f);
  person.score = 0.7f;
  return person;
}

TEST(Coco, KeypointsInCocosOrderAndPixelConvention) {
  const Skeleton& skeleton = Skeleton::human();
  PoseEstimate person = t_pose();
  person.confidence[skeleton.joint("nose")] = 0.9f;
  const json results = json::parse(coco_keypoint_results(skeleton, {{139, person}}));
  ASSERT_EQ(results.size(), 1u);
  const json& result = results[0];
  EXPECT_EQ(result["image_id"], 139);
  EXPECT_EQ(result["category_id"], 1);
  ASSERT_EQ(result["keypoints"].size(), 51u);
  const auto expect_at = [&](int k, const char* joint) {
    EXPECT_NEAR(result["keypoints"][3 * k].get<double>(), person.joints_px[skeleton.joint(joint)].x() - 0.5, 1e-3);
    EXPECT_NEAR(result["keypoints"][3 * k + 1].get<double>(), person.joints_px[skeleton.joint(joint)].y() - 0.5, 1e-3);
  };
  expect_at(0, "nose");
  expect_at(5, "left_shoulder");
  expect_at(10, "right_wrist");
  expect_at(15, "left_ankle");
  EXPECT_NEAR(result["keypoints"][2].get<double>(), 0.9, 1e-4);
  EXPECT_NEAR(result["score"].get<double>(), (16 * 0.5 + 0.9) / 17, 1e-4);
  for (int k = 0; k < 17; ++k) {
    EXPECT_GE(result["keypoints"][3 * k].get<double>(), result["bbox"][0].get<double>() - 1e-3);
    EXPECT_LE(result["keypoints"][3 * k].get<double>(),
              result["bbox"][0].get<double>() + result["bbox"][2].get<double>() + 2e-3);
  }
}

TEST(PoseDocument, EachPersonHasTheirOwnWay) {
  PosePerson first = t_pose(), second = t_pose();
  second.id = 7;
  second.camera.scale = 20;
  const PoseDocument document{
      "m", 25, {{"a", 0, 0, 9, 8, {first, second}}, {"a", 1, 0, 9, 8, {}}, {"a", 2, 0, 9, 8, {second}}}};
  EXPECT_EQ(people_of(document), (std::vector<int>{1, 7}));
  const std::vector<PersonFrame> way = frames_of(document, 7);
  ASSERT_EQ(way.size(), 3u);
  EXPECT_EQ(way[0].person->camera.scale, 20);
  EXPECT_FALSE(way[1].person);
  EXPECT_TRUE(way[2].person);
  EXPECT_EQ(way[2].width, 9);
  EXPECT_FALSE(frames_of(document, 1)[2].person);
}

TEST(Coco, TracksHaveNumbersWhereTheyMeanSomething) {
  const json results = json::parse(coco_keypoint_results(Skeleton::human(), {{1, t_pose(), 3}, {1, t_pose(), 0}}));
  EXPECT_EQ(results[0]["track_id"], 3);
  EXPECT_FALSE(results[1].contains("track_id"));
}

TEST(Coco, NobodyIsAnEmptyList) { EXPECT_EQ(json::parse(coco_keypoint_results(Skeleton::human(), {})), json::array()); }

TEST(Coco, ImageIdsAreTheNumbersOfTheNames) {
  EXPECT_EQ(coco_image_ids({"a/000000000139.jpg", "a/7.png"}), (std::vector<int64_t>{139, 7}));
  EXPECT_EQ(coco_image_ids({"139.jpg", "x7.png"}), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(coco_image_ids({"7.jpg", "007.png"}), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(coco_image_ids({"-7.jpg", "99999999999999999999.png"}), (std::vector<int64_t>{1, 2}));
}

TEST(PoseJson, HoldsEveryProductWithItsConvention) {
  const Skeleton& skeleton = Skeleton::human();
  PosePerson person = t_pose(), other = t_pose();
  other.id = 2;
  const PoseDocument document{
      "m.safetensors", 25, {{"clip.mp4", 0, 0, 640, 480, {person, other}}, {"clip.mp4", 1, 0.04, 640, 480, {}}}};
  const json read = json::parse(pose_json(skeleton, document));
  EXPECT_EQ(read["header"]["format"], "limn.poses");
  EXPECT_EQ(read["header"]["frame_rate"], 25);
  EXPECT_TRUE(read["header"]["conventions"].contains("quaternions"));
  ASSERT_EQ(read["header"]["skeleton"]["joints"].size(), 27u);
  EXPECT_EQ(read["header"]["skeleton"]["parents"][0], -1);
  ASSERT_EQ(read["frames"].size(), 2u);
  EXPECT_EQ(read["frames"][1]["people"], json::array());
  ASSERT_EQ(read["frames"][0]["people"].size(), 2u);
  EXPECT_EQ(read["frames"][0]["people"][1]["id"], 2);
  EXPECT_NEAR(read["frames"][1]["seconds"].get<double>(), 0.04, 1e-9);

  const json& p = read["frames"][0]["people"][0];
  EXPECT_EQ(p["local_rotations"][0], json({0.0, 1.0, 0.0, 0.0}));  // half a turn about x
  EXPECT_EQ(p["global_rotations"][5], json({0.0, 1.0, 0.0, 0.0}));
  const int elbow = skeleton.joint("left_elbow"), shoulder = skeleton.joint("left_shoulder");
  double square = 0;
  for (int k = 0; k < 3; ++k)
    square += std::pow(p["positions"][elbow][k].get<double>() - p["positions"][shoulder][k].get<double>(), 2);
  EXPECT_NEAR(p["bone_lengths"][elbow].get<double>(), std::sqrt(square), 1e-4);
  EXPECT_NEAR(p["bone_lengths"][elbow].get<double>(), 2 * skeleton.joints()[elbow].rest_offset.norm(), 1e-4);
  for (int k = 0; k < 2; ++k)  // the camera takes positions to pixels
    EXPECT_NEAR(p["camera"]["root_px"][k].get<double>() +
                    p["camera"]["px_per_metre"].get<double>() * p["positions"][elbow][k].get<double>(),
                p["joints_px"][elbow][k].get<double>(), 2e-3);
}

TEST(PoseJson, RefusesNumbersThatAreNotFinite) {
  PosePerson person = t_pose();
  person.kinematics.positions[3].z() = NAN;
  const PoseDocument document{"m", 0, {{"a.png", 0, 0, 10, 10, {person}}}};
  EXPECT_THROW(pose_json(Skeleton::human(), document), Error);
  person.confidence[Skeleton::human().joint("nose")] = INFINITY;
  EXPECT_THROW(coco_keypoint_results(Skeleton::human(), {{1, person}}), Error);
}

TEST(PoseJson, NamesThatAreNotUtf8DoNotBreakTheFile) {
  const PoseDocument document{"m", 0, {{"bad\xff name \"x\".png", 0, 0, 10, 10, {}}}};
  EXPECT_TRUE(json::accept(pose_json(Skeleton::human(), document)));
}

}  // namespace
}  // namespace limn
