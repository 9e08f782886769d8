#include "limn/data/view_change.h"

#include <cmath>
#include <numbers>

#include "limn/data/thin_plate_spline.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

Image changed(const Image& image, const ViewChange& change) {
  if (image.empty()) return {};
  // The pixel at u shows what was at R^-1 (u - shift) / scale.
  const Eigen::Matrix2f inverse = Eigen::Rotation2Df(-change.roll).toRotationMatrix() / change.scale;
  ThinPlateSpline affine;
  affine.affine.col(0) = -inverse * change.shift;
  affine.affine.rightCols<2>() = inverse;
  return warped(change.mirror ? mirrored(image) : image, 1, affine, image.width);
}

/// The labels in a mirror that negates x of the camera frame; the picture is not touched.
PersonView mirrored_labels(const Skeleton& skeleton, const PersonView& view) {
  PersonView result = view;
  const float width = static_cast<float>(view.camera.width);
  result.camera.principal_px.x() = width - view.camera.principal_px.x();
  result.pose = mirrored(skeleton, view.pose);
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int other = skeleton.joints()[j].mirror;
    result.joints_px[j] = Vec2(width - view.joints_px[other].x(), view.joints_px[other].y());
    const Vec3& place = view.joints_camera[other];
    result.joints_camera[j] = Vec3(-place.x(), place.y(), place.z());
    result.visibility[j] = view.visibility[other];
    result.occluder[j] = view.occluder[other];
  }
  return result;
}

bool is_inside(const Vec2& px, const Camera& camera) {
  return (px.array() >= 0).all() && px.x() < camera.width && px.y() < camera.height;
}

}  // namespace

ViewChange random_view_change(const ViewChangeSettings& settings, Random& random) {
  ViewChange change;
  change.mirror = random.chance(0.5);
  change.roll = static_cast<float>(random.normal(0, settings.roll_deg) * std::numbers::pi / 180);
  change.scale = static_cast<float>(std::exp(random.normal(0, settings.scale)));
  change.shift.x() = static_cast<float>(random.normal(0, settings.shift));
  change.shift.y() = static_cast<float>(random.normal(0, settings.shift));
  return change;
}

PersonView changed(const Skeleton& skeleton, const PersonView& view, const ViewChange& change) {
  PersonView result = change.mirror ? mirrored_labels(skeleton, view) : view;
  result.image = changed(view.image, change);
  result.mask.clear();
  result.depth.clear();
  result.surfaces = nullptr;

  const float half = 0.5f * static_cast<float>(view.camera.width);
  const Vec2 centre(half, half);
  const Eigen::Matrix2f turn = Eigen::Rotation2Df(change.roll).toRotationMatrix();
  const auto moved = [&](const Vec2& px) {
    return Vec2(change.scale * (turn * (px - centre)) + centre + half * change.shift);
  };
  const Mat3 roll = Eigen::AngleAxisf(change.roll, Vec3::UnitZ()).toRotationMatrix();
  result.camera.focal_px *= change.scale;
  result.camera.principal_px = moved(result.camera.principal_px);
  result.pose.rotations[0] = roll * result.pose.rotations[0];
  result.pose.root_position = roll * result.pose.root_position;
  for (size_t j = 0; j < result.joints_px.size(); ++j) {
    result.joints_px[j] = moved(result.joints_px[j]);
    result.joints_camera[j] = roll * result.joints_camera[j];
    if (is_inside(result.joints_px[j], result.camera)) continue;
    result.visibility[j] = Visibility::outside;
    result.occluder[j] = Occluder::none;
  }
  return result;
}

}  // namespace limn
