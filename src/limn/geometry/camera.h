// Cameras and crops. Camera frame: x right, y down, z forward (OpenCV). World frame: y up, metres.
#pragma once

#include "limn/geometry/rotation.h"

namespace limn {

/// A pinhole camera without distortion; pixel coordinates have pixel centres at +0.5.
struct Camera {
  float focal_px = 1;
  Vec2 principal_px = Vec2::Zero();
  int width = 0;
  int height = 0;

  /// Camera-frame point (metres, z > 0) to pixels. Points at z <= 0 have no image: the caller checks.
  Vec2 project(const Vec3& point) const {
    return Vec2(focal_px * point.x() / point.z(), focal_px * point.y() / point.z()) + principal_px;
  }
  /// The camera-frame point at depth z (metres) behind a pixel.
  Vec3 unproject(const Vec2& pixel, float z) const {
    return Vec3((pixel.x() - principal_px.x()) * z / focal_px,
                (pixel.y() - principal_px.y()) * z / focal_px, z);
  }
};

/// Scaled orthography about a root: image = root_uv + scale * (X, Y), used where intrinsics are
/// unknown. Units are those of root_uv (crop units or px) per metre.
struct WeakCamera {
  Vec2 root_uv = Vec2::Zero();
  float scale = 1;

  Vec2 project(const Vec3& root_relative) const { return root_uv + scale * root_relative.head<2>(); }
  /// Where a perspective camera with focal length f (same units) must put the root so that its depth
  /// gives this scale: z = f / scale, on the ray through root_uv. `root_uv` is relative to the
  /// principal point.
  Vec3 root_position(float focal) const {
    const float z = focal / scale;
    return Vec3(root_uv.x() * z / focal, root_uv.y() * z / focal, z);
  }
};

/// The camera-facing frame of something that stands at `root` (camera frame, metres): the camera turned about its centre, the
/// shortest way, until its axis runs through the root. A crop shows a person as this camera would, wherever in the
/// picture the person stands: what a network can know of the orientation. x right, y down, z forward.
inline Mat3 facing_from_camera(const Vec3& root) {
  return Eigen::Quaternionf::FromTwoVectors(root, Vec3::UnitZ()).toRotationMatrix();
}

/// A square window of an image, seen by the network at size x size pixels.
/// Crop units: the window spans [-1, 1] x [-1, 1], x right, y down, edges (not centres) at +-1.
struct Crop {
  Vec2 centre_px = Vec2::Zero();  ///< centre in image pixels
  float side_px = 1;              ///< side length in image pixels

  Vec2 image_from_crop(const Vec2& uv) const { return centre_px + 0.5f * side_px * uv; }
  Vec2 crop_from_image(const Vec2& px) const { return (px - centre_px) * (2.0f / side_px); }
};

/// Crop units from pixels of a size x size picture, and back.
inline Vec2 crop_units_from_px(const Vec2& px, int size) {
  return px * (2.0f / static_cast<float>(size)) - Vec2::Ones();
}
inline Vec2 px_from_crop_units(const Vec2& uv, int size) {
  return (uv + Vec2::Ones()) * (0.5f * static_cast<float>(size));
}

}  // namespace limn
