#include "limn/synth/renderer.h"

#include <algorithm>
#include <cmath>

namespace limn {
namespace {

constexpr float near_plane = 0.05f;  // metres

/// Fills `buffer` with the largest z of each sample over the triangle (x, y in samples), `id` where it won.
void fill(const Vec3& a, const Vec3& b, const Vec3& c, int width, int height, int id, std::vector<float>& buffer,
          int* ids) {
  const float area = (b.x() - a.x()) * (c.y() - a.y()) - (c.x() - a.x()) * (b.y() - a.y());
  if (std::abs(area) < 1e-9f) return;
  const int x0 = std::max(0, static_cast<int>(std::floor(std::min({a.x(), b.x(), c.x()}) - 0.5f)));
  const int x1 = std::min(width - 1, static_cast<int>(std::ceil(std::max({a.x(), b.x(), c.x()}) - 0.5f)));
  const int y0 = std::max(0, static_cast<int>(std::floor(std::min({a.y(), b.y(), c.y()}) - 0.5f)));
  const int y1 = std::min(height - 1, static_cast<int>(std::ceil(std::max({a.y(), b.y(), c.y()}) - 0.5f)));
  const float inverse = 1 / area;
  // Barycentric weights of b and c and the value are linear in x and y.
  const float ub_x = (c.y() - a.y()) * inverse, ub_y = -(c.x() - a.x()) * inverse;
  const float uc_x = -(b.y() - a.y()) * inverse, uc_y = (b.x() - a.x()) * inverse;
  for (int y = y0; y <= y1; ++y) {
    const float py = y + 0.5f - a.y(), px = x0 + 0.5f - a.x();
    float wb = px * ub_x + py * ub_y, wc = px * uc_x + py * uc_y;
    for (int x = x0; x <= x1; ++x, wb += ub_x, wc += uc_x) {
      if (wb < 0 || wc < 0 || wb + wc > 1) continue;
      const float value = a.z() + wb * (b.z() - a.z()) + wc * (c.z() - a.z());
      const size_t i = static_cast<size_t>(y) * width + x;
      if (value <= buffer[i]) continue;
      buffer[i] = value;
      if (ids) ids[i] = id;
    }
  }
}

struct Surface {
  Vec3 point, normal;
  Vec2 uv;
};

// Perspective-correct interpolation at sample position (x, y); screen[i] = (x, y, 1 / z).
Surface interpolate(const Mesh& mesh, const std::array<int, 3>& t, const std::vector<Vec3>& screen, float x, float y) {
  const Vec3 &a = screen[t[0]], &b = screen[t[1]], &c = screen[t[2]];
  const float area = (b.x() - a.x()) * (c.y() - a.y()) - (c.x() - a.x()) * (b.y() - a.y());
  float wb = ((x - a.x()) * (c.y() - a.y()) - (c.x() - a.x()) * (y - a.y())) / area;
  float wc = ((b.x() - a.x()) * (y - a.y()) - (x - a.x()) * (b.y() - a.y())) / area;
  float wa = (1 - wb - wc) * a.z();
  wb *= b.z(), wc *= c.z();
  const float total = wa + wb + wc;
  wa /= total, wb /= total, wc /= total;
  return {wa * mesh.positions[t[0]] + wb * mesh.positions[t[1]] + wc * mesh.positions[t[2]],
          (wa * mesh.normals[t[0]] + wb * mesh.normals[t[1]] + wc * mesh.normals[t[2]]).normalized(),
          wa * mesh.uv[t[0]] + wb * mesh.uv[t[1]] + wc * mesh.uv[t[2]]};
}

// Colours every covered sample. Plain materials are shaded once a pixel: their samples differ by nothing visible.
void shade_samples(const Mesh& mesh, const std::vector<Material>& materials, const Light& light, const Vec3& eye,
                   const ShadowMap& shadows, const std::vector<Vec3>& screen, Frame& frame) {
  constexpr int grid = Frame::grid;
  constexpr float share = 1.0f / (grid * grid);
  const int n = frame.size * grid;
  for (int y = 0; y < frame.size; ++y) {
    for (int x = 0; x < frame.size; ++x) {
      int last = -1;  // material of the colour at hand
      Vec3 colour = Vec3::Zero(), sum = Vec3::Zero();
      int covered = 0;
      for (int k = 0; k < grid * grid; ++k) {
        const int sx = x * grid + k % grid, sy = y * grid + k / grid;
        const int t = frame.triangle[static_cast<size_t>(sy) * n + sx];
        if (t < 0) continue;
        const int number = mesh.triangle_material[t];
        const Material& material = materials[number];
        const bool plain = material.pattern == Pattern::solid && material.emblem == 0 && material.opening == 0;
        if (!plain || number != last) {
          Surface s = interpolate(mesh, mesh.triangles[t], screen, sx + 0.5f, sy + 0.5f);
          const Vec3 to_eye = (eye - s.point).normalized();
          if (s.normal.dot(to_eye) < -0.2f) s.normal = -s.normal;  // the inside of sleeves and skirts
          const float lit = s.normal.dot(light.to_sun) > 0 ? shadows.lit(s.point + 0.015f * s.normal) : 0.0f;
          colour = shade(material, light, s.uv, s.normal, to_eye, lit).cwiseMin(1.5f);
          last = number;
        }
        sum += colour;
        ++covered;
      }
      const size_t pixel = static_cast<size_t>(y) * frame.size + x;
      frame.colour[pixel] = share * sum;
      frame.coverage[pixel] = share * covered;
    }
  }
}

}  // namespace

ShadowMap::ShadowMap(const Mesh& mesh, const Vec3& to_sun, const Vec3& centre, float radius, float softness)
    : side_(to_sun.unitOrthogonal()),
      up_(to_sun.cross(side_)),
      to_sun_(to_sun),
      centre_(centre),
      scale_(0.5f * size_ / radius),
      softness_(softness * scale_),
      height_(size_ * size_, -1e9f) {
  std::vector<Vec3> seen(mesh.positions.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    const Vec3 p = mesh.positions[i] - centre;
    seen[i] = Vec3(p.dot(side_) * scale_ + 0.5f * size_, p.dot(up_) * scale_ + 0.5f * size_, p.dot(to_sun));
  }
  for (const std::array<int, 3>& t : mesh.triangles) {
    // Faces towards the sun are lit by definition: their far sides cast the same shadow without speckles.
    const Vec3 &a = mesh.positions[t[0]], &b = mesh.positions[t[1]], &c = mesh.positions[t[2]];
    if ((b - a).cross(c - a).dot(to_sun) > 0) continue;
    fill(seen[t[0]], seen[t[1]], seen[t[2]], size_, size_, 0, height_, nullptr);
  }
}

float ShadowMap::lit(const Vec3& point) const {
  const Vec3 p = point - centre_;
  const float x = p.dot(side_) * scale_ + 0.5f * size_ - 0.5f, y = p.dot(up_) * scale_ + 0.5f * size_ - 0.5f;
  const float height = p.dot(to_sun_) + 0.02f;
  if (softness_ < 0.25f) return lit_at(x, y, height);
  // Percentage-closer filtering: four taps on a turned square, each over 2x2 texels.
  const float a = 0.8f * softness_, b = 0.35f * softness_;
  return 0.25f * (lit_at(x + a, y + b, height) + lit_at(x - b, y + a, height) + lit_at(x - a, y - b, height) +
                  lit_at(x + b, y - a, height));
}

float ShadowMap::lit_at(float x, float y, float height) const {
  const int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y));
  if (ix < 0 || iy < 0 || ix + 1 >= size_ || iy + 1 >= size_) return 1;
  const float tx = x - ix, ty = y - iy;
  const float* row = &height_[iy * size_ + ix];
  const float top = (row[0] < height) * (1 - tx) + (row[1] < height) * tx;
  const float bottom = (row[size_] < height) * (1 - tx) + (row[size_ + 1] < height) * tx;
  return top * (1 - ty) + bottom * ty;
}

Vec3 shade(const Material& material, const Light& light, const Vec2& uv, const Vec3& normal, const Vec3& to_eye,
           float lit) {
  const Vec3 colour = albedo(material, uv);
  const float facing = std::max(0.0f, normal.dot(light.to_sun)) * lit;
  const float upward = 0.5f + 0.5f * normal.y();
  Vec3 irradiance = facing * light.sun + light.ground + upward * (light.sky - light.ground);
  irradiance += std::max(0.0f, normal.dot(light.to_fill)) * light.fill;
  irradiance += std::max(0.0f, normal.dot(light.to_rim)) * light.rim;
  Vec3 result = colour.cwiseProduct(irradiance);
  if (material.gloss > 0) {
    const Vec3 half = (light.to_sun + to_eye).normalized();
    const float shine = std::max(0.0f, normal.dot(half));
    const float s2 = shine * shine, s8 = s2 * s2 * s2 * s2;
    result += (material.gloss * lit * s8 * s8) * light.sun;
  }
  return result * light.exposure;
}

Frame render(const Mesh& mesh, const std::vector<Material>& materials, const Light& light, const PlacedCamera& view,
             const ShadowMap& shadows) {
  Frame frame;
  frame.size = view.camera.width;
  const int n = frame.size * Frame::grid;
  frame.colour.assign(static_cast<size_t>(frame.size) * frame.size, Vec3::Zero());
  frame.coverage.assign(frame.colour.size(), 0);
  frame.inverse_depth.assign(static_cast<size_t>(n) * n, 0);
  frame.triangle.assign(frame.inverse_depth.size(), -1);

  std::vector<Vec3> screen(mesh.positions.size());
  for (size_t i = 0; i < screen.size(); ++i) {
    const Vec3 p = view.to_camera(mesh.positions[i]);
    if (p.z() < near_plane) {
      screen[i] = Vec3(0, 0, -1);
      continue;
    }
    const Vec2 px = view.camera.project(p) * Frame::grid;
    screen[i] = Vec3(px.x(), px.y(), 1 / p.z());
  }
  for (size_t t = 0; t < mesh.triangles.size(); ++t) {
    const Vec3 &a = screen[mesh.triangles[t][0]], &b = screen[mesh.triangles[t][1]], &c = screen[mesh.triangles[t][2]];
    if (a.z() < 0 || b.z() < 0 || c.z() < 0) continue;
    fill(a, b, c, n, n, static_cast<int>(t), frame.inverse_depth, frame.triangle.data());
  }
  shade_samples(mesh, materials, light, view.position(), shadows, screen, frame);
  return frame;
}

}  // namespace limn
