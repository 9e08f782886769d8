#include "limn/synth/mesh.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

float squared_off(float value, float power) {
  return power == 1 ? value : std::copysign(std::pow(std::abs(value), power), value);
}

Vec3 ring_point(const Ring& ring, float angle) {
  const float s = squared_off(std::sin(angle), ring.power), c = squared_off(std::cos(angle), ring.power);
  return ring.centre + s * ring.side + (c >= 0 ? Vec3(c * ring.front) : Vec3(-c * ring.back));
}

// Normal of the grid at (ring r, segment s) by central differences; at collapsed rings along the tube's end.
Vec3 grid_normal(const std::vector<Vec3>& points, const std::vector<Ring>& rings, int r, int s, int segments) {
  const int last = static_cast<int>(rings.size()) - 1;
  const auto at = [&](int ring, int segment) {
    return points[ring * (segments + 1) + (segment + segments) % segments];
  };
  const Vec3 around = at(r, s + 1) - at(r, s - 1);
  const Vec3 along = at(std::min(r + 1, last), s) - at(std::max(r - 1, 0), s);
  const Vec3 outward = at(r, s) - rings[r].centre;
  Vec3 normal = around.cross(along);
  if (around.norm() < 1e-5f || normal.norm() < 1e-9f) {
    const int inner = r == 0 ? std::min(1, last) : std::max(r - 1, 0);
    normal = rings[r].centre - rings[inner].centre;
    if (normal.norm() < 1e-9f) normal = outward;
    return normal.norm() < 1e-9f ? Vec3(Vec3::UnitY()) : Vec3(normal.normalized());
  }
  if (normal.dot(outward) < 0) normal = -normal;
  return normal.normalized();
}

void add_triangle(Mesh& mesh, int a, int b, int c, uint16_t material) {
  const Vec3& pa = mesh.positions[a];
  const Vec3 face = (mesh.positions[b] - pa).cross(mesh.positions[c] - pa);
  if (face.squaredNorm() < 1e-16f) return;
  const Vec3 normal = mesh.normals[a] + mesh.normals[b] + mesh.normals[c];
  if (face.dot(normal) < 0) std::swap(b, c);
  mesh.triangles.push_back({a, b, c});
  mesh.triangle_material.push_back(material);
  mesh.triangle_object.push_back(0);
}

}  // namespace

void Mesh::append(const Mesh& other) {
  const int base = static_cast<int>(positions.size());
  positions.insert(positions.end(), other.positions.begin(), other.positions.end());
  normals.insert(normals.end(), other.normals.begin(), other.normals.end());
  uv.insert(uv.end(), other.uv.begin(), other.uv.end());
  for (const std::array<int, 3>& t : other.triangles) triangles.push_back({t[0] + base, t[1] + base, t[2] + base});
  triangle_material.insert(triangle_material.end(), other.triangle_material.begin(), other.triangle_material.end());
  triangle_object.insert(triangle_object.end(), other.triangle_object.begin(), other.triangle_object.end());
}

void SkinnedMesh::add_tube(const std::vector<Ring>& rings, int segments) {
  const int base = static_cast<int>(rest.positions.size());
  const int count = static_cast<int>(rings.size());
  std::vector<Vec3> points;
  points.reserve(count * (segments + 1));
  for (const Ring& ring : rings)
    for (int s = 0; s <= segments; ++s) points.push_back(ring_point(ring, 2 * pi * (s % segments) / segments - pi));
  for (int r = 0; r < count; ++r) {
    const float girth = pi * (rings[r].side.norm() + 0.5f * (rings[r].front.norm() + rings[r].back.norm()));
    for (int s = 0; s <= segments; ++s) {
      rest.positions.push_back(points[r * (segments + 1) + s]);
      rest.normals.push_back(grid_normal(points, rings, r, s, segments));
      rest.uv.emplace_back(girth * (static_cast<float>(s) / segments - 0.5f), rings[r].v);
      skin.push_back(rings[r].skin);
    }
  }
  for (int r = 0; r + 1 < count; ++r) {
    for (int s = 0; s < segments; ++s) {
      const int i = base + r * (segments + 1) + s, j = i + segments + 1;
      add_triangle(rest, i, i + 1, j, rings[r].material);
      add_triangle(rest, i + 1, j + 1, j, rings[r].material);
    }
  }
}

void SkinnedMesh::add_ellipsoid(const Vec3& centre, const Vec3& side, const Vec3& up, const Vec3& front, int rings,
                                int segments, uint16_t material, const SkinWeight& weight) {
  std::vector<Ring> list;
  for (int r = 0; r <= rings; ++r) {
    const float angle = pi * r / rings;
    const float width = std::sin(angle);
    list.push_back({centre - std::cos(angle) * up, width * side, width * front, -width * front, 1, angle * up.norm(),
                    material, weight});
  }
  add_tube(list, segments);
}

SkinnedMesh SkinnedMesh::mirrored(const Skeleton& skeleton) const {
  SkinnedMesh result = *this;
  for (Vec3& p : result.rest.positions) p.x() = -p.x();
  for (Vec3& n : result.rest.normals) n.x() = -n.x();
  for (std::array<int, 3>& t : result.rest.triangles) std::swap(t[1], t[2]);
  for (SkinWeight& w : result.skin) {
    w.a = skeleton.joints()[w.a].mirror;
    w.b = skeleton.joints()[w.b].mirror;
    w.c = skeleton.joints()[w.c].mirror;
    w.d = skeleton.joints()[w.d].mirror;
  }
  return result;
}

void SkinnedMesh::append(const SkinnedMesh& other) {
  rest.append(other.rest);
  skin.insert(skin.end(), other.skin.begin(), other.skin.end());
}

Mesh pose_mesh(const SkinnedMesh& mesh, const Kinematics& rest, const Kinematics& posed) {
  Mesh result = mesh.rest;
  for (size_t i = 0; i < result.positions.size(); ++i) {
    const SkinWeight& w = mesh.skin[i];
    const Vec3& p = mesh.rest.positions[i];
    const Vec3 by_a = posed.positions[w.a] + posed.global_rotations[w.a] * (p - rest.positions[w.a]);
    if (w.weight_b <= 0) {
      result.positions[i] = by_a;
      result.normals[i] = posed.global_rotations[w.a] * mesh.rest.normals[i];
      continue;
    }
    const Vec3 by_b = posed.positions[w.b] + posed.global_rotations[w.b] * (p - rest.positions[w.b]);
    const float weight_a = 1 - w.weight_b - w.weight_c - w.weight_d;
    Vec3 point = weight_a * by_a + w.weight_b * by_b;
    Vec3 normal = weight_a * (posed.global_rotations[w.a] * mesh.rest.normals[i]) +
                  w.weight_b * (posed.global_rotations[w.b] * mesh.rest.normals[i]);
    const auto add = [&](int joint, float weight) {
      point += weight * (posed.positions[joint] + posed.global_rotations[joint] * (p - rest.positions[joint]));
      normal += weight * (posed.global_rotations[joint] * mesh.rest.normals[i]);
    };
    if (w.weight_c > 0) add(w.c, w.weight_c);
    if (w.weight_d > 0) add(w.d, w.weight_d);
    result.positions[i] = point;
    result.normals[i] = normal.normalized();
  }
  return result;
}

Mesh make_box(const Vec3& centre, const Vec3& half, const Mat3& axes, uint16_t material, uint16_t object) {
  Mesh mesh;
  for (int axis = 0; axis < 3; ++axis) {
    for (int sign = -1; sign <= 1; sign += 2) {
      const int u = (axis + 1) % 3, v = (axis + 2) % 3, base = static_cast<int>(mesh.positions.size());
      for (int corner = 0; corner < 4; ++corner) {
        const float a = corner % 2 ? 1.0f : -1.0f, b = corner / 2 ? 1.0f : -1.0f;
        mesh.positions.push_back(centre + axes.col(axis) * (sign * half[axis]) + axes.col(u) * (a * half[u]) +
                                 axes.col(v) * (b * half[v]));
        mesh.normals.push_back(static_cast<float>(sign) * axes.col(axis));
        mesh.uv.emplace_back(a * half[u], b * half[v]);
      }
      add_triangle(mesh, base, base + 1, base + 2, material);
      add_triangle(mesh, base + 1, base + 3, base + 2, material);
    }
  }
  for (uint16_t& o : mesh.triangle_object) o = object;
  return mesh;
}

Mesh make_bar(const Vec3& a, const Vec3& b, float radius, int segments, uint16_t material, uint16_t object) {
  const Vec3 along = (b - a).norm() > 1e-6f ? Vec3((b - a).normalized()) : Vec3(Vec3::UnitY());
  const Vec3 side = along.unitOrthogonal(), front = along.cross(side);
  std::vector<Ring> rings;
  for (int end = 0; end < 2; ++end) {
    for (int r = 0; r <= 4; ++r) {
      const float angle = 0.5f * pi * (end == 0 ? r : 4 - r) / 4;
      const float width = radius * std::sin(angle), back = radius * std::cos(angle);
      const Vec3 centre = end == 0 ? Vec3(a - along * back) : Vec3(b + along * back);
      rings.push_back({centre, width * side, width * front, -width * front, 1, (centre - a).dot(along), material, {}});
    }
  }
  SkinnedMesh tube;
  tube.add_tube(rings, segments);
  for (uint16_t& o : tube.rest.triangle_object) o = object;
  return tube.rest;
}

}  // namespace limn
