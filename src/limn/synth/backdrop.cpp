#include "limn/synth/backdrop.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

Vec3 blend(const Vec3& a, const Vec3& b, float t) { return a + t * (b - a); }

/// A rectangle on a wall or in the picture with its own material.
struct Panel {
  Vec2 centre, half;
  Material material;
  bool contains(const Vec2& p) const {
    return std::abs(p.x() - centre.x()) < half.x() && std::abs(p.y() - centre.y()) < half.y();
  }
};

std::vector<Panel> sample_panels(int count, float spread, float low, float high, Random& random) {
  std::vector<Panel> panels;
  for (int i = 0; i < count; ++i) {
    Panel panel;
    panel.centre = Vec2(between(random, -spread, spread), between(random, low, high));
    panel.half = Vec2(between(random, 0.1, 0.3 * spread), between(random, 0.1, 0.5 * (high - low)));
    panel.material = sample_surface(random);
    panels.push_back(panel);
  }
  return panels;
}

Vec3 panel_colour(const Material& base, const std::vector<Panel>& panels, const Vec2& uv) {
  for (const Panel& panel : panels)
    if (panel.contains(uv)) return albedo(panel.material, uv - panel.centre);
  return albedo(base, uv);
}

/// Ray scenes give the colour seen along a ray (unit, world) from an eye point.
class Room {
 public:
  Room(const Vec3& eye, const Vec3& person, Random& random) : turn_(between(random, 0, 2 * pi)) {
    const Vec3 e = turned(eye), p = turned(person);
    low_ = e.cwiseMin(p) - Vec3(between(random, 0.5, 3), 0, between(random, 0.5, 3));
    high_ = e.cwiseMax(p) + Vec3(between(random, 0.5, 3), 0, between(random, 0.5, 3));
    low_.y() = 0;
    high_.y() = std::max(e.y(), p.y()) + between(random, 1, 2.5);
    for (Material& m : surface_) m = sample_surface(random);
    for (int wall = 1; wall < 4; ++wall)
      if (random.chance(0.8)) surface_[wall] = surface_[0];
    for (auto& panels : panels_) panels = sample_panels(random.integer(6), 4, 0.2f, 2.2f, random);
    skirting_ = random.chance(0.5) ? between(random, 0.05, 0.2) : 0;
  }

  Vec3 colour(const Vec3& eye, const Vec3& ray, const Light& light) const {
    const Vec3 e = turned(eye), r = turned(ray);
    float best = 1e9f;
    int face = 0;
    for (int axis = 0; axis < 3; ++axis) {
      if (std::abs(r[axis]) < 1e-6f) continue;
      const float t = ((r[axis] > 0 ? high_[axis] : low_[axis]) - e[axis]) / r[axis];
      if (t < best) best = t, face = 2 * axis + (r[axis] > 0);
    }
    const Vec3 p = e + best * r;
    Vec3 normal = Vec3::Zero();
    normal[face / 2] = face % 2 ? -1.0f : 1.0f;
    Vec3 c;
    if (face == 2)
      c = albedo(surface_[4], Vec2(p.x(), p.z()));
    else if (face == 3)
      c = albedo(surface_[5], Vec2(p.x(), p.z()));
    else {
      const int wall = face < 2 ? face : face - 2;
      const Vec2 uv(face < 2 ? p.z() : p.x(), p.y());
      c = p.y() < skirting_ ? surface_[5].colour : panel_colour(surface_[wall], panels_[wall], uv);
    }
    const float corner = std::min({p.y() - low_.y(), high_.y() - p.y() + 0.3f, 1.0f});
    const float lit = face == 2 ? std::max(0.0f, light.to_sun.y()) : 0.35f + 0.15f * normal.dot(light.to_sun);
    return c.cwiseProduct(lit * light.sun + 0.8f * light.sky) * (0.75f + 0.25f * corner) * light.exposure;
  }

 private:
  Vec3 turned(const Vec3& v) const {
    const float c = std::cos(turn_), s = std::sin(turn_);
    return {c * v.x() + s * v.z(), v.y(), -s * v.x() + c * v.z()};
  }

  float turn_;
  Vec3 low_, high_;
  Material surface_[6];  // four walls, floor, ceiling
  std::vector<Panel> panels_[4];
  float skirting_ = 0;
};

class Landscape {
 public:
  explicit Landscape(Random& random) : floor_(sample_surface(random)), far_(sample_surface(random)) {
    if (random.chance(0.4)) {  // grass, sand, snow
      floor_.pattern = Pattern::noise;
      floor_.colour =
          linear_from_hsv(between(random, 0.08, 0.33), between(random, 0.1, 0.6), between(random, 0.25, 0.7));
      floor_.second = floor_.colour * between(random, 0.5, 1);
    }
    seed_ = static_cast<uint32_t>(random.bits());
    const float overcast = between(random, 0, 1);
    zenith_ = blend(linear_from_srgb(Vec3(0.25f, 0.45f, 0.8f)), Vec3::Constant(0.5f), overcast);
    horizon_ = blend(Vec3(0.75f, 0.8f, 0.9f), Vec3::Constant(0.7f), overcast);
    cloud_ = between(random, 0, 0.9);
    skyline_ = random.chance(0.8) ? between(random, 0.02, 0.6) : 0;
    blocks_ = random.chance(0.5);
    path_ = random.chance(0.3) ? between(random, 0.5, 3) : 0;
    path_angle_ = between(random, 0, pi);
    path_colour_ = sample_surface(random);
    panels_ = sample_panels(random.integer(8), 3, 0.0f, 0.5f, random);
  }

  Vec3 colour(const Vec3& eye, const Vec3& ray, const Light& light) const {
    const float rise = ray.y(), azimuth = std::atan2(ray.x(), ray.z());
    if (rise < -0.002f) {
      const Vec3 p = eye - (eye.y() / rise) * ray;
      const float far = (p - eye).norm();
      const float across = std::cos(path_angle_) * p.x() + std::sin(path_angle_) * p.z();
      const Material& m = std::abs(across - 1) < path_ ? path_colour_ : floor_;
      const Vec3 lit = std::max(0.0f, light.to_sun.y()) * light.sun + light.sky;
      const Vec3 c = albedo(m, Vec2(p.x(), p.z())).cwiseProduct(lit) * light.exposure;
      return blend(c, horizon_, 1 - std::exp(-far / 80));
    }
    const float column = blocks_ ? std::floor(azimuth * 6) : azimuth * 5;
    const float top =
        skyline_ * (0.2f + value_noise(column, 3.7f, seed_)) * (0.75f + 0.25f * value_noise(azimuth * 40, 0, seed_));
    if (rise < top) {
      const Vec2 uv(azimuth * 6, rise * 6);
      Vec3 c = panel_colour(far_, panels_, uv);
      c *= 0.6f + 0.8f * value_noise(column, 9.1f, seed_);
      return blend(c.cwiseProduct(0.5f * light.sun + light.sky) * light.exposure, horizon_, 0.25f);
    }
    Vec3 sky = blend(horizon_, zenith_, std::clamp(rise * 1.6f, 0.0f, 1.0f));
    const float n = fractal_noise(ray.x() / (rise + 0.2f) * 2, ray.z() / (rise + 0.2f) * 2, 3, seed_ + 5);
    return blend(sky, Vec3::Constant(0.85f), std::clamp((n - 0.45f) * 3, 0.0f, 1.0f) * cloud_);
  }

 private:
  Material floor_, far_, path_colour_;
  std::vector<Panel> panels_;
  uint32_t seed_ = 0;
  Vec3 zenith_, horizon_;
  float cloud_ = 0, skyline_ = 0, path_ = 0, path_angle_ = 0;
  bool blocks_ = false;
};

// Gradients and noise without any depth, or a studio's plain wall; lengths in picture widths.
void paint_abstract(Backdrop& backdrop, bool plain, Random& random) {
  const Material a = sample_surface(random);
  Material b = sample_surface(random);
  if (plain) b.colour = a.colour * between(random, 0.5, 1);
  const float tilt = between(random, 0, 2 * pi), zoom = between(random, 0.5, 4);
  const uint32_t seed = static_cast<uint32_t>(random.bits());
  const bool textured = !plain && random.chance(0.7);
  for (int y = 0; y < backdrop.size; ++y) {
    for (int x = 0; x < backdrop.size; ++x) {
      const Vec2 p = Vec2(x + 0.5f, y + 0.5f) / backdrop.size - Vec2::Constant(0.5f);
      const float along = std::clamp(0.5f + std::cos(tilt) * p.x() + std::sin(tilt) * p.y(), 0.0f, 1.0f);
      const float n = textured ? fractal_noise(p.x() * zoom * 3 + 50, p.y() * zoom * 3 + 50, 4, seed) : along;
      const Vec3 ca = textured ? albedo(a, p * zoom) : a.colour, cb = textured ? albedo(b, p * zoom) : b.colour;
      backdrop.colour[static_cast<size_t>(y) * backdrop.size + x] = blend(ca, cb, 0.5f * along + 0.5f * n);
    }
  }
}

// Ellipses, rectangles and strokes over any backdrop.
void paint_shapes(int count, Backdrop& backdrop, Random& random) {
  for (int i = 0; i < count; ++i) {
    const Material m = sample_surface(random);
    const Vec2 centre(between(random, 0, 1), between(random, 0, 1));
    const float angle = between(random, 0, pi), c = std::cos(angle), s = std::sin(angle);
    const int kind = random.integer(3);
    const float a = between(random, 0.03, 0.35),
                b = kind == 2 ? between(random, 0.005, 0.04) : between(random, 0.02, 0.3);
    const float reach = std::sqrt(a * a + b * b);
    const int n = backdrop.size;
    const int x0 = std::max(0, static_cast<int>((centre.x() - reach) * n)),
              x1 = std::min(n - 1, static_cast<int>((centre.x() + reach) * n));
    const int y0 = std::max(0, static_cast<int>((centre.y() - reach) * n)),
              y1 = std::min(n - 1, static_cast<int>((centre.y() + reach) * n));
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const Vec2 p = Vec2(x + 0.5f, y + 0.5f) / n - centre;
        const float u = (c * p.x() + s * p.y()) / a, v = (-s * p.x() + c * p.y()) / b;
        if (kind == 0 ? u * u + v * v > 1 : (std::abs(u) > 1 || std::abs(v) > 1)) continue;
        backdrop.colour[static_cast<size_t>(y) * n + x] = albedo(m, 2 * p);
      }
    }
  }
}

void paint_photograph(const Image& photo, Backdrop& backdrop, Random& random) {
  const float side = between(random, 0.35, 1) * static_cast<float>(std::min(photo.width, photo.height));
  const float left = between(random, 0, 1) * (photo.width - side), top = between(random, 0, 1) * (photo.height - side);
  const bool flip = random.chance(0.5);
  const float gain = between(random, 0.8, 1.2);
  const float step = side / backdrop.size;
  const int taps = std::clamp(static_cast<int>(std::lround(step)), 1, 4);
  static const std::vector<float> linear = [] {
    std::vector<float> table(256);
    for (int i = 0; i < 256; ++i) table[i] = linear_from_srgb(i / 255.0f);
    return table;
  }();
  for (int y = 0; y < backdrop.size; ++y) {
    for (int x = 0; x < backdrop.size; ++x) {
      Vec3 sum = Vec3::Zero();
      for (int k = 0; k < taps * taps; ++k) {
        const float fx =
            left + (flip ? backdrop.size - 1 - x + (k % taps + 0.5f) / taps : x + (k % taps + 0.5f) / taps) * step;
        const float fy = top + (y + (k / taps + 0.5f) / taps) * step;
        const uint8_t* p = photo.at(std::clamp(static_cast<int>(fx), 0, photo.width - 1),
                                    std::clamp(static_cast<int>(fy), 0, photo.height - 1));
        sum += Vec3(linear[p[0]], linear[p[1]], linear[p[2]]);
      }
      backdrop.colour[static_cast<size_t>(y) * backdrop.size + x] = sum * (gain / (taps * taps));
    }
  }
}

template <class Scene>
void paint_rays(const Scene& scene, const PlacedCamera& view, const Light& light, Backdrop& backdrop) {
  const Vec3 eye = view.position();
  for (int y = 0; y < backdrop.size; ++y)
    for (int x = 0; x < backdrop.size; ++x)
      backdrop.colour[static_cast<size_t>(y) * backdrop.size + x] =
          scene.colour(eye, view.ray(Vec2(x + 0.5f, y + 0.5f)), light).cwiseMin(1.5f);
}

void find_ground(const PlacedCamera& view, const Vec3& person, Backdrop& backdrop) {
  const Vec3 eye = view.position();
  for (int y = 0; y < backdrop.size; ++y) {
    for (int x = 0; x < backdrop.size; ++x) {
      const Vec3 ray = view.ray(Vec2(x + 0.5f, y + 0.5f));
      if (ray.y() > -1e-3f) continue;
      const Vec3 p = eye - (eye.y() / ray.y()) * ray;
      if ((p - person).norm() < 4) backdrop.ground[static_cast<size_t>(y) * backdrop.size + x] = Vec3(p.x(), 0, p.z());
    }
  }
}

}  // namespace

Backdrop sample_backdrop(const PlacedCamera& view, const Light& light, const Vec3& person, const SceneOptions& options,
                         Random& random) {
  Backdrop backdrop;
  backdrop.size = view.camera.width;
  backdrop.colour.resize(static_cast<size_t>(backdrop.size) * backdrop.size);
  backdrop.ground.assign(backdrop.colour.size(), Vec3(0, -1, 0));
  const bool above = view.position().y() > 0.05f;  // else a room or landscape would be seen through its ground
  backdrop.shows_ground = above;
  if (!options.backgrounds.empty() && random.chance(options.background_probability)) {
    const int count = static_cast<int>(options.backgrounds.size());
    paint_photograph(*options.backgrounds[random.integer(count)], backdrop, random);
    backdrop.shows_ground = above && random.chance(0.7);
  } else {
    const double room = options.room_weight, landscape = options.landscape_weight, abstract = options.abstract_weight;
    const double pick = random.uniform() * (room + landscape + abstract + options.plain_weight);
    const int shapes = random.chance(options.shapes_probability) ? 1 + random.integer(5) : 0;
    if (pick < room && above) {
      paint_rays(Room(view.position(), person, random), view, light, backdrop);
      paint_shapes(shapes, backdrop, random);
    } else if (pick < room + landscape && above) {
      paint_rays(Landscape(random), view, light, backdrop);
      paint_shapes(shapes, backdrop, random);
    } else if (pick < room + landscape + abstract) {
      paint_abstract(backdrop, false, random);
      backdrop.shows_ground = above && random.chance(0.4);
      paint_shapes(random.integer(25), backdrop, random);
    } else {
      paint_abstract(backdrop, true, random);
    }
  }
  if (backdrop.shows_ground) find_ground(view, person, backdrop);
  return backdrop;
}

std::vector<Vec3> with_shadows(const Backdrop& backdrop, const Light& light, const ShadowMap& shadows,
                               const std::vector<Vec3>& joints) {
  std::vector<Vec3> result = backdrop.colour;
  if (!backdrop.shows_ground) return result;
  std::vector<Vec3> near;  // what touches the ground darkens it
  for (const Vec3& joint : joints)
    if (joint.y() < 0.3f) near.push_back(joint);
  const float sun = light.sun.mean() * std::max(0.1f, light.to_sun.y()), sky = light.sky.mean();
  const float in_shadow = sky / (sun + sky);
  for (size_t i = 0; i < result.size(); ++i) {
    const Vec3& p = backdrop.ground[i];
    if (p.y() < 0) continue;
    const float lit = shadows.lit(p);
    float open = 1;
    for (const Vec3& joint : near) {
      const float d2 = (joint - p).squaredNorm();
      if (d2 < 0.12f) open *= 1 - light.contact * std::exp(-d2 / 0.02f);
    }
    result[i] *= (in_shadow + (1 - in_shadow) * lit) * open;
  }
  return result;
}

}  // namespace limn
