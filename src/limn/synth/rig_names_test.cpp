#include "limn/synth/rig_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace limn {
namespace {

// A rig of which only the names count: every node is a bone.
RigFile named(const std::vector<std::string>& names) {
  RigFile rig;
  for (const std::string& name : names) {
    rig.bones.push_back({static_cast<int>(rig.nodes.size()), Affine::Identity()});
    rig.nodes.push_back({name, static_cast<int>(rig.nodes.size()) - 1, Affine::Identity()});
  }
  return rig;
}

TEST(RigNames, SidesAndPrefixesAreTold) {
  const auto is = [](const char* name, const char* side, const char* base) {
    const RigName parsed = parse_rig_name(name);
    EXPECT_EQ(parsed.side, side) << name;
    EXPECT_EQ(parsed.base, base) << name;
  };
  is("mixamorig:LeftForeArm", "left", "forearm");
  is("mixamorig1:RightUpLeg", "right", "upleg");
  is("J_Bip_L_UpperArm", "left", "upperarm");
  is("J_Bip_C_Hips", "", "hips");
  is("rightLowerLeg", "right", "lowerleg");
  is("upperarm01.L", "left", "upperarm01");
  is("calf_r", "right", "calf");
  is("LHipJoint", "left", "hipjoint");
  is("lfemur", "left", "femur");
  is("Bip001 R Thigh", "right", "thigh");
  is("lowerback", "", "lowerback");
  is("root", "", "root");
  is("left_eye", "left", "eye");
}

TEST(RigNames, MakeHumansDefaultRig) {
  const RigFile rig = named({"root",    "pelvis.L",   "upperleg01.L", "upperleg02.L", "lowerleg01.L", "lowerleg02.L",
                             "foot.L",  "toe1-1.L",   "pelvis.R",     "upperleg01.R", "lowerleg01.R", "foot.R",
                             "spine05", "spine01",    "clavicle.L",   "shoulder01.L", "upperarm01.L", "lowerarm01.L",
                             "wrist.L", "clavicle.R", "upperarm01.R", "lowerarm01.R", "wrist.R",      "neck01",
                             "head",    "eye.L"});
  const RigMap map(rig);
  EXPECT_THAT(map.missing(), testing::IsEmpty());
  EXPECT_EQ(map.node("hips"), 0);
  EXPECT_EQ(map.node("left_thigh"), 2);
  EXPECT_EQ(map.node("left_toes"), 7);
  EXPECT_EQ(map.node("right_hand"), 22);
  EXPECT_EQ(map.node("left_eye"), 25);
}

TEST(RigNames, GameRigsHaveARootOnTheGround) {
  const RigFile rig =
      named({"Root", "pelvis", "spine_01", "neck_01", "head", "upperarm_l", "lowerarm_l", "hand_l", "upperarm_r",
             "lowerarm_r", "hand_r", "thigh_l", "calf_l", "foot_l", "ball_l", "thigh_r", "calf_r", "foot_r", "ball_r"});
  const RigMap map(rig);
  EXPECT_THAT(map.missing(), testing::IsEmpty());
  EXPECT_EQ(map.node("hips"), 1);
  EXPECT_EQ(map.node("right_shin"), 16);
  ASSERT_NE(map.joint_of(14), nullptr);
  EXPECT_EQ(*map.joint_of(14), "left_toes");
}

TEST(RigNames, CmuRigs) {
  const RigMap bvh(named({"Hips",      "LHipJoint",  "LeftUpLeg",    "LeftLeg",      "LeftFoot",  "LeftToeBase",
                          "RHipJoint", "RightUpLeg", "RightLeg",     "RightFoot",    "LowerBack", "Spine",
                          "Neck",      "Neck1",      "Head",         "LeftShoulder", "LeftArm",   "LeftForeArm",
                          "LeftHand",  "RightArm",   "RightForeArm", "RightHand"}));
  EXPECT_THAT(bvh.missing(), testing::IsEmpty());
  EXPECT_EQ(bvh.node("left_thigh"), 2);
  const RigMap asf(
      named({"root", "lfemur", "ltibia", "lfoot", "rfemur", "rtibia", "rfoot", "lowerback", "lowerneck", "head",
             "lclavicle", "lhumerus", "lradius", "lwrist", "lhand", "rhumerus", "rradius", "rwrist"}));
  EXPECT_THAT(asf.missing(), testing::IsEmpty());
  EXPECT_EQ(asf.node("left_hand"), 13);
  EXPECT_EQ(asf.node("neck"), 8);
}

TEST(RigNames, VrmFilesSayTheirJoints) {
  RigFile rig = named({"Bone.001", "Bone.002"});
  rig.humanoid = {{"leftUpperArm", 1}, {"hips", 0}};
  const RigMap map(rig);
  EXPECT_EQ(map.node("left_upper_arm"), 1);
  EXPECT_EQ(map.node("hips"), 0);
}

TEST(RigNames, MeshesAreNoJoints) {
  RigFile rig = named({"Hips", "mixamorig:Head"});
  rig.nodes.insert(rig.nodes.begin(), {"Head", -1, Affine::Identity()});
  for (RigBone& bone : rig.bones) ++bone.node;
  for (size_t n = 1; n < rig.nodes.size(); ++n) rig.nodes[n].parent = static_cast<int>(n) - (n == 1 ? 2 : 1);
  EXPECT_EQ(RigMap(rig).node("head"), 2);
}

}  // namespace
}  // namespace limn
