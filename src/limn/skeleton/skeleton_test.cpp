#include "limn/skeleton/skeleton.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "limn/base/error.h"

namespace limn {
namespace {

// Line numbers matter to the tests below.
const std::string small = R"(name = "small"
[[joint]]
name = "root"
mirror = "root"
rest_offset = [0, 0, 0]
[[joint]]
name = "left"
parent = "root"
mirror = "right"
rest_offset = [1, 0, 0.5]
[[joint]]
name = "right"
parent = "root"
mirror = "left"
rest_offset = [-1, 0, 0.5]
[[bone]]
name = "left_bone"
from = "root"
to = "left"
[[bone]]
name = "right_bone"
from = "root"
to = "right"
[[grouping]]
name = "sides"
[[grouping.channel]]
name = "l"
mirror = "r"
bones = ["left_bone"]
[[grouping.channel]]
name = "r"
mirror = "l"
bones = ["right_bone"]
[[grouping]]
name = "bones"
each_bone = true
)";

/// `small` with line `line` (1-based) replaced.
std::string with_line(int line, const std::string& text) {
  size_t begin = 0;
  for (int i = 1; i < line; ++i) begin = small.find('\n', begin) + 1;
  std::string result = small;
  return result.replace(begin, small.find('\n', begin) - begin, text);
}

void expect_refused(const std::string& text, int line, const std::string& says) {
  try {
    Skeleton::parse(text, "small.toml");
    ADD_FAILURE() << "accepted; expected: " << says;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(error.where(), "small.toml:" + std::to_string(line)) << error.what();
    EXPECT_NE(error.message().find(says), std::string::npos) << error.what();
  }
}

TEST(Skeleton, ReadsTheSmallOne) {
  const Skeleton skeleton = Skeleton::parse(small, "small.toml");
  EXPECT_EQ(skeleton.name(), "small");
  EXPECT_EQ(skeleton.text(), small);
  EXPECT_EQ(skeleton.joint_count(), 3);
  EXPECT_EQ(skeleton.joints()[1].parent, 0);
  EXPECT_EQ(skeleton.joints()[1].mirror, 2);
  EXPECT_EQ(skeleton.joints()[2].rest_offset, Vec3(-1, 0, 0.5f));
  EXPECT_EQ(skeleton.grouping("sides").channel_mirror, (std::vector<int>{1, 0}));
  EXPECT_EQ(skeleton.grouping("bones").channel_names, (std::vector<std::string>{"left_bone", "right_bone"}));
  EXPECT_EQ(skeleton.grouping("bones").channel_mirror, (std::vector<int>{1, 0}));
  EXPECT_EQ(skeleton.rotating_joints(), std::vector<int>{0});
  EXPECT_EQ(skeleton.length_groups(), (std::vector<std::vector<int>>{{1, 2}}));
}

TEST(Skeleton, RefusesBadJoints) {
  expect_refused(with_line(3, "name = \"root\"\nparent = \"left\""), 4, "after its child");  // no root
  expect_refused(with_line(3, "name = \"root\"\nparent = \"root\""), 4, "unknown name 'root'");
  expect_refused(with_line(8, ""), 6, "several roots");
  expect_refused(with_line(8, "parent = \"right\""), 8, "after its child");
  expect_refused(with_line(8, "parent = \"rot\""), 8, "nearest is 'root'");
  expect_refused(with_line(8, "parent = 1"), 8, "wrong type");
  expect_refused(with_line(12, "name = \"left\""), 11, "two entries are named 'left'");
  expect_refused(with_line(7, ""), 6, "'name' is missing");
  expect_refused(with_line(7, "name = \"\""), 7, "empty");
  expect_refused(with_line(8, "parrent = \"root\""), 8, "nearest is 'parent'");
  expect_refused(with_line(1, "nam = \"small\""), 1, "nearest is 'name'");
  expect_refused("name = \"x\"\njoint = []\nbone = []\ngrouping = []\n", 1, "needs joints");
  expect_refused("name = \"x\"\njoint = [5]\n", 2, "must hold tables");
}

TEST(Skeleton, RefusesBadOffsets) {
  expect_refused(with_line(10, "rest_offset = [0, 0, 0]"), 10, "no length");
  expect_refused(with_line(10, "rest_offset = [nan, 0, 0]"), 10, "not finite");
  expect_refused(with_line(10, "rest_offset = [inf, 0, 0]"), 10, "not finite");
  expect_refused(with_line(10, "rest_offset = [1e300, 0, 0]"), 10, "too large");
  expect_refused(with_line(10, "rest_offset = [\"1\", 0, 0]"), 10, "not finite");
  expect_refused(with_line(10, "rest_offset = [1, 0]"), 10, "three numbers");
  expect_refused(with_line(10, ""), 6, "'rest_offset' is missing");
}

TEST(Skeleton, RefusesBadMirrors) {
  expect_refused(with_line(4, "mirror = \"left\""), 4, "not mutual");
  expect_refused(with_line(9, "mirror = \"left\""), 9, "sign of x");
  expect_refused(with_line(9, "mirror = \"rihgt\""), 9, "nearest is 'right'");
  expect_refused(with_line(9, ""), 6, "'mirror' is missing");
  expect_refused(with_line(15, "rest_offset = [1, 0, 0.5]"), 9, "sign of x");
  expect_refused(with_line(15, "rest_offset = [-1, 0, 0.6]"), 9, "sign of x");
  expect_refused(with_line(5, "rest_offset = [0.1, 0, 0]"), 4, "sign of x");  // on the midline x is 0
  expect_refused(with_line(13, "parent = \"left\""), 9, "parents that are no mirrors");
}

TEST(Skeleton, RefusesBadBones) {
  expect_refused(with_line(18, "from = \"rooot\""), 18, "nearest is 'root'");
  expect_refused(with_line(18, "from = \"left\""), 16, "to itself");
  expect_refused(with_line(21, "name = \"left_bone\""), 20, "two entries");
  expect_refused(with_line(23, "to = \"left\""), 20, "join the same joints");
  expect_refused(with_line(22, "form = \"root\""), 22, "nearest is 'from'");
}

TEST(Skeleton, RefusesBadGroupings) {
  expect_refused(with_line(29, "bones = []"), 26, "has no bones");
  expect_refused(with_line(29, "bones = [\"left_bone\", \"right_bone\"]"), 33, "in two channels");
  expect_refused(with_line(29, "bones = [\"left_bone\",\n\"left_bone\"]"), 30, "in two channels");
  expect_refused(with_line(29, "bones = [\"left_bon\"]"), 29, "nearest is 'left_bone'");
  expect_refused(with_line(28, "mirror = \"l\""), 26, "not the mirror");
  expect_refused(with_line(28, "mirror = \"x\""), 28, "unknown name 'x'");
  expect_refused(with_line(31, "name = \"l\""), 30, "two entries");
  expect_refused(with_line(35, "name = \"sides\""), 34, "two entries");
  expect_refused(with_line(36, "each_bone = 1"), 36, "wrong type");
  expect_refused(with_line(36, "each_bone = false"), 34, "'channel' is missing");
  expect_refused(with_line(36, "each_bone = true\nchannel = []"), 36, "no room for channels");
  const std::string one_channel = "[[grouping.channel]]\nname = \"l\"\nmirror = \"l\"\nbones = [\"left_bone\"]\n";
  const std::string head = small.substr(0, small.find("[[grouping.channel]]"));
  expect_refused(head + one_channel, 24, "'right_bone' is in no channel");
}

TEST(Skeleton, RefusesABoneWithoutAMirror) {
  std::string text = small.substr(0, small.find("[[bone]]\nname = \"right_bone\""));
  expect_refused(text + "[[grouping]]\nname = \"bones\"\neach_bone = true\n", 20, "no mirrored bone");
  expect_refused(
      text +
          "[[grouping]]\nname = \"all\"\n[[grouping.channel]]\nname = \"a\"\nmirror = \"a\"\nbones = [\"left_bone\"]\n",
      22, "not the mirror");
}

TEST(Skeleton, LookUpsNameTheNearest) {
  const Skeleton& human = Skeleton::human();
  EXPECT_EQ(human.joints()[human.joint("left_knee")].name, "left_knee");
  for (const auto& look : {std::function<void()>([&] { human.joint("left_kne"); }),
                           std::function<void()>([&] { human.bone("left_shinn"); }),
                           std::function<void()>([&] { human.grouping("limb"); })}) {
    try {
      look();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_TRUE(error.remedy().ends_with("left_knee") || error.remedy().ends_with("left_shin") ||
                  error.remedy().ends_with("limbs"))
          << error.what();
    }
  }
}

TEST(Human, HasTheJointsAndChannelsOfTheMethod) {
  const Skeleton& human = Skeleton::human();
  EXPECT_EQ(human.joint_count(), 27);
  EXPECT_EQ(human.bones().size(), 25u);
  EXPECT_EQ(human.joints()[0].name, "pelvis");
  EXPECT_EQ(human.rotating_joints().size(), 17u);
  EXPECT_EQ(human.length_groups().size(), 16u);
  std::set<int> grouped;
  for (const std::vector<int>& group : human.length_groups()) grouped.insert(group.begin(), group.end());
  EXPECT_EQ(grouped.size(), 26u);
  EXPECT_EQ(grouped.count(0), 0u);
  EXPECT_EQ(human.grouping("limbs").channel_names,
            (std::vector<std::string>{"left_arm", "right_arm", "left_leg", "right_leg", "torso", "head", "left_face",
                                      "right_face"}));
  EXPECT_EQ(human.grouping("limbs").channel_mirror, (std::vector<int>{1, 0, 3, 2, 4, 5, 7, 6}));
  EXPECT_EQ(human.grouping("single").channels(), 1);
  EXPECT_EQ(human.grouping("bones").channels(), 25);
}

TEST(Human, SameStructureIgnoresTheTextOnly) {
  const Skeleton& human = Skeleton::human();
  EXPECT_TRUE(human.same_structure(Skeleton::parse("# a comment\n" + human.text(), "copy")));
  const Skeleton one = Skeleton::parse(small, "small");
  EXPECT_FALSE(human.same_structure(one));
  EXPECT_FALSE(one.same_structure(Skeleton::parse(with_line(25, "name = \"halves\""), "other")));
}

}  // namespace
}  // namespace limn
