#include "limn/synth/bvh.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/base/error.h"

namespace limn {
namespace {

const std::string arm = R"(HIERARCHY
ROOT Base
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Upper arm
  {
    OFFSET 0 1 0
    CHANNELS 3 Yrotation Zrotation Xrotation
    JOINT Lower
    {
      OFFSET 2 0 0
      CHANNELS 1 Zrotation
      End Site
      {
        OFFSET 3 0 0
      }
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.04
0 0 0 0 0 0 0 0 0 0
1 2 3 90 0 0 90 0 0 90
)";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = arm;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Bvh, ReadsHierarchyAndValues) {
  const Bvh bvh = parse_bvh(arm, "arm.bvh");
  ASSERT_EQ(bvh.joints.size(), 3u);
  EXPECT_EQ(bvh.joints[1].name, "Upper arm");
  EXPECT_EQ(bvh.joints[2].parent, 1);
  EXPECT_EQ(bvh.joints[2].first_value, 9);
  EXPECT_EQ(bvh.joints[2].end_site->x(), 3);
  EXPECT_FALSE(bvh.joints[1].end_site.has_value());
  EXPECT_EQ(bvh.channels, 10);
  EXPECT_EQ(bvh.frames, 2);
  EXPECT_DOUBLE_EQ(bvh.frame_time_s, 0.04);
  EXPECT_EQ(bvh.find("Lower"), 2);
  EXPECT_EQ(bvh.find("lower"), -1);
}

TEST(Bvh, PosesInClosedForm) {
  const Bvh bvh = parse_bvh(arm, "arm.bvh");
  const BvhFrame rest = bvh_frame(bvh, 0);
  EXPECT_LT((rest.positions[2] - Vec3(2, 1, 0)).norm(), 1e-6f);
  // The root turns y to -x; then the arm's own 90 degrees about y send its x to -z, which the root keeps.
  const BvhFrame turned = bvh_frame(bvh, 1);
  EXPECT_LT((turned.positions[0] - Vec3(1, 2, 3)).norm(), 1e-6f);
  EXPECT_LT((turned.positions[1] - Vec3(0, 2, 3)).norm(), 1e-5f);
  EXPECT_LT((turned.positions[2] - Vec3(0, 2, 1)).norm(), 1e-5f);
  EXPECT_LT((turned.world_rotations[2] * Vec3::UnitX() - Vec3(-1, 0, 0)).norm(), 1e-5f);
}

TEST(Bvh, RotationsApplyInTheOrderOfTheirChannels) {
  std::string text = arm.substr(0, arm.find("Frames:")) + "Frames: 1\nFrame Time: 0.04\n0 0 0 30 40 50 0 0 0 0\n";
  const auto about = [](float degrees, const Vec3& axis) {
    return Eigen::AngleAxisf(degrees * std::numbers::pi_v<float> / 180, axis).toRotationMatrix();
  };
  const Mat3 zxy = about(30, Vec3::UnitZ()) * about(40, Vec3::UnitX()) * about(50, Vec3::UnitY());
  EXPECT_LT(geodesic_angle(bvh_frame(parse_bvh(text, "a"), 0).world_rotations[0], zxy), 1e-5f);
}

TEST(Bvh, RefusesDamagedFilesWithTheLine) {
  struct Case {
    std::string text, line, says;
  };
  const Case cases[] = {
      {"", "x.bvh:1", "HIERARCHY"},
      {changed("ROOT Base", "ROOT "), "x.bvh:2", "name"},
      {changed("JOINT Lower", "JOINT Base"), "x.bvh:10", "two joints"},
      {changed("{\n    OFFSET 0 1 0", "\n    OFFSET 0 1 0"), "x.bvh:8", "{"},
      {changed("OFFSET 0 1 0", "OFFSET 0 one 0"), "x.bvh:8", "number"},
      {changed("OFFSET 0 1 0", "OFFSET 0 nan 0"), "x.bvh:8", "finite"},
      {changed("OFFSET 0 1 0", "OFFSET 0 1"), "x.bvh:9", "number"},
      {changed("CHANNELS 3", "CHANNELS 4"), "x.bvh:10", "count"},
      {changed("CHANNELS 3", "CHANNELS 2"), "x.bvh:9", "JOINT"},
      {changed("CHANNELS 3", "CHANNELS -3"), "x.bvh:9", "whole number"},
      {changed("CHANNELS 3 Yrotation", "CHANNELS 3 Xrotation"), "x.bvh:9", "twice"},
      {changed("CHANNELS 3 Yrotation", "CHANNELS 3 Wrotation"), "x.bvh:9", "channels"},
      {changed("      }\n    }\n", "      }\n"), "x.bvh:20", "JOINT"},
      {changed("Frames: 2", "Frames: 0"), "x.bvh:22", "frames"},
      {changed("Frames: 2", "Frames: 2.5"), "x.bvh:22", "frames"},
      {changed("Frames: 2", "Frames: 99999999"), "x.bvh:22", "frames"},
      {changed("Frames: 2", "Frames: 3"), "x.bvh:25", "ends"},
      {changed("Frames: 2", "Frames: 1"), "x.bvh:25", "more values"},
      {changed("0.04", "0"), "x.bvh:23", "frame time"},
      {changed("90 0 0 90\n", "90 0 0\n"), "x.bvh:25", "ends"},
      {changed("90 0 0 90 0 0 90", "90 0 0 x 0 0 90"), "x.bvh:25", "number"},
  };
  for (const Case& c : cases) {
    try {
      parse_bvh(c.text, "x.bvh");
      ADD_FAILURE() << "accepted: " << c.says << "\n" << c.text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_EQ(error.where(), c.line) << error.what();
      EXPECT_NE(error.message().find(c.says), std::string::npos) << error.message();
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

TEST(Bvh, EveryTruncationIsAnError) {
  // All but the last number's digits and the final line break.
  for (size_t size = 0; size + 2 < arm.size(); ++size) EXPECT_THROW(parse_bvh(arm.substr(0, size), "x"), Error) << size;
}

}  // namespace
}  // namespace limn
