#include "limn/synth/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float degree = pi / 180;

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }
float log_between(Random& random, double low, double high) {
  return static_cast<float>(std::exp(random.uniform(std::log(low), std::log(high))));
}

struct Bounds {
  Vec2 low = Vec2::Constant(1e9f), high = Vec2::Constant(-1e9f);
  void add(const Vec2& p) { low = low.cwiseMin(p), high = high.cwiseMax(p); }
};

Bounds image_bounds(const std::vector<Vec3>& joints, const PlacedCamera& view) {
  Bounds bounds;
  for (const Vec3& joint : joints) {
    Vec3 p = view.to_camera(joint);
    p.z() = std::max(p.z(), 0.1f);
    bounds.add(view.camera.project(p));
  }
  return bounds;
}

// Looks from `direction` (unit, from the focus) at `distance` so that the focus falls on `target_px`.
void aim(const Vec3& focus, const Vec3& direction, float distance, float roll, const Vec2& target_px,
         PlacedCamera& view) {
  const Vec3 forward = -direction;
  const Vec3 right = Vec3(forward.cross(Vec3::UnitY())).normalized();
  const Vec3 down = forward.cross(right);
  Mat3 look;  // rows: camera axes in the world
  look.row(0) = right.transpose(), look.row(1) = down.transpose(), look.row(2) = forward.transpose();
  const Vec3 ray = view.camera.unproject(target_px, 1);
  const Mat3 turn = Eigen::Quaternionf::FromTwoVectors(Vec3::UnitZ(), ray).toRotationMatrix();
  view.camera_from_world = turn * Eigen::AngleAxisf(roll, Vec3::UnitZ()).toRotationMatrix() * look;
  view.translation = -view.camera_from_world * (focus + direction * distance);
}

Mat3 random_turn(Random& random) {
  return (Eigen::AngleAxisf(between(random, 0, 2 * pi), Vec3::UnitY()) *
          Eigen::AngleAxisf(static_cast<float>(random.normal(0, 0.15)), Vec3::UnitX()))
      .toRotationMatrix();
}

float sample_elevation(const CameraOptions& options, Random& random) {
  const double usual = random.normal(options.elevation_usual_deg, options.elevation_spread_deg);
  if (random.chance(options.steep_probability)) return options.elevation_deg.draw(random) * degree;
  return static_cast<float>(options.elevation_deg.clamped(usual)) * degree;
}

float sample_roll(const CameraOptions& options, Random& random) {
  const float usual = static_cast<float>(random.normal(0, options.roll_spread_deg)) * degree;
  if (!random.chance(options.tilt_probability)) return usual;
  if (random.chance(options.tilt_anywhere)) return between(random, -pi, pi);
  return between(random, -options.tilt_most_deg, options.tilt_most_deg) * degree;
}

/// Of the whole person's box, share of the picture's side.
float sample_extent(const CameraOptions& options, bool truncated, Random& random) {
  const double smallest = options.smallest_extent, largest = options.largest_extent;
  if (truncated) return options.truncated_extent.draw(random);
  if (!random.chance(options.large_share)) return between(random, smallest, largest);
  return between(random, std::clamp(options.large_extent, smallest, largest), largest);
}

uint16_t add_material(Random& random, std::vector<Material>& materials) {
  materials.push_back(sample_surface(random));
  return static_cast<uint16_t>(materials.size() - 1);
}

}  // namespace

PlacedCamera place_camera(const std::vector<Vec3>& joints, float heading, const CameraOptions& options, int image_size,
                          Random& random) {
  PlacedCamera view;
  const float size = static_cast<float>(image_size);
  view.camera.width = view.camera.height = image_size;
  // The picture is a window of a photograph `wider` times its size, on a sensor 36 mm wide.
  const float wider = options.window.draw_log(random);
  view.camera.focal_px = size * wider * options.focal_mm.draw_log(random) / 36;
  const float shift = 0.35f * (wider - 1) * size;
  view.camera.principal_px =
      Vec2::Constant(0.5f * size) + Vec2(between(random, -shift, shift), between(random, -shift, shift));

  const float elevation = sample_elevation(options, random);
  const float facing = static_cast<float>(options.facing_deg) * degree;
  const float azimuth = heading + between(random, -facing, facing);
  const float roll = sample_roll(options, random);
  const bool truncated = random.chance(options.truncation_probability);
  const float extent = sample_extent(options, truncated, random);
  Vec3 focus = Vec3::Zero();
  for (const Vec3& joint : joints) focus += joint / static_cast<float>(joints.size());
  // Truncated pictures keep a place between the middle and some joint near their own middle.
  const Vec3 held =
      focus + between(random, 0.2, 0.9) * (joints[random.integer(static_cast<int>(joints.size()))] - focus);
  const Vec2 centre = Vec2::Constant(0.5f * size);
  const float slack = static_cast<float>(truncated ? options.truncated_off_centre
                                                   : options.off_centre * std::max(0.0f, 0.5f - 0.54f * extent));
  const Vec2 wanted = centre + size * slack * Vec2(between(random, -1, 1), between(random, -1, 1));

  float distance = 3;
  Vec2 target = centre;
  for (int step = 0; step < 5; ++step) {
    const float lowest = std::asin(std::clamp((0.12f - focus.y()) / distance, -1.0f, 0.9f));
    const float e = std::max(elevation, lowest);
    const Vec3 direction(std::cos(e) * std::sin(azimuth), std::sin(e), std::cos(e) * std::cos(azimuth));
    aim(focus, direction, distance, roll, target, view);
    if (step == 4) break;
    const Bounds bounds = image_bounds(joints, view);
    const float now = (bounds.high - bounds.low).maxCoeff() * 1.08f / size;
    distance = std::max(distance * now / extent, 0.8f);
    const Vec2 middle = truncated ? view.camera.project(view.to_camera(held)) : Vec2(0.5f * (bounds.low + bounds.high));
    if (step > 0) target += wanted - middle;
  }
  return view;
}

void add_clutter(const Vec3& person, const PlacedCamera& view, int most, Random& random, Mesh& mesh,
                 std::vector<Material>& materials) {
  const Vec3 away = Vec3(person - view.position()).cwiseProduct(Vec3(1, 0, 1)).normalized();
  const Vec3 across(away.z(), 0, -away.x());
  const int count = 1 + random.integer(most);
  for (int i = 0; i < count; ++i) {
    const float back = between(random, 0.5, 4), aside = static_cast<float>(random.normal(0, 0.5 + 0.4 * back));
    const Vec3 foot = Vec3(person.x(), 0, person.z()) + back * away + aside * across;
    const uint16_t material = add_material(random, materials);
    switch (random.integer(4)) {
      case 0:
      case 1: {
        const Vec3 half(log_between(random, 0.05, 0.8), log_between(random, 0.1, 1.2), log_between(random, 0.05, 0.6));
        const float lift = random.chance(0.75) ? half.y() : between(random, 0.5, 2.2);
        mesh.append(make_box(foot + Vec3(0, lift, 0), half, random_turn(random), material, object_thing));
        break;
      }
      case 2: {
        const Vec3 lean(static_cast<float>(random.normal(0, 0.4)), between(random, 0.5, 2.6),
                        static_cast<float>(random.normal(0, 0.4)));
        mesh.append(make_bar(foot, foot + lean, log_between(random, 0.02, 0.14), 10, material, object_thing));
        break;
      }
      default: {
        const float radius = log_between(random, 0.08, 0.5);
        const Vec3 centre = foot + Vec3(0, random.chance(0.6) ? radius : between(random, 0.3, 2), 0);
        mesh.append(make_bar(centre, centre, radius, 14, material, object_thing));
      }
    }
  }
}

void add_occluders(const std::vector<Vec3>& joints, const PlacedCamera& view, int most, Random& random, Mesh& mesh,
                   std::vector<Material>& materials) {
  const Vec3 eye = view.position();
  const int count = most == 1 || random.chance(0.7) ? 1 : 2 + random.integer(most - 1);
  for (int i = 0; i < count; ++i) {
    const Vec3 joint = joints[random.integer(static_cast<int>(joints.size()))];
    const float distance = (joint - eye).norm(), gap = std::min(between(random, 0.35, 1.2), 0.5f * distance);
    const Vec3 centre = joint + (eye - joint).normalized() * gap;
    const float scale = (distance - gap) / distance;  // sizes as they appear at the person
    const uint16_t material = add_material(random, materials);
    const double pick = random.uniform();
    if (pick < 0.45) {
      const Vec3 half =
          scale * Vec3(log_between(random, 0.04, 0.3), log_between(random, 0.05, 0.3), log_between(random, 0.03, 0.15));
      mesh.append(make_box(centre, half, random_turn(random), material, object_thing));
    } else if (pick < 0.8) {
      const float angle = random.chance(0.5) ? between(random, -0.3, 0.3) : pi / 2 + between(random, -0.3, 0.3);
      const Vec3 along = view.camera_from_world.transpose() * Vec3(std::sin(angle), std::cos(angle), 0);
      const float half = log_between(random, 0.2, 2) * scale;
      mesh.append(make_bar(centre - half * along, centre + half * along, scale * log_between(random, 0.015, 0.08), 10,
                           material, object_thing));
    } else {
      const float radius = scale * log_between(random, 0.05, 0.2);
      mesh.append(make_bar(centre, centre, radius, 14, material, object_thing));
    }
  }
}

}  // namespace limn
