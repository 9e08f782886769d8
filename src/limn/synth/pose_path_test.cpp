#include "limn/synth/pose_path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>

#include "limn/base/error.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

Pose turned(float radians, const Vec3& place) {
  Pose pose = rest_pose(Skeleton::human());
  pose.rotations[3] = Eigen::AngleAxisf(radians, Vec3(1, 2, -1).normalized()).toRotationMatrix();
  pose.root_position = place;
  return pose;
}

float angle(const PosePath& motion, double seconds) {
  return geodesic_angle(Mat3::Identity(), motion(seconds).rotations[3]);
}

TEST(PosePath, EasesFromKeyToKey) {
  const PosePath motion = eased({{1, turned(0, Vec3::Zero())}, {3, turned(1.2f, Vec3(2, 0.5f, 0))}});
  EXPECT_NEAR(angle(motion, 0), 0, 1e-3);
  EXPECT_NEAR(angle(motion, 1), 0, 1e-3);
  EXPECT_NEAR(angle(motion, 1.5), 1.2 * 0.15625, 1e-3);  // 3 t^2 - 2 t^3 at a quarter
  EXPECT_NEAR(angle(motion, 2), 0.6, 1e-3);
  EXPECT_NEAR(angle(motion, 3), 1.2, 1e-3);
  EXPECT_NEAR(angle(motion, 9), 1.2, 1e-3);
  EXPECT_LT((motion(2).root_position - Vec3(1, 0.25f, 0)).norm(), 1e-5f);
  EXPECT_LT((angle(motion, 1.02) - angle(motion, 1)) / 0.02, 0.1);  // at rest at the keys
}

TEST(PosePath, TurnsTheShorterWay) {
  const float pi = std::numbers::pi_v<float>;
  const PosePath motion = eased({{0, turned(0, Vec3::Zero())}, {1, turned(2 * pi - 0.4f, Vec3::Zero())}});
  EXPECT_NEAR(angle(motion, 0.5), 0.2, 1e-3);
}

TEST(PosePath, RefusesPathsWithoutOrder) {
  EXPECT_THROW(eased({}), Error);
  EXPECT_THROW(eased({{1, turned(0, Vec3::Zero())}, {1, turned(1, Vec3::Zero())}}), Error);
}

TEST(PosePath, StandsOnTheGround) {
  const Skeleton& skeleton = Skeleton::human();
  const Pose pose = on_ground(skeleton, turned(0.3f, Vec3(4, 0.1f, -2)), 1);
  const std::vector<Vec3> joints = forward_kinematics(skeleton, pose).positions;
  float lowest = 1e9f;
  for (int j = 0; j < skeleton.joint_count(); ++j) lowest = std::min(lowest, joints[j].y() - flesh_radius(skeleton, j));
  EXPECT_NEAR(lowest, 0.1f, 1e-5f);
  EXPECT_EQ(pose.root_position.x(), 4);
  EXPECT_EQ(pose.root_position.z(), -2);
}

SynthOptions small() {
  SynthOptions options;
  options.image_size = 48;
  return options;
}

TEST(SynthClip, OnePersonMovesInOneScene) {
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, small());
  for (uint64_t index = 0; index < 6; ++index) {
    const SynthClip clip = people.clip(3, index, 3);
    const PersonView first = clip.frame(0);
    PersonView last = first;
    float longest = 0, furthest = 0;
    for (int i = 2; i <= 24; i += 2) {
      const PersonView view = clip.frame(i / 25.0);
      EXPECT_EQ(view.camera.focal_px, last.camera.focal_px);
      EXPECT_EQ(view.camera.principal_px, last.camera.principal_px);
      EXPECT_EQ(view.pose.bone_scales, last.pose.bone_scales);
      const Kinematics k = forward_kinematics(skeleton, view.pose);
      for (int j = 0; j < skeleton.joint_count(); ++j) {
        EXPECT_LT((k.positions[j] - view.joints_camera[j]).norm(), 1e-4f);
        longest = std::max(longest, (view.joints_camera[j] - last.joints_camera[j]).norm());
        furthest = std::max(furthest, (view.joints_camera[j] - first.joints_camera[j]).norm());
      }
      last = view;
    }
    EXPECT_LT(longest, 0.6f);  // 80 ms apart: no jumps
    EXPECT_GT(furthest, 0.05f);
  }
}

TEST(SynthClip, TheSameBytesInAnyOrder) {
  const ProceduralPeople people(Skeleton::human(), small());
  const Image forwards = people.clip(4, 2, 2).frame(1.2).image;
  const SynthClip clip = people.clip(4, 2, 2);
  Image other;
  std::thread thread([&] { other = clip.frame(1.2).image; });
  EXPECT_NE(clip.frame(0.2).image.pixels, forwards.pixels);
  thread.join();
  EXPECT_EQ(other.pixels, forwards.pixels);
}

TEST(SynthClip, FollowsAMotionOfTheCaller) {
  const Skeleton& skeleton = Skeleton::human();
  SynthOptions options = small();
  options.upright_probability = 1;
  options.truncation_probability = options.tilt_probability = 0;
  const ProceduralPeople people(skeleton, options);
  const int elbow = skeleton.joint("left_elbow"), wrist = skeleton.joint("left_wrist");
  const PosePath motion = [&](double seconds) {
    Pose pose = rest_pose(skeleton);
    pose.rotations[elbow] = Eigen::AngleAxisf(static_cast<float>(seconds), Vec3::UnitY()).toRotationMatrix();
    return pose;
  };
  const SynthClip clip = people.clip(5, 0, 2, motion);
  const PersonView start = clip.frame(0), end = clip.frame(1);
  EXPECT_NEAR(geodesic_angle(start.pose.rotations[elbow], end.pose.rotations[elbow]), 1, 1e-3);
  EXPECT_LT((start.joints_camera[elbow] - end.joints_camera[elbow]).norm(), 1e-4f);
  EXPECT_GT((start.joints_camera[wrist] - end.joints_camera[wrist]).norm(), 0.1f);
  for (Visibility v : start.visibility) EXPECT_NE(v, Visibility::outside);
  EXPECT_THROW(people.clip(5, 0, 0, motion), Error);
  EXPECT_THROW(people.clip(5, 0, std::nan("")), Error);
}

}  // namespace
}  // namespace limn
