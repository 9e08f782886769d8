#include "limn/data/crossing.h"

#include <cmath>
#include <numbers>
#include <optional>

#include "limn/base/error.h"
#include "limn/data/cutout.h"
#include "limn/data/person_scenes.h"
#include "limn/media/canvas.h"
#include "limn/media/resample.h"
#include "limn/synth/empty_scene.h"
#include "limn/synth/joint_angles.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr int most_tries = 400;         // for a camera that sees somebody from the side: one in six does
constexpr float least_sideways = 0.8f;  // of the direction they face, in the picture
constexpr double turn_s = 0.6;

/// What a body does while it walks on the spot, or stands where it is at rest (`stride` 0 ... 1).
BodyAngles gait(float phase, float stride) {
  BodyAngles angles;
  for (int side = 0; side < 2; ++side) {
    const float turn = phase + static_cast<float>(side) * pi, swing = stride * std::sin(turn);
    angles.leg[side].flexion = 5 * stride + 26 * swing;
    angles.leg[side].knee = 5 + stride * 42 * std::max(0.0f, std::sin(turn - 0.9f));
    angles.arm[side].raise = 6 + 26 * std::abs(swing);
    angles.arm[side].azimuth = 10 + (swing > 0 ? -50.0f : 75.0f) * std::min(1.0f, 3 * std::abs(swing));
    angles.arm[side].elbow = 18 + 12 * std::abs(swing);
  }
  angles.trunk.twist = 7 * stride * std::sin(phase);
  return angles;
}

/// One of the two: where they are and how they look.
struct Walker {
  double steps_s = 1.8, phase = 0;
  double from_px = 0, to_px = 0;  ///< of the pelvis; of somebody who turns back, where they turn
  bool turns_back = false;
  double ground_px = 0, height_px = 0;
  double seconds = 1;

  double turning_s() const { return seconds / 2 - turn_s / 2; }
  double place_px(double time) const {
    if (!turns_back) return from_px + (to_px - from_px) * time / seconds;
    const double walked = std::min(time, seconds - time);
    return from_px + (to_px - from_px) * std::min(1.0, walked / turning_s());
  }
  /// 0: on the way; 1: on the way back.
  double turned(double time) const {
    return turns_back ? std::clamp((time - turning_s()) / turn_s, 0.0, 1.0) : 0.0;
  }
  PosePath motion(const Skeleton& skeleton) const {
    return [&skeleton, walker = *this](double time) {
      const double turned = walker.turned(time), still = turned > 0 && turned < 1 ? 1 : 0;
      BodyAngles angles = gait(static_cast<float>(pi * walker.steps_s * time + walker.phase), still > 0 ? 0.2f : 1.0f);
      clamp_to_limits(AngleLimits(), angles);
      Pose pose = pose_from_angles(skeleton, angles);
      pose.rotations[0] = Eigen::AngleAxisf(static_cast<float>(pi * turned), Vec3::UnitY()).toRotationMatrix();
      return pose;
    };
  }
};

/// Upright, whole, from about the height of the eyes, nothing else in the picture.
SynthOptions walker_world(const SynthOptions& options, const CrossingSettings& settings) {
  SceneSettings scene;
  scene.cutout_px = settings.render_px;
  SynthOptions o = cutout_world(options, scene);
  o.occluder_probability = o.tilt_probability = o.roll_spread_deg = o.steep_probability = o.edges.share = 0;
  o.elevation_usual_deg = 5, o.elevation_spread_deg = 4;
  o.facing_deg = 180;
  return o;
}

/// The first frame's height of somebody in their own picture, from the lowest joint to the highest, px.
Box joint_box(const PersonView& view) { return box_around(view.joints_px); }

}  // namespace

struct Crossing::State {
  Skeleton skeleton;
  CrossingSettings settings;
  ProceduralPeople people;
  Image place;
  Image pillar;
  int pillar_left = 0;
  std::array<Walker, 2> walkers;
  std::array<std::optional<SynthClip>, 2> clips;
  std::array<Box, 2> first;   ///< joint_box() of the first frames
  std::array<Vec2, 2> roots;  ///< of the first frames

  State(const Skeleton& skeleton_, const SynthOptions& options, const CrossingSettings& settings_)
      : skeleton(skeleton_), settings(settings_), people(skeleton_, walker_world(options, settings_)) {}

  /// Their ways, so that they are at the same place in the middle of the video.
  void plan(CrossingKind kind, Random& random) {
    const double width = settings.width, middle = width * random.uniform(0.46, 0.54);
    const double way = width * random.uniform(0.30, 0.36);
    const int forward = random.chance(0.5) ? 1 : -1;
    const double tall = settings.height * random.uniform(0.48, 0.66);
    const double ground = settings.height * random.uniform(0.86, 0.93);
    for (size_t w = 0; w < 2; ++w) {
      Walker& walker = walkers[w];
      const bool farther = w == 0;
      walker.seconds = settings.seconds;
      walker.steps_s = random.uniform(1.6, 2.1);
      walker.phase = random.uniform(0, 2 * pi);
      walker.height_px = farther ? tall * random.uniform(0.82, 0.95) : tall;
      walker.ground_px = ground - (farther ? 0.25 * (tall - walker.height_px) : 0);
      double side = farther ? -forward : forward, reach = way * random.uniform(0.85, 1.15);
      if (kind == CrossingKind::overtaking && farther) side = forward, reach *= 0.3;
      walker.from_px = middle - side * reach;
      walker.to_px = middle + side * reach;
      if (kind == CrossingKind::turning_back) {
        walker.turns_back = true;
        walker.to_px = middle - side * 0.10 * tall;
      }
    }
  }

  /// Somebody whom the camera sees from the side, walking where the plan says.
  void cast(uint64_t seed, uint64_t index, size_t w) {
    const double direction = walkers[w].to_px > walkers[w].from_px ? 1 : -1;
    for (uint64_t attempt = 0; attempt < most_tries; ++attempt) {
      const uint64_t number = (2 * index + w) * most_tries + attempt;
      clips[w].emplace(people.clip(seed, number, settings.seconds, walkers[w].motion(skeleton)));
      const PersonView view = clips[w]->frame(0);
      if (view.pose.rotations[0].col(2).x() * direction < least_sideways) continue;
      first[w] = joint_box(view);
      roots[w] = view.joints_px[0];
      return;
    }
    throw Error(ErrorKind::usage, "nobody walks sideways", "Crossing", "choose another seed");
  }

  void put_pillar(const SynthOptions& options, uint64_t seed, uint64_t index, Random& random) {
    const int width = std::max(2, static_cast<int>(random.uniform(0.55, 0.75) * walkers[1].height_px));
    const double meeting = 0.5 * (walkers[1].from_px + walkers[1].to_px);
    pillar = resized(part_of(empty_scene(skeleton, options, seed, index + (1ull << 40)), 40, 0, 80, settings.render_px),
                     width, settings.height);
    pillar_left = static_cast<int>(std::lround(meeting)) - width / 2;
  }
};

Crossing::Crossing(const Skeleton& skeleton, const SynthOptions& options, CrossingKind kind, uint64_t seed,
                   uint64_t index, const CrossingSettings& settings) {
  require(settings.width >= 64 && settings.height >= 64 && settings.frame_rate > 0 && settings.seconds >= 1,
          ErrorKind::usage, "a crossing is too small or too short", "Crossing",
          "choose at least 64 x 64 px and a second");
  state_ = std::make_unique<State>(skeleton, options, settings);
  Random random(seed, "data.crossing", index);
  SynthOptions empty = options;
  empty.image_size = std::max(settings.width, settings.height);
  const Image place = empty_scene(skeleton, empty, seed, index);
  state_->place = part_of(place, (place.width - settings.width) / 2, (place.height - settings.height) / 2,
                          settings.width, settings.height);
  state_->plan(kind, random);
  for (size_t w = 0; w < 2; ++w) state_->cast(seed, index, w);
  empty.image_size = settings.render_px;
  if (kind == CrossingKind::behind) state_->put_pillar(empty, seed, index, random);
}
Crossing::~Crossing() = default;

int Crossing::frames() const {
  return static_cast<int>(std::lround(state_->settings.seconds * state_->settings.frame_rate));
}

CrossingFrame Crossing::frame(int number) const {
  const State& s = *state_;
  const double time = number / s.settings.frame_rate;
  CrossingFrame frame;
  frame.image = s.place;
  std::vector<int> front(static_cast<size_t>(s.settings.width) * s.settings.height, -1);  // who is seen in a pixel
  std::array<int, 2> whole{};
  const auto is_inside = [&](int u, int v) { return u >= 0 && v >= 0 && u < s.settings.width && v < s.settings.height; };
  for (size_t w = 0; w < 2; ++w) {
    const Walker& walker = s.walkers[w];
    const PersonView view = s.clips[w]->frame(time, SampleParts{.appearance = false, .mask = true});
    const auto scale = static_cast<float>(walker.height_px / s.first[w].size().y());
    const Vec2 shift(static_cast<float>(walker.place_px(time)) - scale * s.roots[w].x(),
                     static_cast<float>(walker.ground_px) - scale * s.first[w].high.y());
    CrossingWalker& seen = frame.walkers[w];
    for (const Vec2& joint : view.joints_px) seen.joints_px.push_back(scale * joint + shift);
    Cutout person = cut_out_person(view);
    if (person.image.empty()) continue;
    const auto scaled = [&](int px) { return std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(px)))); };
    const int left = static_cast<int>(std::lround(scale * static_cast<float>(person.left) + shift.x())),
              top = static_cast<int>(std::lround(scale * static_cast<float>(person.top) + shift.y()));
    person = resized(person, scaled(person.image.width), scaled(person.image.height));
    seen.box = {Vec2(left, top), Vec2(left + person.image.width, top + person.image.height)};
    paste(frame.image, person, left, top, [&](int u, int v) {
      ++whole[w];
      if (is_inside(u, v)) front[static_cast<size_t>(v) * s.settings.width + u] = static_cast<int>(w);
    });
  }
  if (!s.pillar.empty()) {
    paste(frame.image, s.pillar, s.pillar_left, 0);
    for (int v = 0; v < s.settings.height; ++v)
      for (int u = 0; u < s.pillar.width; ++u)
        if (is_inside(s.pillar_left + u, v)) front[static_cast<size_t>(v) * s.settings.width + s.pillar_left + u] = -1;
  }
  std::array<int, 2> visible{};
  for (const int who : front)
    if (who >= 0) ++visible[static_cast<size_t>(who)];
  for (size_t w = 0; w < 2; ++w)
    frame.walkers[w].visible = whole[w] > 0 ? static_cast<float>(visible[w]) / static_cast<float>(whole[w]) : 0;
  return frame;
}

}  // namespace limn
