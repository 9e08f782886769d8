#include "limn/synth/renderer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/random.h"

namespace limn {
namespace {

/// A camera at the origin whose pixels are `size` across; what lies at z = 1 and x = 1 falls on the last edge.
PlacedCamera front_camera(int size) {
  PlacedCamera view;
  view.camera.width = view.camera.height = size;
  view.camera.focal_px = static_cast<float>(size);
  return view;
}

Mesh triangles_of(const std::vector<Vec3>& corners) {
  Mesh mesh;
  mesh.positions = corners;
  mesh.normals.assign(corners.size(), -Vec3::UnitZ());
  mesh.uv.assign(corners.size(), Vec2::Zero());
  for (int i = 0; i + 2 < static_cast<int>(corners.size()); i += 3) mesh.triangles.push_back({i, i + 1, i + 2});
  mesh.triangle_material.assign(mesh.triangles.size(), 0);
  mesh.triangle_object.assign(mesh.triangles.size(), 0);
  return mesh;
}

TEST(Rasterise, ARectangleCoversTheSamplesWithin) {
  // 2 samples a pixel: x from 2.2 to 7.4 samples holds the centres 2.5 ... 6.5, y from 1.5 to 4.5 those of rows 1
  // ... 4.
  const auto at = [](float x, float y) { return Vec3(x / 10 * 2, y / 10 * 2, 2); };
  const Vec3 a = at(2.2f, 1.4f), b = at(7.4f, 1.4f), c = at(7.4f, 4.6f), d = at(2.2f, 4.6f);
  const Frame frame = rasterise(triangles_of({a, b, c, a, c, d}), front_camera(5));
  ASSERT_EQ(frame.triangle.size(), 100u);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 10; ++x) {
      const bool within = x >= 2 && x <= 6 && y >= 1 && y <= 4;
      EXPECT_EQ(frame.triangle[10 * y + x] >= 0, within) << x << " " << y;
      EXPECT_FLOAT_EQ(frame.inverse_depth[10 * y + x], within ? 0.5f : 0.0f);
    }
}

TEST(Rasterise, LeavesOutWhatReachesTheCamera) {
  const Frame frame = rasterise(triangles_of({{0, 0, 1}, {1, 0, 1}, {0.5f, 1, 0.01f}}), front_camera(8));
  for (int t : frame.triangle) EXPECT_EQ(t, -1);
}

/// The nearest of all triangles at a sample, by formulas and without any shortcut; -1 where none.
struct Nearest {
  int triangle = -1;
  float inverse_depth = 0, margin = 1e9f;  ///< smallest distance to a decision that rounding could turn
};
Nearest nearest_at(const Mesh& mesh, const PlacedCamera& view, double x, double y) {
  Nearest result;
  for (size_t t = 0; t < mesh.triangles.size(); ++t) {
    double px[3], py[3], w[3];
    for (int k = 0; k < 3; ++k) {
      const Vec3& p = mesh.positions[mesh.triangles[t][k]];
      px[k] = 2.0 * view.camera.focal_px * p.x() / p.z(), py[k] = 2.0 * view.camera.focal_px * p.y() / p.z();
      w[k] = 1.0 / p.z();
    }
    const double area = (px[1] - px[0]) * (py[2] - py[0]) - (px[2] - px[0]) * (py[1] - py[0]);
    const double b = ((x - px[0]) * (py[2] - py[0]) - (px[2] - px[0]) * (y - py[0])) / area;
    const double c = ((px[1] - px[0]) * (y - py[0]) - (x - px[0]) * (py[1] - py[0])) / area;
    const double inside = std::min({b, c, 1 - b - c}), z = w[0] + b * (w[1] - w[0]) + c * (w[2] - w[0]);
    result.margin = std::min(result.margin, static_cast<float>(std::abs(inside)));
    if (inside < 0) continue;
    result.margin = std::min(result.margin, static_cast<float>(std::abs(z - result.inverse_depth)));
    if (z > result.inverse_depth) result.triangle = static_cast<int>(t), result.inverse_depth = static_cast<float>(z);
  }
  return result;
}

TEST(GoldenRasterise, AgreesWithPlainFormulas) {
  Random random(5, "test.rasterise");
  for (int size : {7, 16, 33}) {  // rows of samples that four divides and that it does not
    std::vector<Vec3> corners;
    for (int i = 0; i < 60; ++i) {
      const float z = static_cast<float>(random.uniform(1, 3)), reach = i % 2 ? 0.2f : 0.8f;
      const Vec3 middle(static_cast<float>(random.uniform(-0.2, 1.2)), static_cast<float>(random.uniform(-0.2, 1.2)),
                        1);
      for (int k = 0; k < 3; ++k)
        corners.push_back(z * (middle + reach * Vec3(static_cast<float>(random.uniform(-1, 1)),
                                                     static_cast<float>(random.uniform(-1, 1)), 0)));
    }
    const Mesh mesh = triangles_of(corners);
    const PlacedCamera view = front_camera(size);
    const Frame frame = rasterise(mesh, view);
    const int n = size * Frame::grid;
    int compared = 0;
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x) {
        const Nearest nearest = nearest_at(mesh, view, x + 0.5, y + 0.5);
        if (nearest.margin < 1e-4f) continue;
        ++compared;
        EXPECT_EQ(frame.triangle[n * y + x], nearest.triangle) << x << " " << y;
        EXPECT_NEAR(frame.inverse_depth[n * y + x], nearest.inverse_depth, 1e-4f);
      }
    EXPECT_GT(compared, n * n * 8 / 10);
  }
}

}  // namespace
}  // namespace limn
