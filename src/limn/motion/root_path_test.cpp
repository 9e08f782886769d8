#include "limn/motion/root_path.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/base/random.h"
#include "limn/motion/root_solve.h"
#include "support/walker.h"

namespace limn {
namespace {

using Point = Eigen::Vector3d;

RootFix fix_at(const Point& place, double deviation = 0.02) {
  return {place, Eigen::Matrix3d::Identity() / (deviation * deviation)};
}

TEST(RootSolve, FindsTheRootOfAPersonWhoseJointsAreKnown) {
  const Skeleton& skeleton = Skeleton::human();
  const Walker walker{.frames = 3, .pixel_noise = 0, .turn_noise_deg = 0, .scale_noise = 0};
  const WalkerTruth truth = walk(skeleton, walker);
  std::vector<PoseEstimate> people = seen_by_camera(skeleton, walker, truth);
  const Mat3 camera_from_world = truth.ground.world_from_camera().transpose();
  for (size_t t = 0; t < people.size(); ++t) {
    const Vec3 root = camera_from_world * (truth.poses[t].root_position - Vec3(0, walker.camera_height, 0));
    people[t].camera.scale *= 1.05f;
    const int wrist = skeleton.joint("left_wrist");
    people[t].joints_px[wrist] += Vec2(150, -90);  // an outlier
    const RootFix fix = solve_root(skeleton, walker.camera, people[t], people[t].pose.bone_scales);
    EXPECT_LT((fix.position - root.cast<double>()).norm(), 0.05) << t;
    // Known well across the ray, badly along it.
    const Point ray = fix.position.normalized(), across = ray.cross(Point::UnitY()).normalized();
    EXPECT_GT(across.dot(fix.information * across), 100 * ray.dot(fix.information * ray));
    EXPECT_LT(solve_root(skeleton, walker.camera, people[t], std::vector<float>(27, 2.0f)).position.z(),
              2.2 * root.z());
    people[t].confidence.assign(27, 0);  // nothing is seen: the weak camera's word
    EXPECT_NEAR(solve_root(skeleton, walker.camera, people[t], people[t].pose.bone_scales).position.z(),
                root.z() / 1.05, 0.05);
  }
}

TEST(RootPath, SmoothsWithoutLag) {
  std::vector<RootFix> fixes;
  Random random(5, "path");
  const auto truth = [](int t) { return Point(std::sin(0.05 * t), 1, 0.02 * t); };
  for (int t = 0; t < 200; ++t)
    fixes.push_back(fix_at(truth(t) + 0.02 * Point(random.normal(), random.normal(), random.normal())));
  fixes[60].position += Point(3, 0, 0);  // somebody else
  const RootPath path = solve_root_path(fixes, {}, Point::Zero(), 30);
  double raw = 0, smooth = 0, lagging = 0, leading = 0;
  for (int t = 1; t + 1 < 200; ++t) {
    if (t != 60) raw += (fixes[t].position - truth(t)).norm();
    smooth += (path.roots[t] - truth(t)).norm();
    lagging += (path.roots[t] - truth(t - 1)).norm();
    leading += (path.roots[t] - truth(t + 1)).norm();
  }
  EXPECT_LT(smooth, 0.7 * raw);
  EXPECT_LT((path.roots[60] - truth(60)).norm(), 0.05);
  EXPECT_NEAR(lagging, leading, 0.1 * lagging);
}

TEST(RootPath, GoesOnSmoothlyInGapsAndStaysAtTheEnds) {
  std::vector<RootFix> fixes(120);
  for (int t = 10; t < 50; ++t) fixes[t] = fix_at(Point(0.03 * t, 0, 0));
  for (int t = 60; t < 100; ++t) fixes[t] = fix_at(Point(0.03 * t, 0, 0));
  const RootPath path = solve_root_path(fixes, {}, Point::Zero(), 30);
  EXPECT_NEAR(path.roots[55].x(), 0.03 * 55, 0.01);
  EXPECT_EQ(path.roots[0], path.roots[10]);
  EXPECT_EQ(path.roots[119], path.roots[99]);
  // A long gap between two rests does not swing out.
  std::vector<RootFix> away(200);
  for (int t = 0; t < 30; ++t) away[t] = fix_at(Point(0.05 * t, 0, 0));
  for (int t = 170; t < 200; ++t) away[t] = fix_at(Point(1.5 - 0.05 * (t - 170), 0, 0));
  for (const Point& root : solve_root_path(away, {}, Point::Zero(), 30).roots) EXPECT_LT(root.x(), 2.2);
  EXPECT_EQ(solve_root_path({fix_at(Point(1, 2, 3))}, {}, Point::Zero(), 30).roots.size(), 1u);
}

TEST(RootPath, APlantedPointTellsTheDistance) {
  // A person stands still; the distance read swings by 0.3 m. A foot rests 0.9 m below the root, seen by a camera 1.5 m
  // up.
  const Point root(0.2, 0.9, -4), foot(0.2, 0, -4), camera(0, 1.5, 0);
  std::vector<RootFix> fixes;
  PlantedPoint point{0, 89, 0, {}, {}};
  for (int t = 0; t < 90; ++t) {
    const Point ray = (root - camera).normalized();
    const Eigen::Matrix3d along = ray * ray.transpose();
    fixes.push_back({root + (0.2 + 0.3 * std::sin(0.1 * t)) * ray,
                     (Eigen::Matrix3d::Identity() - along) / (0.015 * 0.015) + along / (0.4 * 0.4)});
    point.from_root.push_back(foot - root);
    const Point to_foot = (foot - camera).normalized();
    point.ray_information.push_back((Eigen::Matrix3d::Identity() - to_foot * to_foot.transpose()) / (0.04 * 0.04));
  }
  double loose = 0, held = 0;
  const RootPath free_path = solve_root_path(fixes, {}, camera, 30), path = solve_root_path(fixes, {point}, camera, 30);
  for (int t = 0; t < 90; ++t) {
    loose += (free_path.roots[t] - root).norm() / 90;
    held += (path.roots[t] - root).norm() / 90;
  }
  EXPECT_GT(loose, 0.15);
  EXPECT_LT(held, 0.03);
  ASSERT_EQ(path.points.size(), 1u);
  EXPECT_LT((path.points[0] - foot).norm(), 0.03);
}

}  // namespace
}  // namespace limn
