#include "limn/synth/mesh.h"

#include <gtest/gtest.h>

#include "limn/base/random.h"

namespace limn {
namespace {

Vec3 random_vector(Random& random) {
  return {static_cast<float>(random.normal()), static_cast<float>(random.normal()),
          static_cast<float>(random.normal())};
}

// Linear blend skinning as its formula: sum of w_j (p'_j + G_j (v - p_j)).
TEST(GoldenSkinning, FourWeightsAgainstThePlainSum) {
  const Skeleton& skeleton = Skeleton::human();
  Random random(3, "mesh_test");
  Pose pose = rest_pose(skeleton);
  for (int j : skeleton.rotating_joints()) pose.rotations[j] = rotation_from_axis_angle(random_vector(random));
  pose.root_position = random_vector(random);
  const Kinematics rest = forward_kinematics(skeleton, rest_pose(skeleton)), posed = forward_kinematics(skeleton, pose);
  for (int influences = 1; influences <= 4; ++influences) {
    SkinnedMesh mesh;
    std::vector<std::vector<std::pair<int, float>>> pairs;
    for (int i = 0; i < 20; ++i) {
      mesh.rest.positions.push_back(random_vector(random));
      mesh.rest.normals.push_back(random_vector(random).normalized());
      std::vector<std::pair<int, float>> list;
      float left = 1;
      for (int k = influences - 1; k >= 0; --k) {
        const float weight = k == 0 ? left : 0.4f * left;
        list.insert(list.begin(), {random.integer(skeleton.joint_count()), weight});
        left -= weight;
      }
      pairs.push_back(list);
      list.resize(4, {0, 0});
      mesh.skin.push_back(
          {list[0].first, list[1].first, list[1].second, list[2].first, list[3].first, list[2].second, list[3].second});
    }
    const Mesh result = pose_mesh(mesh, rest, posed);
    for (size_t i = 0; i < pairs.size(); ++i) {
      Vec3 place = Vec3::Zero(), normal = Vec3::Zero();
      for (const auto& [j, w] : pairs[i]) {
        place += w * (posed.positions[j] + posed.global_rotations[j] * (mesh.rest.positions[i] - rest.positions[j]));
        normal += w * (posed.global_rotations[j] * mesh.rest.normals[i]);
      }
      EXPECT_LT((place - result.positions[i]).norm(), 1e-5f) << influences;
      EXPECT_LT((normal.normalized() - result.normals[i]).norm(), 1e-5f) << influences;
    }
  }
}

}  // namespace
}  // namespace limn
