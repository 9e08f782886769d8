#include "limn/synth/empty_scene.h"

#include <numbers>

#include "limn/skeleton/pose.h"
#include "limn/synth/backdrop.h"
#include "limn/synth/light.h"
#include "limn/synth/scene.h"
#include "limn/synth/sensor.h"

namespace limn {
namespace {

constexpr double something_before_the_camera = 0.4;
constexpr double a_second_group = 0.5;

/// Where the joints of a person in the T-pose would be, standing at the world's origin.
std::vector<Vec3> standing_joints(const Skeleton& skeleton) {
  std::vector<Vec3> joints = forward_kinematics(skeleton, rest_pose(skeleton)).positions;
  float lowest = joints[0].y();
  for (const Vec3& joint : joints) lowest = std::min(lowest, joint.y());
  for (Vec3& joint : joints) joint.y() -= lowest;
  return joints;
}

}  // namespace

Image empty_scene(const Skeleton& skeleton, const SynthOptions& options, uint64_t seed, uint64_t index) {
  Random random(seed, "synth.empty", index);
  const std::vector<Vec3> joints = standing_joints(skeleton);
  const PlacedCamera view = place_camera(joints, 0, options, options.image_size, random);
  const Light light = sample_light(options, view, random);
  Mesh things;
  std::vector<Material> materials;
  const int most = static_cast<int>(options.clutter_most);
  if (random.chance(options.clutter_probability)) add_clutter(joints[0], view, most, random, things, materials);
  if (random.chance(options.clutter_probability * a_second_group)) {
    const float angle = static_cast<float>(random.uniform(0, 2 * std::numbers::pi));
    const Vec3 aside = 1.5f * Vec3(std::cos(angle), 0, std::sin(angle));
    add_clutter(joints[0] + aside, view, most, random, things, materials);
  }
  if (random.chance(something_before_the_camera))
    add_occluders(joints, view, static_cast<int>(options.occluder_most), random, things, materials);
  const ShadowMap shadows(light.casts_shadows ? things : Mesh(), light.to_sun, joints[0], 1.8f, light.softness);
  const Backdrop backdrop = sample_backdrop(view, light, joints[0], options, random);
  std::vector<Vec3> linear = with_shadows(backdrop, light, shadows, {});
  const Frame frame = render(things, materials, light, view, shadows);
  for (size_t i = 0; i < linear.size(); ++i) linear[i] = (1 - frame.coverage[i]) * linear[i] + frame.colour[i];
  return develop(linear, frame.size, Sensor{}, random);
}

}  // namespace limn
