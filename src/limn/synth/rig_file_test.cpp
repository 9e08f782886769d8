#include "limn/synth/rig_file.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "support/small_fbx.h"
#include "support/tiny_character.h"

namespace limn {
namespace {

TEST(RigFile, WeldingKeepsTheSurfaceAndDropsRepeatedVertices) {
  RigFile rig = read_gltf(test::tiny_character(), "tiny.glb");
  weld(rig);
  RigFile doubled = rig;  // each vertex twice; every second triangle uses the copies
  const int count = static_cast<int>(rig.positions.size());
  doubled.positions.insert(doubled.positions.end(), rig.positions.begin(), rig.positions.end());
  doubled.normals.insert(doubled.normals.end(), rig.normals.begin(), rig.normals.end());
  doubled.uv.insert(doubled.uv.end(), rig.uv.begin(), rig.uv.end());
  doubled.tint.insert(doubled.tint.end(), rig.tint.begin(), rig.tint.end());
  doubled.weights.insert(doubled.weights.end(), rig.weights.begin(), rig.weights.end());
  for (size_t t = 1; t < doubled.triangles.size(); t += 2)
    for (int& corner : doubled.triangles[t]) corner += count;
  weld(doubled);
  EXPECT_EQ(doubled.positions.size(), rig.positions.size());
  EXPECT_EQ(doubled.triangles, rig.triangles);
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(doubled.positions[i], rig.positions[i]);
    EXPECT_EQ(doubled.weights[i].bone, rig.weights[i].bone);
  }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// The small FBX with one line of it changed.
RigFile changed_fbx(const std::string& from, const std::string& to) {
  return parse_rig(replaced(test::small_fbx, from, to), "small.fbx");
}

TEST(RigFile, ReadsFbxAsText) {
  const RigFile rig = changed_fbx("", "");
  EXPECT_EQ(rig.triangles.size(), 2u);
  EXPECT_EQ(rig.bones.size(), 2u);
  EXPECT_EQ(rig.positions.size(), 4u);
}

// Fuzzers' finds: what assimp asserts of a file would end the program, and a bone told twice was freed twice.
TEST(RigFile, RefusesFbxWhoseBonesMoveVerticesThatAreNotThere) {
  EXPECT_THROW(changed_fbx("a: 0,1,2\n", "a: 5,1,2\n"), Error);
}

TEST(RigFile, RefusesFbxThatNestsWithoutEnd) {
  EXPECT_THROW(changed_fbx("C: \"OO\",5,0", "C: \"OO\",5,5"), Error);
  EXPECT_THROW(changed_fbx("C: \"OO\",5,0", "C : \"OO\" , 5,\n 6"), Error);  // 6 is its child
  EXPECT_NO_THROW(changed_fbx("C: \"OO\",4,0", "C: \"OO\",4,5"));  // a skin below one of its bones
  std::string blocks;
  for (int i = 0; i < 2000; ++i) blocks += "a: {";
  EXPECT_THROW(changed_fbx("Objects: {", blocks + "Objects: {"), Error);
  std::string models, chain;
  for (int i = 100; i < 2100; ++i) {
    models += "\tModel: " + std::to_string(i) + ", \"Model::n\", \"LimbNode\" {\n\t}\n";
    chain += "\tC: \"OO\"," + std::to_string(i + 1) + "," + std::to_string(i) + "\n";
  }
  EXPECT_THROW(changed_fbx("}\nConnections: {\n", models + "}\nConnections: {\n" + chain), Error);
}

TEST(RigFile, ABoneToldTwiceInFbxIsOne) {
  EXPECT_EQ(changed_fbx("C: \"OO\",9,7", "C: \"OO\",8,7").bones.size(), 1u);
  EXPECT_EQ(changed_fbx("C: \"OO\",9,7\n", "C: \"OO\",9,7\n\tC: \"OO\",9,7\n").bones.size(), 2u);
  // Refused after its bones were shared: assimp would free them twice.
  EXPECT_THROW(parse_rig(replaced(replaced(test::small_fbx, "C: \"OO\",9,7\n", "C: \"OO\",9,7\n\tC: \"OO\",9,7\n"),
                                  "\"UnitScaleFactor\", \"double\", \"Number\", \"\",1", "\"UnitScaleFactor\", \"double\", \"Number\", \"\",0"),
                         "small.fbx"),
               Error);
}

}  // namespace
}  // namespace limn
