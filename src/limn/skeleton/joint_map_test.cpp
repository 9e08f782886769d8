#include "limn/skeleton/joint_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "limn/base/error.h"
#include "limn/skeleton/pose.h"

namespace limn {
namespace {

std::string names_of(const JointMap& map) {
  std::string text;
  for (const MappedJoint& joint : map.joints) text += (text.empty() ? "" : " ") + joint.name;
  return text;
}

// The orders are the benchmarks' own; every number of theirs depends on them.
TEST(JointMap, OrdersAreThoseOfTheBenchmarks) {
  const auto names = [](const char* map) { return names_of(JointMap::built_in(Skeleton::human(), map)); };
  EXPECT_EQ(names("coco17"),
            "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist "
            "right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle");
  EXPECT_EQ(
      names("h36m17"),
      "pelvis right_hip right_knee right_ankle left_hip left_knee left_ankle spine thorax neck head left_shoulder "
      "left_elbow left_wrist right_shoulder right_elbow right_wrist");
  EXPECT_EQ(names("h36m32"),
            "pelvis right_hip right_knee right_ankle right_toe_base right_toe_tip left_hip left_knee left_ankle "
            "left_toe_base left_toe_tip spine_base spine thorax neck head left_collar left_shoulder left_elbow left_wrist "
            "left_hand left_thumb left_fingers left_finger_tips right_collar right_shoulder right_elbow right_wrist "
            "right_hand right_thumb right_fingers right_finger_tips");
  EXPECT_EQ(names("lsp14"),
            "right_ankle right_knee right_hip left_hip left_knee left_ankle right_wrist right_elbow right_shoulder "
            "left_shoulder left_elbow left_wrist neck head_top");
  EXPECT_EQ(
      names("mpii16"),
      "right_ankle right_knee right_hip left_hip left_knee left_ankle pelvis thorax upper_neck head_top right_wrist "
      "right_elbow right_shoulder left_shoulder left_elbow left_wrist");
  EXPECT_EQ(names("mpi_inf_3dhp17"),
            "head_top neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist right_hip "
            "right_knee right_ankle left_hip left_knee left_ankle pelvis spine head");
}

TEST(JointMap, BuiltInNamesAreSix) {
  EXPECT_EQ(JointMap::built_in_names(),
            (std::vector<std::string>{"coco17", "h36m17", "h36m32", "lsp14", "mpi_inf_3dhp17", "mpii16"}));
  try {
    JointMap::built_in(Skeleton::human(), "coco71");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(error.remedy().find("coco17"), std::string::npos);
  }
}

TEST(JointMap, FindsItsJointsByName) {
  const JointMap map = JointMap::built_in(Skeleton::human(), "lsp14");
  EXPECT_EQ(map.joint("right_knee"), 1u);
  EXPECT_THROW(map.joint("pelvis"), Error);
}

TEST(JointMap, LimbsAreTakenFromTheJointOfTheSameName) {
  const Skeleton& human = Skeleton::human();
  for (const std::string& name : JointMap::built_in_names()) {
    const JointMap map = JointMap::built_in(human, name);
    EXPECT_EQ(map.name, name);
    for (const MappedJoint& joint : map.joints) {
      const std::string mirror = map.joints[joint.mirror].name;
      if (!joint.name.starts_with("left_") && !joint.name.starts_with("right_")) {
        EXPECT_EQ(mirror, joint.name);
        continue;
      }
      EXPECT_EQ(mirror.substr(mirror.find('_')), joint.name.substr(joint.name.find('_')));
      EXPECT_NE(mirror, joint.name);
      const bool ours = std::any_of(human.joints().begin(), human.joints().end(),
                                    [&](const Joint& known) { return known.name == joint.name; });
      if (!ours) continue;  // collars and parts of the hand, of Human3.6M
      ASSERT_EQ(joint.sources.size(), 1u) << name << " " << joint.name;
      EXPECT_EQ(joint.sources[0], (std::pair{human.joint(joint.name), 1.0f}));
    }
  }
}

TEST(JointMap, BonesTouchEveryJoint) {
  for (const std::string& name : JointMap::built_in_names()) {
    const JointMap map = JointMap::built_in(Skeleton::human(), name);
    std::vector<int> seen(map.joints.size(), 0);
    for (const auto& [a, b] : map.bones) ++seen[a], ++seen[b];
    for (size_t k = 0; k < seen.size(); ++k) EXPECT_GT(seen[k], 0) << name << " " << map.joints[k].name;
  }
}

TEST(JointMap, AppliesWeightedMeans) {
  const Skeleton& human = Skeleton::human();
  const JointMap map = JointMap::parse(human,
                                       "name = \"m\"\n[[joint]]\nname = \"mid\"\nmirror = \"mid\"\nfrom = { left_hip = "
                                       "0.25, nose = 0.5, right_hip = 0.25 }\n",
                                       "m.toml");
  std::vector<Vec2> ours(human.joint_count(), Vec2(100, 100));
  ours[human.joint("left_hip")] = Vec2(4, 0);
  ours[human.joint("right_hip")] = Vec2(0, 8);
  ours[human.joint("nose")] = Vec2(2, 2);
  EXPECT_EQ(map.apply(ours), std::vector<Vec2>{Vec2(2, 3)});
}

TEST(JointMap, MirroredPosesMapToMirroredPoses) {
  const Skeleton& human = Skeleton::human();
  Pose pose = rest_pose(human);
  for (int j : human.rotating_joints()) pose.rotations[j] = rotation_from_axis_angle(Vec3(0.1f * j, 0.7f, -0.05f * j));
  const auto positions = [&](const Pose& p) { return forward_kinematics(human, p).positions; };
  for (const std::string& name : JointMap::built_in_names()) {
    const JointMap map = JointMap::built_in(human, name);
    const std::vector<Vec3> at = map.apply(positions(pose)), seen = map.apply(positions(mirrored(human, pose)));
    for (size_t k = 0; k < at.size(); ++k) {
      const Vec3 other = at[map.joints[k].mirror];
      EXPECT_LT((seen[k] - Vec3(-other.x(), other.y(), other.z())).norm(), 2e-6f) << name << " " << map.joints[k].name;
    }
  }
}

// Line numbers matter to the test below.
const char* const lines[] = {"name = \"m\"",   "bones = [[\"l\", \"r\"]]", "[[joint]]", "name = \"l\"",
                             "mirror = \"r\"", "from = { left_hip = 1 }",  "[[joint]]", "name = \"r\"",
                             "mirror = \"l\"", "from = { right_hip = 1 }"};

void expect_refused(int changed, const std::string& with, int line, const std::string& says) {
  std::string text;
  for (int i = 1; i <= 10; ++i) text += (i == changed ? with : lines[i - 1]) + "\n";
  try {
    JointMap::parse(Skeleton::human(), text, "m.toml");
    ADD_FAILURE() << "accepted:\n" << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(error.where(), "m.toml:" + std::to_string(line)) << error.what();
    EXPECT_NE(error.message().find(says), std::string::npos) << error.what();
  }
}

TEST(JointMap, RefusesMalformedMaps) {
  expect_refused(6, "from = { left_hpi = 1 }", 6, "nearest is 'left_hip'");
  expect_refused(6, "from = { left_hip = 0.5 }", 3, "do not sum to 1");
  expect_refused(6, "from = { left_hip = nan }", 3, "do not sum to 1");
  expect_refused(6, "from = { left_hip = \"1\" }", 6, "not a number");
  expect_refused(6, "from = {}", 3, "do not sum to 1");
  expect_refused(6, "from = \"left_hip\"", 6, "wrong type");
  expect_refused(6, "", 3, "'from' is missing");
  expect_refused(6, "form = { left_hip = 1 }", 6, "nearest is 'from'");
  expect_refused(6, "from = { left_knee = 1 }", 3, "not made of mirrored joints");
  expect_refused(5, "mirror = \"l\"", 3, "not made of mirrored joints");  // a left joint on the midline
  expect_refused(9, "mirror = \"r\"", 3, "not mutual");
  expect_refused(9, "mirror = \"x\"", 9, "unknown joint 'x'");
  expect_refused(9, "", 7, "'mirror' is missing");
  expect_refused(8, "name = \"l\"", 7, "two joints are named 'l'");
  expect_refused(8, "", 7, "'name' is missing");
  expect_refused(2, "bones = [[\"l\"]]", 2, "joins two joints");
  expect_refused(2, "bones = [[\"l\", \"q\"]]", 2, "unknown joint 'q'");
  expect_refused(2, "bones = \"l r\"", 2, "wrong type");
  expect_refused(2, "bnes = []", 2, "nearest is 'bones'");
  expect_refused(1, "", 1, "'name' is missing");
}

TEST(JointMap, RefusesAMapWithoutJoints) {
  EXPECT_THROW(JointMap::parse(Skeleton::human(), "name = \"m\"\njoint = []\n", "m.toml"), Error);
  EXPECT_THROW(JointMap::parse(Skeleton::human(), "name = \"m\"\njoint = [1]\n", "m.toml"), Error);
}

}  // namespace
}  // namespace limn
