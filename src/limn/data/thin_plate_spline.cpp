#include "limn/data/thin_plate_spline.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/base/error.h"
#include "limn/geometry/camera.h"

namespace limn {
namespace {

template <class T>
T kernel(T squared_radius) {
  return squared_radius > 0 ? squared_radius * std::log(squared_radius) : T(0);
}

void bilinear(const Image& image, float x, float y, uint8_t* target) {
  x = std::clamp(x - 0.5f, 0.0f, static_cast<float>(image.width - 1));
  y = std::clamp(y - 0.5f, 0.0f, static_cast<float>(image.height - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.width - 1), y1 = std::min(y0 + 1, image.height - 1);
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const uint8_t *a = image.at(x0, y0), *b = image.at(x1, y0), *c = image.at(x0, y1), *d = image.at(x1, y1);
  for (int k = 0; k < 3; ++k) {
    const float top = a[k] + fx * (b[k] - a[k]), bottom = c[k] + fx * (d[k] - c[k]);
    target[k] = static_cast<uint8_t>(top + fy * (bottom - top) + 0.5f);
  }
}

}  // namespace

Vec2 ThinPlateSpline::operator()(const Vec2& point) const {
  Vec2 result = affine * Vec3(1, point.x(), point.y());
  for (size_t i = 0; i < controls.size(); ++i) result += weights[i] * kernel((point - controls[i]).squaredNorm());
  return result;
}

ThinPlateSpline ThinPlateSpline::fit(const std::vector<Vec2>& sources, const std::vector<Vec2>& targets) {
  const int n = static_cast<int>(sources.size());
  require(n >= 3 && targets.size() == sources.size(), ErrorKind::usage,
          "a thin-plate spline needs 3 points or more, each with a target", std::to_string(n) + " points",
          "add control points");
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(n + 3, n + 3), right = Eigen::MatrixXd::Zero(n + 3, 2);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) system(i, j) = kernel((sources[i] - sources[j]).cast<double>().squaredNorm());
    system(i, n) = system(n, i) = 1;
    system(i, n + 1) = system(n + 1, i) = sources[i].x();
    system(i, n + 2) = system(n + 2, i) = sources[i].y();
    right.row(i) = targets[i].cast<double>();
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> solver(system);
  require(solver.isInvertible(), ErrorKind::usage, "control points coincide or lie on one line",
          std::to_string(n) + " points", "spread the control points");
  const Eigen::MatrixXd solution = solver.solve(right);
  ThinPlateSpline spline;
  spline.controls = sources;
  for (int i = 0; i < n; ++i) spline.weights.push_back(solution.row(i).transpose().cast<float>());
  spline.affine = solution.bottomRows(3).transpose().cast<float>();
  return spline;
}

ThinPlateSpline random_warp(const WarpSettings& settings, Random& random) {
  ThinPlateSpline spline;
  for (int row = 0; row < settings.grid; ++row) {
    for (int column = 0; column < settings.grid; ++column) {
      const float step = 2.0f / static_cast<float>(std::max(1, settings.grid - 1));
      spline.controls.emplace_back(-1 + step * static_cast<float>(column), -1 + step * static_cast<float>(row));
      Vec2 weight;
      for (int k = 0; k < 2; ++k) {
        const double deviation = random.chance(0.5) ? settings.weights_half : settings.weights;
        weight[k] = static_cast<float>(random.normal(0, deviation));
      }
      spline.weights.push_back(weight);
    }
  }
  const double angle = random.normal(0, settings.rotation_deg) * std::numbers::pi / 180;
  const double scale = 1 + random.normal(0, settings.scale);
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  const double tx = random.normal(0, settings.translation), ty = random.normal(0, settings.translation);
  Eigen::Matrix<double, 2, 3> affine;
  affine << tx, c, -s, ty, s, c;
  spline.affine = affine.cast<float>();
  return spline;
}

Image warped(const Image& image, float extent, const ThinPlateSpline& warp, int size) {
  constexpr int step = 8;
  const int nodes = (size + step - 1) / step + 1;
  std::vector<Vec2> grid(static_cast<size_t>(nodes) * nodes);  // source pixels at the result's pixel corners
  const Vec2 scale(0.5f * image.width / extent, 0.5f * image.height / extent);
  for (int v = 0; v < nodes; ++v)
    for (int u = 0; u < nodes; ++u) {
      const Vec2 from = warp(crop_units_from_px(Vec2(u * step, v * step), size));
      grid[v * nodes + u] = (from + Vec2::Constant(extent)).cwiseProduct(scale);
    }
  Image result(size, size);
  for (int y = 0; y < size; ++y) {
    const float fy = (static_cast<float>(y % step) + 0.5f) / step;
    for (int x = 0; x < size; ++x) {
      const float fx = (static_cast<float>(x % step) + 0.5f) / step;
      const Vec2* node = &grid[y / step * nodes + x / step];
      const Vec2 top = node[0] + fx * (node[1] - node[0]);
      const Vec2 bottom = node[nodes] + fx * (node[nodes + 1] - node[nodes]);
      const Vec2 from = top + fy * (bottom - top);
      bilinear(image, from.x(), from.y(), result.at(x, y));
    }
  }
  return result;
}

}  // namespace limn
