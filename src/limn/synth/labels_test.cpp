#include "limn/synth/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "limn/synth/procedural_people.h"
#include "limn/synth/scene.h"

namespace limn {
namespace {

constexpr int side = 64;

SynthOptions crowded() {
  SynthOptions options;
  options.fitted_probability = 0;  // the families stretch out their limbs more, behind which other people stand
  options.image_size = side;
  options.occluder_probability = options.distractor_probability = 0.6;
  return options;
}

struct Hit {
  float z = 0;  ///< metres along the camera's z; 0: nothing was hit
  uint16_t object = 0;
};

/// What the ray through a pixel position meets first: every triangle is tried (Moeller and Trumbore 1997).
Hit cast(const Mesh& surfaces, const Camera& camera, const Vec2& px) {
  const Eigen::Vector3d ray = camera.unproject(px, 1).cast<double>();
  Hit nearest;
  for (size_t t = 0; t < surfaces.triangles.size(); ++t) {
    const auto& [ia, ib, ic] = surfaces.triangles[t];
    const Eigen::Vector3d a = surfaces.positions[ia].cast<double>(), ab = surfaces.positions[ib].cast<double>() - a,
                          ac = surfaces.positions[ic].cast<double>() - a;
    const Eigen::Vector3d p = ray.cross(ac);
    const double determinant = ab.dot(p);
    if (determinant == 0) continue;
    const double u = -a.dot(p) / determinant;
    const Eigen::Vector3d q = (-a).cross(ab);
    const double v = ray.dot(q) / determinant, z = ac.dot(q) / determinant;  // ray.z is 1
    if (u < 0 || v < 0 || u + v > 1 || z < 0.05) continue;
    if (nearest.z == 0 || z < nearest.z) nearest = {static_cast<float>(z), surfaces.triangle_object[t]};
  }
  return nearest;
}

Occluder occluder_of(const Hit& hit, float joint_z, float flesh) {
  const float in_front = joint_z - hit.z;
  if (hit.z == 0 || in_front <= (hit.object == object_person ? flesh : 0)) return Occluder::none;
  if (hit.object == object_person) return Occluder::self;
  return hit.object == object_other_person ? Occluder::other_person : Occluder::thing;
}

TEST(Labels, AKnownPoseLandsWhereThePinholeFormulaSays) {
  const Skeleton& skeleton = Skeleton::human();
  Pose pose = rest_pose(skeleton);
  pose.root_position = Vec3(0.3f, 1, 0.2f);
  PlacedCamera view;  // on the z axis 4 m away, looking along -z: x and z turn round, y points down
  view.camera = {500, Vec2(100, 90), 220, 180};
  view.camera_from_world = Vec3(1, -1, -1).asDiagonal();
  view.translation = Vec3(0, 1.5f, 4);
  const PersonView labels = labelled(skeleton, pose, view);
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    Vec3 world = pose.root_position;
    for (int k = j; skeleton.joints()[k].parent >= 0; k = skeleton.joints()[k].parent)
      world += skeleton.joints()[k].rest_offset;
    const double z = 4 - world.z();
    EXPECT_NEAR(labels.joints_px[j].x(), 100 + 500 * world.x() / z, 0.05) << skeleton.joints()[j].name;
    EXPECT_NEAR(labels.joints_px[j].y(), 90 + 500 * (1.5 - world.y()) / z, 0.05) << skeleton.joints()[j].name;
    EXPECT_NEAR(labels.joints_camera[j].z(), z, 1e-4);
  }
  // 0.3 m to the person's left at 3.8 m: 39.5 px right of the axis, 65.8 px below it.
  EXPECT_NEAR(labels.joints_px[skeleton.joint("pelvis")].x(), 139.47, 0.05);
  EXPECT_NEAR(labels.joints_px[skeleton.joint("pelvis")].y(), 155.79, 0.05);
}

TEST(Labels, JointsAreOutsideBehindTheCameraAndBeyondTheEdges) {
  const Skeleton& skeleton = Skeleton::human();
  Pose pose = rest_pose(skeleton);
  PlacedCamera view;
  view.camera = {100, Vec2(50, 50), 100, 100};
  view.translation = Vec3(0, 0, -2);
  for (Visibility v : labelled(skeleton, pose, view).visibility) EXPECT_EQ(v, Visibility::outside);
  view.translation = Vec3(0, 0, 0.9f);  // too near for hands and feet
  const PersonView near = labelled(skeleton, pose, view);
  EXPECT_EQ(near.visibility[skeleton.joint("pelvis")], Visibility::visible);
  EXPECT_EQ(near.visibility[skeleton.joint("left_wrist")], Visibility::outside);
}

// The rasteriser asks at the centre of the sample that holds the joint, the ray at the joint itself.
TEST(Labels, VisibilityIsWhatARayCasterFinds) {
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, crowded());
  int joints = 0, same = 0, unexplained = 0, counts[4] = {};
  for (uint64_t index = 0; index < 300; ++index) {
    const PersonView view = people.sample(21, index, {.appearance = false, .surfaces = true}).target;
    for (int j = 0; j < skeleton.joint_count(); ++j) {
      EXPECT_EQ(view.occluder[j] != Occluder::none, view.visibility[j] == Visibility::occluded);
      if (view.visibility[j] == Visibility::outside) continue;
      ++joints;
      ++counts[static_cast<int>(view.occluder[j])];
      // The tolerance of the joint's own flesh needs the person's size, which lies within 0.66 ... 1.14.
      const auto agrees = [&](const Hit& hit) {
        const float z = view.joints_camera[j].z();
        return occluder_of(hit, z, own_flesh(skeleton, j, 0.66f)) == view.occluder[j] ||
               occluder_of(hit, z, own_flesh(skeleton, j, 1.14f)) == view.occluder[j];
      };
      const Vec2 px = view.joints_px[j];
      const Vec2 sample = (Vec2(std::floor(2 * px.x()), std::floor(2 * px.y())) + Vec2::Constant(0.5f)) / 2;
      if (agrees(cast(*view.surfaces, view.camera, px)))
        ++same;
      else
        unexplained += !agrees(cast(*view.surfaces, view.camera, sample));
    }
  }
  RecordProperty("joints", joints);
  RecordProperty("agree", same);
  EXPECT_GT(joints, 4000);
  EXPECT_GT(same, 0.97 * joints);
  EXPECT_LE(unexplained, joints / 1000);
  EXPECT_GT(counts[static_cast<int>(Occluder::self)], 100);
  EXPECT_GT(counts[static_cast<int>(Occluder::thing)], 100);
  EXPECT_GT(counts[static_cast<int>(Occluder::other_person)],
            0);  // they stand behind, so it takes an outstretched limb
}

TEST(Labels, MaskAndDepthAreWhatARayCasterFinds) {
  const ProceduralPeople people(Skeleton::human(), crowded());
  Random random(5, "test.labels");
  int pixels = 0, same_mask = 0, same_depth = 0, partial = 0, covered = 0;
  for (uint64_t index = 0; index < 25; ++index) {
    const PersonView view =
        people.sample(22, index, {.appearance = false, .mask = true, .depth = true, .surfaces = true}).target;
    ASSERT_EQ(view.mask.size(), static_cast<size_t>(side) * side);
    ASSERT_EQ(view.depth.size(), static_cast<size_t>(side) * side);
    for (int n = 0; n < 60; ++n) {
      const int x = random.integer(side), y = random.integer(side), i = y * side + x;
      int seen = 0;
      float nearest = 0;
      for (int k = 0; k < 4; ++k) {
        const Vec2 px(x + 0.25f + 0.5f * (k % 2), y + 0.25f + 0.5f * (k / 2));
        const Hit hit = cast(*view.surfaces, view.camera, px);
        seen += hit.z > 0 && hit.object == object_person;
        if (hit.z > 0 && (nearest == 0 || hit.z < nearest)) nearest = hit.z;
      }
      ++pixels;
      same_mask += std::abs(view.mask[i] - 255 * seen / 4.0) < 1;
      same_depth += std::abs(view.depth[i] - nearest) < 0.002f * std::max(nearest, 1.0f);
      partial += view.mask[i] > 0 && view.mask[i] < 255;
      covered += nearest > 0;
    }
  }
  EXPECT_GT(same_mask, 0.99 * pixels);
  EXPECT_GT(same_depth, 0.99 * pixels);
  EXPECT_GT(partial, 20);
  EXPECT_GT(covered, pixels / 5);
  EXPECT_LT(covered, pixels);
}

TEST(Labels, PartsDoNotChangeTheRest) {
  const ProceduralPeople people(Skeleton::human(), crowded());
  const SynthSample plain = people.sample(23, 1);
  EXPECT_TRUE(plain.target.mask.empty() && plain.target.depth.empty() && !plain.target.surfaces);
  const SynthSample full = people.sample(23, 1, {.mask = true, .depth = true, .surfaces = true});
  EXPECT_EQ(plain.target.image.pixels, full.target.image.pixels);
  EXPECT_EQ(plain.appearance.image.pixels, full.appearance.image.pixels);
  EXPECT_EQ(full.appearance.mask.size(), full.target.mask.size());
  EXPECT_NE(full.appearance.mask, full.target.mask);
  EXPECT_TRUE(people.sample(23, 1, {.appearance = false}).appearance.image.empty());
}

}  // namespace
}  // namespace limn
