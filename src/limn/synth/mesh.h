// Triangle meshes of smooth parts: grids of rings, boxes, and meshes that follow a skeleton.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "limn/skeleton/pose.h"

namespace limn {

struct Mesh {
  std::vector<Vec3> positions;                ///< metres
  std::vector<Vec3> normals;                  ///< unit, outward
  std::vector<Vec2> uv;                       ///< metres along the surface: around, along
  std::vector<std::array<int, 3>> triangles;  ///< counter-clockwise seen from outside
  std::vector<uint16_t> triangle_material;    ///< index into the scene's materials
  std::vector<uint16_t> triangle_object;      ///< who it belongs to, see scene.h

  void append(const Mesh& other);
};

/// How a vertex follows the skeleton: up to four joints, in falling order from b on; a has what is left of 1.
struct SkinWeight {
  int a = 0, b = 0;
  float weight_b = 0;
  int c = 0, d = 0;
  float weight_c = 0, weight_d = 0;  ///< 0 where weight_b is; weight_d 0 where weight_c is
};

/// One cross section of a tube: centre + sin(t) side + cos(t) (front or back), t in [0, 2 pi), squared off by `power`
/// < 1.
struct Ring {
  Vec3 centre = Vec3::Zero();
  Vec3 side = Vec3::UnitX();  ///< radius vectors, metres
  Vec3 front = Vec3::UnitZ();
  Vec3 back = -Vec3::UnitZ();
  float power = 1;
  float v = 0;            ///< texture coordinate along the tube, metres
  uint16_t material = 0;  ///< of the strip from this ring to the next
  SkinWeight skin;
};

/// A mesh in the rest pose and what moves it.
struct SkinnedMesh {
  Mesh rest;
  std::vector<SkinWeight> skin;  ///< per vertex

  /// Adds the surface through the rings (in order); u is 0 at the front. `segments` points around.
  void add_tube(const std::vector<Ring>& rings, int segments);
  /// An ellipsoid: the poles lie on +-up.
  void add_ellipsoid(const Vec3& centre, const Vec3& side, const Vec3& up, const Vec3& front, int rings, int segments,
                     uint16_t material, const SkinWeight& skin);
  /// The same mesh negated in x, its joints replaced by their mirrors; textures mirror too.
  SkinnedMesh mirrored(const Skeleton& skeleton) const;
  void append(const SkinnedMesh& other);
};

/// Linear blend skinning: `rest` kinematics is that of the mesh's rest pose, `posed` of the wanted one.
Mesh pose_mesh(const SkinnedMesh& mesh, const Kinematics& rest, const Kinematics& posed);

/// A box with flat faces: centre, half extents, axes (columns).
Mesh make_box(const Vec3& centre, const Vec3& half, const Mat3& axes, uint16_t material, uint16_t object);
/// A round bar from a to b with rounded ends (a ball where a == b).
Mesh make_bar(const Vec3& a, const Vec3& b, float radius, int segments, uint16_t material, uint16_t object);

}  // namespace limn
