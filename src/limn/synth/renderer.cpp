#include "limn/synth/renderer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace limn {
namespace {

constexpr float near_plane = 0.05f;  // metres

// Four samples of a row at a time. Loads and stores go through memcpy: rows start at any address.
typedef float Float4 __attribute__((vector_size(16)));
typedef int Int4 __attribute__((vector_size(16)));

template <class Vector, class Number>
Vector load(const Number* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class Vector, class Number>
void store(const Vector& v, Number* to) {
  std::memcpy(to, &v, sizeof v);
}

bool any(const Int4& mask) {
  const auto halves = std::bit_cast<std::array<uint64_t, 2>>(mask);
  return (halves[0] | halves[1]) != 0;
}

/// What the samples of a buffer see: the largest z so far and, where `ids` is not null, whose it is.
struct Samples {
  int width, height;
  float* z;
  int* ids;
};

/// The plane through three corners: barycentric weights of the second and third, and the value.
struct Slopes {
  float b_x, b_y, c_x, c_y;
  float z, z_b, z_c;
  template <class Float>
  Float b(const Float& x, float y) const {
    return x * b_x + y * b_y;
  }
  template <class Float>
  Float c(const Float& x, float y) const {
    return x * c_x + y * c_y;
  }
};

/// The samples x0 ... x1 of one row; (x + left, py) leads from the first corner to sample x.
inline void fill_row(const Slopes& s, int x0, int x1, float left, float py, int id, int width, float* z, int* ids) {
  int x = x0;
  for (; x <= x1 && x + 4 <= width; x += 4) {
    const Float4 px = Float4{0, 1, 2, 3} + (static_cast<float>(x) + left);
    const Float4 wb = s.b(px, py), wc = s.c(px, py);
    const Int4 inside = (wb >= 0) & (wc >= 0) & (wb + wc <= 1);
    if (!any(inside)) continue;
    const Float4 value = s.z + wb * s.z_b + wc * s.z_c, before = load<Float4>(z + x);
    const Int4 wins = inside & (value > before);
    store(wins ? value : before, z + x);
    if (ids) store(wins ? Int4{} + id : load<Int4>(ids + x), ids + x);
  }
  for (; x <= x1; ++x) {  // the end of a row that four do not divide
    const float px = static_cast<float>(x) + left, wb = s.b(px, py), wc = s.c(px, py);
    const float value = s.z + wb * s.z_b + wc * s.z_c;
    if (wb < 0 || wc < 0 || wb + wc > 1 || value <= z[x]) continue;
    z[x] = value;
    if (ids) ids[x] = id;
  }
}

/// The samples whose centres lie in [low, high] along an axis of `count` samples; first > last where there are none.
struct Span {
  int first, last;
};
Span samples_within(float low, float high, int count) {
  const float from = std::clamp(low - 0.5f, 0.0f, static_cast<float>(count));
  const float to = std::clamp(high - 0.5f, -1.0f, static_cast<float>(count - 1));
  const int up = static_cast<int>(from), down = static_cast<int>(to);
  return {up + (static_cast<float>(up) < from), down - (static_cast<float>(down) > to)};
}

/// Fills the samples over the triangle (x, y in samples) with their largest z, `id` where it won.
void fill(const Vec3& a, const Vec3& b, const Vec3& c, int id, const Samples& samples) {
  const Span xs = samples_within(std::min({a.x(), b.x(), c.x()}), std::max({a.x(), b.x(), c.x()}), samples.width);
  const Span ys = samples_within(std::min({a.y(), b.y(), c.y()}), std::max({a.y(), b.y(), c.y()}), samples.height);
  if (xs.first > xs.last || ys.first > ys.last) return;  // small triangles often lie between the samples
  const float area = (b.x() - a.x()) * (c.y() - a.y()) - (c.x() - a.x()) * (b.y() - a.y());
  if (std::abs(area) < 1e-9f) return;
  const float inverse = 1 / area;
  // Barycentric weights of b and c and the value are linear in x and y.
  const Slopes slopes{(c.y() - a.y()) * inverse,
                      -(c.x() - a.x()) * inverse,
                      -(b.y() - a.y()) * inverse,
                      (b.x() - a.x()) * inverse,
                      a.z(),
                      b.z() - a.z(),
                      c.z() - a.z()};
  const float ax = a.x(), ay = a.y();
  for (int y = ys.first; y <= ys.last; ++y) {
    const size_t row = static_cast<size_t>(y) * samples.width;
    fill_row(slopes, xs.first, xs.last, 0.5f - ax, y + 0.5f - ay, id, samples.width, samples.z + row,
             samples.ids ? samples.ids + row : nullptr);
  }
}

/// Vertices as (x, y in samples, 1 / z), z -1 where they reach the camera plane.
std::vector<Vec3> on_screen(const Mesh& mesh, const PlacedCamera& view) {
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
  return screen;
}

Frame rasterised(const Mesh& mesh, const PlacedCamera& view, const std::vector<Vec3>& screen) {
  Frame frame;
  frame.size = view.camera.width;
  const int n = frame.size * Frame::grid;
  frame.inverse_depth.assign(static_cast<size_t>(n) * n, 0);
  frame.triangle.assign(frame.inverse_depth.size(), -1);
  const Samples samples{n, n, frame.inverse_depth.data(), frame.triangle.data()};
  for (size_t t = 0; t < mesh.triangles.size(); ++t) {
    const Vec3 &a = screen[mesh.triangles[t][0]], &b = screen[mesh.triangles[t][1]], &c = screen[mesh.triangles[t][2]];
    if (a.z() < 0 || b.z() < 0 || c.z() < 0) continue;
    fill(a, b, c, static_cast<int>(t), samples);
  }
  return frame;
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
        const bool plain = material.pattern == Pattern::solid && material.front.half == 0 && material.back.half == 0 && material.opening == 0;
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
  const Samples samples{size_, size_, height_.data(), nullptr};
  for (const std::array<int, 3>& t : mesh.triangles) {
    // Faces towards the sun are lit by definition: their far sides cast the same shadow without speckles.
    const Vec3 &a = mesh.positions[t[0]], &b = mesh.positions[t[1]], &c = mesh.positions[t[2]];
    if ((b - a).cross(c - a).dot(to_sun) > 0) continue;
    fill(seen[t[0]], seen[t[1]], seen[t[2]], 0, samples);
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

Frame rasterise(const Mesh& mesh, const PlacedCamera& view) { return rasterised(mesh, view, on_screen(mesh, view)); }

Frame render(const Mesh& mesh, const std::vector<Material>& materials, const Light& light, const PlacedCamera& view,
             const ShadowMap& shadows) {
  const std::vector<Vec3> screen = on_screen(mesh, view);
  Frame frame = rasterised(mesh, view, screen);
  frame.colour.assign(static_cast<size_t>(frame.size) * frame.size, Vec3::Zero());
  frame.coverage.assign(frame.colour.size(), 0);
  shade_samples(mesh, materials, light, view.position(), shadows, screen, frame);
  return frame;
}

}  // namespace limn
