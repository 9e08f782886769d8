#include "limn/synth/body.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace limn {
namespace {

Person person_of(uint64_t index) {
  Random proportions(5, "body_test.proportions", index), looks(5, "body_test.looks", index);
  return sample_person(Skeleton::human(), sample_proportions(Skeleton::human(), proportions), looks);
}

TEST(Body, NormalsAreUnitAndWeightsAreShares) {
  for (uint64_t i = 0; i < 30; ++i) {
    const Person person = person_of(i);
    ASSERT_EQ(person.mesh.skin.size(), person.mesh.rest.positions.size());
    for (const Vec3& normal : person.mesh.rest.normals) ASSERT_NEAR(normal.norm(), 1, 1e-4) << i;
    for (const SkinWeight& w : person.mesh.skin) {
      ASSERT_GE(w.weight_b, 0) << i;
      ASSERT_LE(w.weight_b, 1) << i;
    }
  }
}

TEST(Body, PrintsOnTheBackLieInItsMiddle) {
  int printed = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    const Person person = person_of(i);
    const Material& top = person.materials[slot_top];
    if (top.back.half == 0) continue;
    ++printed;
    std::map<float, float> half_girth;  // of the garment, by height
    for (size_t t = 0; t < person.mesh.rest.triangles.size(); ++t)
      for (const int v : person.mesh.rest.triangles[t])
        if (const Vec2 uv = person.mesh.rest.uv[v]; person.mesh.rest.triangle_material[t] == slot_top)
          half_girth[uv.y()] = std::max(half_girth[uv.y()], std::abs(uv.x()));
    for (const auto& [v, half] : half_girth) {
      if (std::abs(v - top.back.at.y()) > 0.5f * top.back.half || half < 0.25f) continue;  // another place; a collar
      EXPECT_NEAR(top.seam + top.seam_slope * v, half, 0.035f) << i;
    }
  }
  EXPECT_GT(printed, 10);
}

// Limbs come first in the mesh: the left side, then its mirror image.
TEST(Body, BothSidesAreMirrorImagesAndWearTheSame) {
  const Skeleton& skeleton = Skeleton::human();
  for (uint64_t i = 0; i < 30; ++i) {
    const SkinnedMesh mesh = build_body(skeleton, person_of(i));
    const int left_hip = skeleton.joint("left_hip"), right_hip = skeleton.joint("right_hip");
    const auto first_of = [&](int joint) {
      size_t v = 0;
      while (v < mesh.skin.size() && mesh.skin[v].a != joint) ++v;
      return v;
    };
    const size_t left = first_of(left_hip), right = first_of(right_hip);
    ASSERT_LT(right, mesh.skin.size());
    const size_t half = right - left;
    for (size_t v = 0; v < half; ++v) {
      const Vec3 &p = mesh.rest.positions[v], &q = mesh.rest.positions[v + half];
      ASSERT_LT((Vec3(-p.x(), p.y(), p.z()) - q).norm(), 1e-6f) << i << " vertex " << v;
      ASSERT_EQ(mesh.rest.uv[v], mesh.rest.uv[v + half]);
    }
  }
}

}  // namespace
}  // namespace limn
