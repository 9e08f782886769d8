// A z-buffer rasteriser with 2x2 samples a pixel, smooth shading and a shadow map. All light is linear.
#pragma once

#include <vector>

#include "limn/geometry/camera.h"
#include "limn/synth/mesh.h"
#include "limn/synth/textures.h"

namespace limn {

/// Daylight or lamps: one direction with shadows, a hemisphere, one weak direction without.
struct Light {
  Vec3 to_sun = Vec3::UnitY();  ///< unit, world
  Vec3 sun = Vec3::Ones(), sky = Vec3::Constant(0.5f), ground = Vec3::Constant(0.2f);
  Vec3 to_fill = Vec3::UnitZ(), fill = Vec3::Zero();
  Vec3 to_rim = Vec3::UnitZ(), rim = Vec3::Zero();
  bool casts_shadows = true;
  float softness = 0;    ///< half width of a shadow's edge, metres
  float contact = 0.5f;  ///< darkening of the ground under what touches it
  float exposure = 1;
};

/// A camera in the world: camera-frame point = camera_from_world * world point + translation.
struct PlacedCamera {
  Camera camera;
  Mat3 camera_from_world = Mat3::Identity();
  Vec3 translation = Vec3::Zero();
  Vec3 position() const { return -(camera_from_world.transpose() * translation); }
  Vec3 to_camera(const Vec3& world) const { return camera_from_world * world + translation; }
  /// Unit direction in the world of the ray through a pixel position.
  Vec3 ray(const Vec2& px) const { return (camera_from_world.transpose() * camera.unproject(px, 1)).normalized(); }
};

/// How far the sun's light reaches, from orthographic depths around one place.
class ShadowMap {
 public:
  /// `softness`: half width of a shadow's edge, metres.
  ShadowMap(const Mesh& mesh, const Vec3& to_sun, const Vec3& centre, float radius, float softness = 0);
  /// Share of the sun at a world point, 0 in shadow ... 1.
  float lit(const Vec3& point) const;

 private:
  static constexpr int size_ = 160;
  float lit_at(float x, float y, float height) const;

  Vec3 side_, up_, to_sun_, centre_;
  float scale_, softness_;     ///< texels a metre; texels
  std::vector<float> height_;  ///< along to_sun, per texel
};

/// What the rasteriser leaves: colours per pixel, surfaces per sample.
struct Frame {
  static constexpr int grid = 2;  ///< samples a pixel, each way
  int size = 0;
  std::vector<Vec3> colour;          ///< [size * size] sum over covered samples / grid^2
  std::vector<float> coverage;       ///< [size * size] share of covered samples
  std::vector<float> inverse_depth;  ///< [(size * grid)^2] 1 / z, 0 where empty
  std::vector<int> triangle;         ///< [(size * grid)^2], -1 where empty
};

/// Irradiance times albedo at a surface point; `to_eye` unit.
Vec3 shade(const Material& material, const Light& light, const Vec2& uv, const Vec3& normal, const Vec3& to_eye,
           float lit);

/// Only which surface each sample shows; colour and coverage stay empty. Triangles that reach the camera plane are left
/// out.
Frame rasterise(const Mesh& mesh, const PlacedCamera& view);

/// Draws the mesh (world frame).
Frame render(const Mesh& mesh, const std::vector<Material>& materials, const Light& light, const PlacedCamera& view,
             const ShadowMap& shadows);

}  // namespace limn
