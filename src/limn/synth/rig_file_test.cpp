#include "limn/synth/rig_file.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace limn
