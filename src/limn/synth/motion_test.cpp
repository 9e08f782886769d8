#include "limn/synth/motion.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <numbers>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"
#include "support/tiny_motion.h"

namespace limn {
namespace {

namespace fs = std::filesystem;
constexpr float quarter = std::numbers::pi_v<float> / 2;
using test::bvh_text;
using test::mixamo;
using test::rename;
using test::TestJoint;
using test::Turns;

Motion motion_of(const TestJoint& root, const std::vector<Turns>& frames) {
  return retarget(Skeleton::human(), parse_bvh(bvh_text(root, frames), "folder/test.bvh"));
}

float angle_at(const Motion& motion, double seconds, const std::string& joint, const Mat3& expected) {
  return geodesic_angle(motion.at(seconds).rotations[Skeleton::human().joint(joint)], expected);
}

TEST(Retarget, TheTPoseStaysTheTPoseInAnyUnit) {
  const Skeleton& skeleton = Skeleton::human();
  const Motion motion = motion_of(mixamo(), {{}});
  EXPECT_EQ(motion.name, "test.bvh");
  EXPECT_NEAR(motion.fps, 10, 1e-6);
  const Pose pose = motion.at(0);
  for (const Mat3& rotation : pose.rotations) EXPECT_LT(geodesic_angle(rotation, Mat3::Identity()), 1e-5f);
  // 180 units of leg stand for ours: the hips, not the pelvis joint above them, are scaled.
  const float leg = Vec3(skeleton.joints()[skeleton.joint("left_knee")].rest_offset).norm() +
                    skeleton.joints()[skeleton.joint("left_ankle")].rest_offset.norm();
  EXPECT_LT((pose.root_position - Vec3(0, leg, 0)).norm(), 1e-4f);
}

TEST(Retarget, WorldRotationsCarryOver) {
  // The trunk bows by 60 degrees over three joints, the left forearm bends forward, the right thigh is raised.
  const float third = quarter * 2 / 9;
  const Motion motion = motion_of(mixamo(), {{{"Spine", {third, 0, 0}},
                                              {"Spine1", {third, 0, 0}},
                                              {"Spine2", {third, 0, 0}},
                                              {"LeftForeArm", {0, -quarter, 0}},
                                              {"RightUpLeg", {-quarter, 0, 0}}}});
  const Kinematics k = forward_kinematics(Skeleton::human(), motion.at(0));
  const auto about_x = [](float angle) { return Eigen::AngleAxisf(angle, Vec3::UnitX()).toRotationMatrix(); };
  const auto global = [&](const char* name) { return k.global_rotations[Skeleton::human().joint(name)]; };
  EXPECT_LT(geodesic_angle(global("spine"), about_x(2 * third)), 1e-4f);
  EXPECT_LT(geodesic_angle(global("chest"), about_x(3 * third)), 1e-4f);
  EXPECT_LT(geodesic_angle(global("left_shoulder"), about_x(3 * third)), 1e-4f);
  const Mat3 bent = Eigen::AngleAxisf(-quarter, Vec3::UnitY()).toRotationMatrix();
  EXPECT_LT(angle_at(motion, 0, "left_elbow", bent), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "right_elbow", Mat3::Identity()), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "right_hip", about_x(-quarter)), 1e-4f);
}

TEST(Retarget, TurnsOfTheHandAboutTheForearmArePronation) {
  const Motion motion = motion_of(mixamo(), {{{"LeftHand", {0.8f, 0, 0.3f}}, {"RightHand", {0, 0, 0.3f}}}});
  EXPECT_LT(angle_at(motion, 0, "left_elbow", rotation_from_axis_angle(Vec3(0.8f, 0, 0))), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "left_wrist", rotation_from_axis_angle(Vec3(0, 0, 0.3f))), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "right_elbow", Mat3::Identity()), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "right_wrist", rotation_from_axis_angle(Vec3(0, 0, 0.3f))), 1e-4f);
}

TEST(Retarget, KnowsTheNamesOfOtherPrograms) {
  static const std::map<std::string, std::string> cmu = {{"Hips", "root"},           {"Spine", "lowerback"},
                                                         {"Spine1", "upperback"},    {"Spine2", "thorax"},
                                                         {"Neck", "lowerneck"},      {"Head", "head"},
                                                         {"LeftArm", "lhumerus"},    {"RightArm", "rhumerus"},
                                                         {"LeftForeArm", "lradius"}, {"RightForeArm", "rradius"},
                                                         {"LeftHand", "lwrist"},     {"RightHand", "rwrist"},
                                                         {"LeftUpLeg", "lfemur"},    {"RightUpLeg", "rfemur"},
                                                         {"LeftLeg", "ltibia"},      {"RightLeg", "rtibia"},
                                                         {"LeftFoot", "lfoot"},      {"RightFoot", "rfoot"}};
  static const std::map<std::string, std::string> make_human = {{"Hips", "root"},
                                                                {"Spine", "spine05"},
                                                                {"Spine1", "spine03"},
                                                                {"Spine2", "spine01"},
                                                                {"Neck", "neck01"},
                                                                {"LeftArm", "upperarm01.L"},
                                                                {"RightArm", "upperarm01.R"},
                                                                {"LeftForeArm", "lowerarm01.L"},
                                                                {"RightForeArm", "lowerarm01.R"},
                                                                {"LeftHand", "wrist.L"},
                                                                {"RightHand", "wrist.R"},
                                                                {"LeftUpLeg", "upperleg01.L"},
                                                                {"RightUpLeg", "upperleg01.R"},
                                                                {"LeftLeg", "lowerleg01.L"},
                                                                {"RightLeg", "lowerleg01.R"},
                                                                {"LeftFoot", "foot.L"},
                                                                {"RightFoot", "foot.R"}};
  static const std::map<std::string, std::string> ours = {{"Hips", "pelvis"},
                                                          {"Neck", "neck"},
                                                          {"LeftShoulder", "left_collar"},
                                                          {"RightShoulder", "right_collar"},
                                                          {"LeftArm", "left_shoulder"},
                                                          {"RightArm", "right_shoulder"},
                                                          {"LeftForeArm", "left_elbow"},
                                                          {"RightForeArm", "right_elbow"},
                                                          {"LeftHand", "left_wrist"},
                                                          {"RightHand", "right_wrist"},
                                                          {"LeftUpLeg", "left_hip"},
                                                          {"RightUpLeg", "right_hip"},
                                                          {"LeftLeg", "left_knee"},
                                                          {"RightLeg", "right_knee"},
                                                          {"LeftFoot", "left_ankle"},
                                                          {"RightFoot", "right_ankle"}};
  const auto from = [](const std::map<std::string, std::string>& table) {
    return [&table](const std::string& name) { return table.contains(name) ? table.at(name) : name; };
  };
  const std::vector<std::function<std::string(const std::string&)>> changes = {
      from(cmu), from(make_human), from(ours), [](const std::string& name) { return "mixamorig:" + name; }};
  const Mat3 bent = Eigen::AngleAxisf(quarter, Vec3::UnitX()).toRotationMatrix();
  for (const auto& change : changes) {
    TestJoint root = mixamo();
    rename(root, change);
    const Motion motion =
        motion_of(root, {{{change("LeftLeg"), {quarter, 0, 0}}, {change("Spine1"), {quarter, 0, 0}}}});
    EXPECT_LT(angle_at(motion, 0, "left_knee", bent), 1e-4f) << root.name;
    EXPECT_LT(angle_at(motion, 0, "right_knee", Mat3::Identity()), 1e-4f) << root.name;
    EXPECT_LT(angle_at(motion, 0, "spine", bent), 1e-4f) << root.name;
  }
}

TEST(Retarget, ArmsThatRestLoweredAreTurned) {
  // At rest this file's arms hang by 40 degrees: so must ours; raised by as much they make the T-pose.
  const float lowered = quarter * 4 / 9;
  const Motion motion = motion_of(mixamo(lowered), {{}, {{"LeftArm", {0, 0, lowered}}}});
  const Mat3 hanging = Eigen::AngleAxisf(-lowered, Vec3::UnitZ()).toRotationMatrix();
  EXPECT_LT(angle_at(motion, 0, "left_shoulder", hanging), 1e-4f);
  EXPECT_LT(angle_at(motion, 0, "left_elbow", Mat3::Identity()), 1e-4f);
  EXPECT_LT(angle_at(motion, 0.1, "left_shoulder", Mat3::Identity()), 1e-4f);
  EXPECT_LT(angle_at(motion, 0.1, "right_shoulder", hanging.transpose()), 1e-4f);
}

TEST(Retarget, NamesEveryMissingJoint) {
  TestJoint root = mixamo();
  rename(root, [](const std::string& name) { return name == "Neck" || name == "RightLeg" ? "other" + name : name; });
  try {
    motion_of(root, {{}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(error.message().find("neck"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("right_knee"), std::string::npos);
    EXPECT_EQ(error.message().find("left_knee"), std::string::npos);
    EXPECT_EQ(error.where(), "folder/test.bvh");
  }
}

TEST(Motion, InterpolatesAlongTheShortestArcAndHoldsItsEnds) {
  const Motion motion = motion_of(mixamo(), {{}, {{"LeftArm", {0, 0, quarter}}}});
  const auto raised = [](float angle) { return Eigen::AngleAxisf(angle, Vec3::UnitZ()).toRotationMatrix(); };
  EXPECT_LT(angle_at(motion, 0.05, "left_shoulder", raised(quarter / 2)), 1e-4f);
  EXPECT_LT(angle_at(motion, 0.025, "left_shoulder", raised(quarter / 4)), 1e-4f);
  EXPECT_LT(angle_at(motion, -1, "left_shoulder", raised(0)), 1e-4f);
  EXPECT_LT(angle_at(motion, 9, "left_shoulder", raised(quarter)), 1e-4f);
  EXPECT_NEAR(motion.at(0.05).root_position.x(), 0.5f * motion.root_positions[1].x(), 1e-6f);
  EXPECT_NEAR(motion.seconds(), 0.1, 1e-9);
}

TEST(Motion, AMirrorSwapsTheSides) {
  const Skeleton& skeleton = Skeleton::human();
  const Motion motion = motion_of(mixamo(), {{}, {{"LeftArm", {0.3f, 0.2f, 0.9f}}, {"Spine", {0.1f, 0.4f, 0.2f}}}});
  const Motion other = mirrored(skeleton, motion);
  const Kinematics before = forward_kinematics(skeleton, motion.at(0.1)),
                   after = forward_kinematics(skeleton, other.at(0.1));
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const Vec3 swapped = before.positions[skeleton.joints()[j].mirror].cwiseProduct(Vec3(-1, 1, 1));
    EXPECT_LT((after.positions[j] - swapped).norm(), 1e-5f) << skeleton.joints()[j].name;
  }
}

TEST(Motion, SpeedAndFrameRateKeepTheMovement) {
  const Motion motion = motion_of(mixamo(), {{}, {{"LeftArm", {0, 0, 0.5f}}}, {{"LeftArm", {0, 0, 1}}}});
  const Motion fast = resampled(motion, 20, 2);
  EXPECT_EQ(fast.frames(), 3);
  EXPECT_NEAR(fast.seconds(), 0.1, 1e-9);
  for (double t : {0.0, 0.03, 0.1})
    EXPECT_LT(angle_at(fast, t, "left_shoulder", motion.at(2 * t).rotations[Skeleton::human().joint("left_shoulder")]),
              1e-4f);
  EXPECT_EQ(resampled(motion, 10, 1).frames(), 3);
  EXPECT_THROW(resampled(motion, 0, 1), Error);
  EXPECT_THROW(resampled(motion, 30, -1), Error);
}

class MotionFolder : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
      write_file_atomic(folder_ / (std::string(name) + ".bvh"), bvh_text(mixamo(), {{}, {}}));
  }

  std::string names(Split split) const {
    std::string result;
    const MotionLibrary library = MotionLibrary::load(folder_, Skeleton::human(), split);
    for (const Motion& motion : library.motions()) result += motion.name.front();
    return result;
  }
  test::ScratchFolder folder_;
};

TEST_F(MotionFolder, HoldsOutEveryFifthFile) {
  EXPECT_EQ(names(Split::training), "bcde");
  EXPECT_EQ(names(Split::held_out), "af");
  EXPECT_EQ(MotionLibrary::load(folder_, Skeleton::human()).frames(), 8);
}

TEST_F(MotionFolder, TheManifestGivesOrderAndActions) {
  write_file_atomic(folder_ / "manifest.json",
                    R"([{"file": "c.bvh", "action": "walk"}, {"file": "a.bvh", "action": "run"}])");
  EXPECT_EQ(names(Split::training), "ca");
  EXPECT_EQ(names(Split::held_out), "ca");  // too few to hold one out
  EXPECT_EQ(MotionLibrary::load(folder_, Skeleton::human()).motions()[1].action, "run");
}

TEST_F(MotionFolder, RefusesWhatItCannotRead) {
  EXPECT_THROW(MotionLibrary::load(folder_ / "none", Skeleton::human()), Error);
  write_file_atomic(folder_ / "manifest.json", "[{}]");
  EXPECT_THROW(MotionLibrary::load(folder_, Skeleton::human()), Error);
  write_file_atomic(folder_ / "manifest.json", R"([{"file": "a.bvh"}, {"file": "missing.bvh"}])");
  EXPECT_THROW(MotionLibrary::load(folder_, Skeleton::human()), Error);
  EXPECT_THROW(MotionLibrary({}), Error);
  EXPECT_THROW(MotionLibrary({Motion()}), Error);
}

TEST(MotionPack, RetargetedLimbsPointWhereTheRecordedOnesDo) {
  const fs::path folder = fs::path(LIMN_SOURCE_DIR) / "../shared/data/motion";
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "needs the motion pack in ../shared/data/motion";
  const Skeleton& skeleton = Skeleton::human();
  for (const char* name : {"cmu_02_01_walk.bvh", "deepmimic_crawl.bvh", "cmu_05_07_dance-small-jetes-attitude.bvh"}) {
    const Bvh bvh = read_bvh(folder / name);
    const Motion motion = retarget(skeleton, bvh);
    ASSERT_EQ(motion.frames(), bvh.frames);
    for (int t = 0; t < bvh.frames; t += 7) {
      const BvhFrame frame = bvh_frame(bvh, t);
      const Kinematics k = forward_kinematics(skeleton, motion.at(t / motion.fps));
      const auto theirs = [&](const char* from, const char* to) {
        return (frame.positions[bvh.find(to)] - frame.positions[bvh.find(from)]).normalized();
      };
      const auto ours = [&](const char* from, const char* to) {
        return (k.positions[skeleton.joint(to)] - k.positions[skeleton.joint(from)]).normalized();
      };
      EXPECT_GT(theirs("LeftArm", "LeftForeArm").dot(ours("left_shoulder", "left_elbow")), 0.999f);
      EXPECT_GT(theirs("RightForeArm", "RightHand").dot(ours("right_elbow", "right_wrist")), 0.999f);
      EXPECT_GT(theirs("LeftUpLeg", "LeftLeg").dot(ours("left_hip", "left_knee")), 0.999f);
      EXPECT_GT(theirs("RightLeg", "RightFoot").dot(ours("right_knee", "right_ankle")), 0.998f);
      EXPECT_GT(theirs("Hips", "Neck").dot(ours("pelvis", "neck")), 0.97f);
      EXPECT_GT(theirs("LeftArm", "RightArm").dot(ours("left_shoulder", "right_shoulder")), 0.93f);
    }
  }
}

}  // namespace
}  // namespace limn
