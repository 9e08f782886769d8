#include <assimp/postprocess.h>
#include <assimp/scene.h>
#include <gtest/gtest.h>

#include <assimp/Importer.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/export/bvh.h"
#include "limn/export/csv.h"
#include "limn/export/glb.h"
#include "limn/export/npz.h"
#include "limn/export/openpose.h"
#include "limn/synth/bvh.h"

namespace limn {
namespace {

/// A person who turns all joints a little, seen in a picture of 640 x 480.
PosePerson moving_person(double time) {
  const Skeleton& skeleton = Skeleton::human();
  PosePerson person;
  person.pose = rest_pose(skeleton);
  Random random(7, "axes");
  for (const int joint : skeleton.rotating_joints()) {
    const Vec3 axis(static_cast<float>(random.normal()), static_cast<float>(random.normal()),
                    static_cast<float>(random.normal()));
    person.pose.rotations[joint] =
        rotation_from_axis_angle(axis.normalized() * static_cast<float>(0.9 * std::sin(random.uniform(0, 6) + time)));
  }
  person.pose.rotations[0] = Mat3(Vec3(1, -1, -1).asDiagonal()) * person.pose.rotations[0];  // upright in the camera
  for (float& scale : person.pose.bone_scales) scale = 1.1f;
  person.kinematics = forward_kinematics(skeleton, person.pose);
  person.camera = {Vec2(320 + 20 * static_cast<float>(time), 240), 150};
  for (const Vec3& p : person.kinematics.positions) person.joints_px.push_back(person.camera.project(p));
  person.confidence.assign(person.joints_px.size(), 0.5f);
  person.score = 0.8f;
  return person;
}

PoseDocument document_of(int frames, int empty = -1) {
  PoseDocument document{"m.safetensors", 25, {}};
  for (int t = 0; t < frames; ++t) {
    document.frames.push_back({"clip.mp4", t, 0.04 * t, 640, 480, {}});
    if (t != empty) document.frames.back().people = {moving_person(0.2 * t)};
  }
  return document;
}

TEST(MotionClip, HasOneBodyStandsOnTheGroundAndLooksAsTheFrameDid) {
  const Skeleton& skeleton = Skeleton::human();
  PoseDocument document = document_of(5);
  document.frames[2].people[0].pose.bone_scales.assign(27, 3.0f);  // one bad reading
  const MotionClip clip = motion_clip(skeleton, document);
  ASSERT_EQ(clip.poses.size(), 5u);
  EXPECT_EQ(clip.frame_rate, 25);
  ASSERT_FALSE(clip.ground.from_contacts);  // the feet fly about: nothing is held
  float lowest = INFINITY;
  for (size_t t = 0; t < 5; ++t) {
    EXPECT_EQ(clip.poses[t].bone_scales, clip.bone_scales);
    const Kinematics world = forward_kinematics(skeleton, clip.poses[t]);
    for (const Vec3& p : world.positions) lowest = std::min(lowest, p.y());
    // As the camera saw them, that is, turned towards them; the ray changes little from frame to frame.
    const Vec3 root = clip.world_from_camera.transpose() * (world.positions[0] - clip.camera_place);
    const Mat3 world_from_facing = clip.world_from_camera * facing_from_camera(root).transpose();
    for (size_t j = 1; j < world.positions.size(); ++j) {
      EXPECT_FLOAT_EQ(clip.bone_scales[j], 1.1f);
      const Vec3 seen = document.frames[t].people[0].kinematics.positions[j];
      EXPECT_LT((world_from_facing * seen - (world.positions[j] - world.positions[0])).norm(), 0.01f) << j;
    }
  }
  EXPECT_GE(lowest, -1e-5f);
  EXPECT_LT(lowest, 0.12f);  // flesh
  EXPECT_FLOAT_EQ(clip.poses[0].root_position.x(), 0);
  EXPECT_NEAR(clip.poses[4].root_position.x(), 0.8 * 20 / 150, 0.04);  // px / (px per metre)
}

TEST(MotionClip, FillsFramesWithoutAPerson) {
  const Skeleton& skeleton = Skeleton::human();
  PoseDocument document = document_of(4);
  const MotionClip whole = motion_clip(skeleton, document);
  document.frames[0].people.clear();
  document.frames[2].people.clear();
  const MotionClip clip = motion_clip(skeleton, document);
  const int elbow = skeleton.joint("left_elbow");
  EXPECT_TRUE(clip.poses[0].rotations[elbow].isApprox(clip.poses[1].rotations[elbow]));
  const float whole_way = geodesic_angle(clip.poses[1].rotations[elbow], clip.poses[3].rotations[elbow]);
  EXPECT_NEAR(geodesic_angle(clip.poses[1].rotations[elbow], clip.poses[2].rotations[elbow]), whole_way / 2, 1e-4);
  EXPECT_TRUE(clip.poses[3].rotations[elbow].isApprox(whole.poses[3].rotations[elbow]));
  EXPECT_EQ(clip.origins,
            (std::vector{FrameOrigin::absent, FrameOrigin::seen, FrameOrigin::filled, FrameOrigin::seen}));
  for (PoseFrame& frame : document.frames) frame.people.clear();
  EXPECT_THROW(motion_clip(skeleton, document), Error);
}

TEST(MotionClip, OfPicturesTakesEachForItself) {
  const Skeleton& skeleton = Skeleton::human();
  PoseDocument document = document_of(6);
  document.frame_rate = 0;
  document.frames[3].people[0].joints_px.assign(27, Vec2(40, 300));
  const MotionClip clip = motion_clip(skeleton, document);
  document.frames[3].people[0].joints_px = document.frames[2].people[0].joints_px;
  const MotionClip other = motion_clip(skeleton, document);
  EXPECT_EQ(clip.frame_rate, 30);
  EXPECT_TRUE(clip.poses[4].root_position.isApprox(other.poses[4].root_position, 1e-3f));
}

TEST(Bvh, IsReadBackToTheSameJoints) {
  const Skeleton& skeleton = Skeleton::human();
  const MotionClip clip = motion_clip(skeleton, document_of(4, 2));
  const Bvh bvh = parse_bvh(bvh_text(skeleton, clip), "written.bvh");
  EXPECT_EQ(bvh.frames, 4);
  EXPECT_NEAR(bvh.frame_time_s, 0.04, 1e-9);
  for (int t = 0; t < 4; ++t) {
    const BvhFrame frame = bvh_frame(bvh, t);
    const Kinematics expected = forward_kinematics(skeleton, clip.poses[t]);
    for (const int joint : skeleton.rotating_joints()) {
      const int at = bvh.find(skeleton.joints()[joint].name);
      ASSERT_GE(at, 0) << skeleton.joints()[joint].name;
      EXPECT_LT((frame.positions[at] / 100 - expected.positions[joint]).norm(), 1e-4f) << at;
      EXPECT_LT(geodesic_angle(frame.world_rotations[at], expected.global_rotations[joint]), 1e-3f) << at;
    }
  }
}

TEST(Bvh, StraightUpIsNoSingularity) {
  const Skeleton& skeleton = Skeleton::human();
  PoseDocument document = document_of(1);
  const int shoulder = skeleton.joint("left_shoulder");
  document.frames[0].people[0].pose.rotations[shoulder] =
      rotation_from_axis_angle(Vec3(std::numbers::pi_v<float> / 2, 0, 0)) * rotation_from_axis_angle(Vec3(0, 0.4f, 0));
  const MotionClip clip = motion_clip(skeleton, document);
  const Bvh bvh = parse_bvh(bvh_text(skeleton, clip), "written.bvh");
  EXPECT_LT(geodesic_angle(bvh_frame(bvh, 0).world_rotations[bvh.find("left_shoulder")],
                           forward_kinematics(skeleton, clip.poses[0]).global_rotations[shoulder]),
            2e-3f);
}

const aiNodeAnim* track_of(const aiScene& scene, const std::string& node) {
  for (unsigned i = 0; i < scene.mAnimations[0]->mNumChannels; ++i)
    if (node == scene.mAnimations[0]->mChannels[i]->mNodeName.C_Str()) return scene.mAnimations[0]->mChannels[i];
  return nullptr;
}

/// Every joint's place at a key of the animation, as assimp understands the file.
std::map<std::string, Vec3> places_at(const aiScene& scene, unsigned key) {
  std::map<std::string, Vec3> places;
  const std::function<void(const aiNode&, const aiMatrix4x4&)> visit = [&](const aiNode& node,
                                                                           const aiMatrix4x4& parent) {
    aiMatrix4x4 local = node.mTransformation;
    if (const aiNodeAnim* track = track_of(scene, node.mName.C_Str())) {
      aiVector3D scale, place;
      aiQuaternion turn;
      local.Decompose(scale, turn, place);
      if (track->mNumRotationKeys > 0) turn = track->mRotationKeys[std::min(key, track->mNumRotationKeys - 1)].mValue;
      if (track->mNumPositionKeys > 0) place = track->mPositionKeys[std::min(key, track->mNumPositionKeys - 1)].mValue;
      local = aiMatrix4x4(scale, turn, place);
    }
    const aiMatrix4x4 world = parent * local;
    places[node.mName.C_Str()] = Vec3(world.a4, world.b4, world.c4);
    for (unsigned i = 0; i < node.mNumChildren; ++i) visit(*node.mChildren[i], world);
  };
  visit(*scene.mRootNode, aiMatrix4x4());
  return places;
}

TEST(Glb, AssimpFindsTheFigureAndItsMotion) {
  const Skeleton& skeleton = Skeleton::human();
  const MotionClip clip = motion_clip(skeleton, document_of(4));
  const std::string bytes = glb_bytes(skeleton, clip);
  Assimp::Importer importer;
  const aiScene* scene =
      importer.ReadFileFromMemory(bytes.data(), bytes.size(), aiProcess_ValidateDataStructure, "glb");
  ASSERT_NE(scene, nullptr) << importer.GetErrorString();
  ASSERT_EQ(scene->mNumAnimations, 1u);
  ASSERT_GT(scene->mNumMeshes, 3u);
  EXPECT_EQ(scene->mMeshes[0]->mNumBones, 27u);
  for (unsigned t = 0; t < 4; ++t) {
    const std::map<std::string, Vec3> places = places_at(*scene, t);
    const Kinematics expected = forward_kinematics(skeleton, clip.poses[t]);
    for (int j = 0; j < skeleton.joint_count(); ++j)
      EXPECT_LT((places.at(skeleton.joints()[j].name) - expected.positions[j]).norm(), 1e-4f)
          << skeleton.joints()[j].name;
  }
}

TEST(Bvh, AssimpFindsTheSameJoints) {
  const Skeleton& skeleton = Skeleton::human();
  const MotionClip clip = motion_clip(skeleton, document_of(3));
  const std::string text = bvh_text(skeleton, clip);
  Assimp::Importer importer;
  const aiScene* scene = importer.ReadFileFromMemory(text.data(), text.size(), 0, "bvh");
  ASSERT_NE(scene, nullptr) << importer.GetErrorString();
  ASSERT_EQ(scene->mNumAnimations, 1u);
  for (unsigned t = 0; t < 3; ++t) {
    const std::map<std::string, Vec3> places = places_at(*scene, t);
    const Kinematics expected = forward_kinematics(skeleton, clip.poses[t]);
    for (const int joint : skeleton.rotating_joints())
      EXPECT_LT((places.at(skeleton.joints()[joint].name) / 100 - expected.positions[joint]).norm(), 1e-3f)
          << skeleton.joints()[joint].name;
  }
}

TEST(Glb, RefusesNumbersThatAreNotFinite) {
  MotionClip clip = motion_clip(Skeleton::human(), document_of(2));
  clip.poses[1].root_position.x() = NAN;
  EXPECT_THROW(glb_bytes(Skeleton::human(), clip), Error);
  EXPECT_THROW(bvh_text(Skeleton::human(), clip), Error);
}

TEST(Csv, HasALineForEachJointOfEachPerson) {
  PoseDocument document = document_of(3, 1);
  document.frames[0].file = "a \"b\", c.mp4";
  std::istringstream text(pose_csv(Skeleton::human(), document));
  std::string line, first;
  std::getline(text, line);
  EXPECT_EQ(line, "file,frame,seconds,person,joint,x_px,y_px,confidence,x_m,y_m,z_m,qw,qx,qy,qz,width,height,score,"
                  "root_x_px,root_y_px,px_per_metre");
  int lines = 0;
  while (std::getline(text, line)) {
    if (lines++ == 0) first = line;
    if (lines > 27) {
      EXPECT_EQ(std::count(line.begin(), line.end(), ','), 20) << line;
    }
  }
  EXPECT_EQ(lines, 2 * 27);
  EXPECT_TRUE(first.starts_with("\"a \"\"b\"\", c.mp4\",0,0,1,pelvis,320,240,0.5,0,0,0,")) << first;
}

TEST(Csv, NamesEachPerson) {
  PoseDocument document = document_of(1);
  document.frames[0].people.push_back(document.frames[0].people[0]);
  document.frames[0].people[1].id = 4;
  const std::string text = pose_csv(Skeleton::human(), document);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 2 * 27);
  EXPECT_NE(text.find("clip.mp4,0,0,4,pelvis,"), std::string::npos);
}

TEST(MotionClip, IsOneOfSeveralPeoples) {
  PoseDocument document = document_of(3);
  for (PoseFrame& frame : document.frames) {
    frame.people.push_back(frame.people[0]);
    frame.people[1].id = 2;
    frame.people[1].pose.bone_scales.assign(27, 0.7f);
  }
  document.frames[1].people.pop_back();
  EXPECT_FLOAT_EQ(motion_clip(Skeleton::human(), document, 1).bone_scales[3], 1.1f);
  EXPECT_FLOAT_EQ(motion_clip(Skeleton::human(), document, 2).bone_scales[3], 0.7f);
  EXPECT_EQ(motion_clip(Skeleton::human(), document, 2).poses.size(), 3u);
  EXPECT_THROW(motion_clip(Skeleton::human(), document, 3), Error);
}

TEST(OpenPose, HasTwentyFivePointsInItsOrder) {
  const Skeleton& skeleton = Skeleton::human();
  const PoseDocument document = document_of(2, 1);
  const PoseEstimate& person = document.frames[0].people[0];
  const auto json = nlohmann::json::parse(openpose_json(skeleton, document.frames[0]));
  const auto& points = json["people"][0]["pose_keypoints_2d"];
  ASSERT_EQ(points.size(), 75u);
  const auto expect_at = [&](int part, const Vec2& px) {
    for (int k = 0; k < 2; ++k) EXPECT_NEAR(points[3 * part + k].get<double>(), px[k] - 0.5, 1e-3) << part;
  };
  const auto px = [&](const char* joint) { return person.joints_px[skeleton.joint(joint)]; };
  expect_at(0, px("nose"));
  expect_at(1, 0.5f * (px("left_shoulder") + px("right_shoulder")));
  expect_at(4, px("right_wrist"));
  expect_at(14, px("left_ankle"));
  expect_at(22, px("right_toe_tip"));
  EXPECT_EQ(points[3 * 21 + 2], 0);  // the left heel is not known
  EXPECT_TRUE(nlohmann::json::parse(openpose_json(skeleton, document.frames[1]))["people"].empty());
  EXPECT_EQ(openpose_name(document.frames[1], true), "clip_000000000001_keypoints.json");
  EXPECT_EQ(openpose_name({"photo.jpg", 0, 0, 1, 1, {}}, false), "photo_keypoints.json");
}

TEST(Npz, IsAStoredArchiveOfArrays) {
  const std::string bytes = pose_npz(Skeleton::human(), document_of(3, 1));
  EXPECT_TRUE(bytes.starts_with("PK\x03\x04"));
  for (const char* name : {"joints_px.npy", "positions.npy", "local_rotations.npy", "found.npy"})
    EXPECT_NE(bytes.find(name), std::string::npos) << name;
  EXPECT_NE(bytes.find("'descr': '<f4', 'fortran_order': False, 'shape': (3,1,27,2,)"), std::string::npos);
}

}  // namespace
}  // namespace limn
