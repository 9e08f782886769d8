#include "limn/synth/labels.h"

#include <algorithm>

#include "limn/synth/poses.h"
#include "limn/synth/scene.h"

namespace limn {
namespace {

constexpr int samples_a_pixel = Frame::grid * Frame::grid;

/// Index into the frame's samples of the k-th sample of pixel (x, y).
size_t sample_index(const Frame& frame, int x, int y, int k) {
  constexpr int grid = Frame::grid;
  return static_cast<size_t>(y * grid + k / grid) * (frame.size * grid) + x * grid + k % grid;
}

Occluder occluder_from_object(uint16_t object) {
  if (object == object_person) return Occluder::self;
  return object == object_other_person ? Occluder::other_person : Occluder::thing;
}

}  // namespace

PersonView labelled(const Skeleton& skeleton, const Pose& world, const PlacedCamera& view) {
  PersonView result;
  result.pose = world;
  result.pose.rotations[0] = view.camera_from_world * world.rotations[0];
  result.pose.root_position = view.to_camera(world.root_position);
  result.camera = view.camera;
  result.joints_camera = forward_kinematics(skeleton, result.pose).positions;
  for (const Vec3& p : result.joints_camera) {
    Vec3 in_front = p;
    in_front.z() = std::max(p.z(), 1e-3f);
    const Vec2 px = view.camera.project(in_front);
    const bool inside =
        p.z() > 0 && (px.array() >= 0).all() && px.x() < view.camera.width && px.y() < view.camera.height;
    result.joints_px.push_back(px);
    result.visibility.push_back(inside ? Visibility::visible : Visibility::outside);
  }
  result.occluder.assign(result.visibility.size(), Occluder::none);
  return result;
}

float own_flesh(const Skeleton& skeleton, int joint, float person_size) {
  return 1.7f * flesh_radius(skeleton, joint) * person_size + 0.02f;
}

void mark_occluded(const Skeleton& skeleton, const Mesh& mesh, const Frame& frame, float person_size,
                   PersonView& view) {
  const int n = frame.size * Frame::grid;
  for (size_t j = 0; j < view.joints_px.size(); ++j) {
    if (view.visibility[j] == Visibility::outside) continue;
    const int x = std::min(n - 1, static_cast<int>(view.joints_px[j].x() * Frame::grid));
    const int y = std::min(n - 1, static_cast<int>(view.joints_px[j].y() * Frame::grid));
    const size_t sample = static_cast<size_t>(y) * n + x;
    if (frame.triangle[sample] < 0) continue;
    const float in_front = view.joints_camera[j].z() - 1 / frame.inverse_depth[sample];
    const Occluder occluder = occluder_from_object(mesh.triangle_object[frame.triangle[sample]]);
    const float flesh = occluder == Occluder::self ? own_flesh(skeleton, static_cast<int>(j), person_size) : 0.0f;
    if (in_front <= flesh) continue;
    view.visibility[j] = Visibility::occluded;
    view.occluder[j] = occluder;
  }
}

std::vector<uint8_t> person_mask(const Mesh& mesh, const Frame& frame) {
  std::vector<uint8_t> mask(static_cast<size_t>(frame.size) * frame.size);
  for (int y = 0; y < frame.size; ++y)
    for (int x = 0; x < frame.size; ++x) {
      int seen = 0;
      for (int k = 0; k < samples_a_pixel; ++k) {
        const int t = frame.triangle[sample_index(frame, x, y, k)];
        seen += t >= 0 && mesh.triangle_object[t] == object_person;
      }
      mask[static_cast<size_t>(y) * frame.size + x] = static_cast<uint8_t>((255 * seen + 2) / samples_a_pixel);
    }
  return mask;
}

std::vector<float> depth_map(const Frame& frame) {
  std::vector<float> depth(static_cast<size_t>(frame.size) * frame.size);
  for (int y = 0; y < frame.size; ++y)
    for (int x = 0; x < frame.size; ++x) {
      float nearest = 0;
      for (int k = 0; k < samples_a_pixel; ++k)
        nearest = std::max(nearest, frame.inverse_depth[sample_index(frame, x, y, k)]);
      depth[static_cast<size_t>(y) * frame.size + x] = nearest > 0 ? 1 / nearest : 0;
    }
  return depth;
}

Mesh in_camera_frame(Mesh world, const PlacedCamera& view) {
  for (Vec3& p : world.positions) p = view.to_camera(p);
  for (Vec3& n : world.normals) n = view.camera_from_world * n;
  return world;
}

}  // namespace limn
