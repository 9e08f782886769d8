#include "limn/synth/procedural_people.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/backdrop.h"
#include "limn/synth/body.h"
#include "limn/synth/pose_sampler.h"
#include "limn/synth/scene.h"
#include "limn/synth/sensor.h"

namespace limn {
namespace {

/// What pose_only and sample share: the person's proportions, the pose in the world and the camera.
struct Staged {
  Proportions proportions;
  PosedBody body;
  PlacedCamera view;
};

// Where the chest points, or the head where the chest points up or down; radians about y.
float heading(const Mat3& world_from_body) {
  const Vec3 front = world_from_body.col(2), up = world_from_body.col(1);
  const bool level = std::hypot(front.x(), front.z()) > 0.5f;
  return level ? std::atan2(front.x(), front.z()) : std::atan2(up.x(), up.z());
}

Staged stage(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed,
             uint64_t index) {
  Staged staged;
  Random proportions(seed, "synth.proportions", index), pose(seed, "synth.pose", index),
      camera(seed, "synth.camera", index);
  staged.proportions = sample_proportions(skeleton, proportions);
  staged.body = options.upright_probability > 0 && pose.chance(options.upright_probability)
                    ? poses.sample(staged.proportions, Support::standing, pose)
                    : poses.sample(staged.proportions, pose);
  staged.view = place_camera(forward_kinematics(skeleton, staged.body.pose).positions,
                             heading(staged.body.pose.rotations[0]), options, camera);
  return staged;
}

/// The labels of a world pose seen by a camera; visibility says inside or outside only.
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
  return result;
}

// A joint lies inside the flesh: it is hidden when a surface is nearer than the flesh around it reaches, or belongs
// to something else that is nearer than the joint.
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
    const bool own = mesh.triangle_object[frame.triangle[sample]] == object_person;
    const float flesh = 1.7f * flesh_radius(skeleton, static_cast<int>(j)) * person_size + 0.02f;
    if (in_front > (own ? flesh : 0.0f)) view.visibility[j] = Visibility::occluded;
  }
}

/// One sample being made: all that both pictures share.
class Studio {
 public:
  Studio(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed, uint64_t index)
      : skeleton_(skeleton),
        poses_(poses),
        options_(options),
        seed_(seed),
        index_(index),
        staged_(stage(skeleton, poses, options, seed, index)) {
    Random look(seed, "synth.look", index), scene(seed, "synth.scene", index), sensor(seed, "synth.sensor", index);
    person_ = sample_person(skeleton, staged_.proportions, look);
    materials_ = person_.materials;
    light_ = sample_light(scene);
    joints_ = forward_kinematics(skeleton, staged_.body.pose).positions;
    furnish(scene);
    const Image* photo = nullptr;
    if (!options.backgrounds.empty() && scene.chance(options.background_probability))
      photo = options.backgrounds[scene.integer(static_cast<int>(options.backgrounds.size()))].get();
    backdrop_ = sample_backdrop(staged_.view, light_, staged_.body.pose.root_position, photo, scene);
    sensor_ = sample_sensor(options.sensor_strength, sensor);
  }

  PersonView target() const { return photograph(staged_.body.pose, "synth.noise.target"); }

  /// The same person in the same place, another pose; the heading changes less than the limbs do.
  PersonView appearance() const {
    Random random(seed_, "synth.pose.appearance", index_);
    PosedBody other = poses_.sample_again(staged_.body, staged_.proportions, random);
    const Mat3 &from = other.pose.rotations[0], &to = staged_.body.pose.rotations[0];
    const float turn = heading(to) - heading(from) + static_cast<float>(random.normal(0, 0.7));
    other.pose.rotations[0] = Eigen::AngleAxisf(turn, Vec3::UnitY()).toRotationMatrix() * from;
    const Vec3 place = staged_.body.pose.root_position;
    other.pose.root_position.x() = place.x() + static_cast<float>(random.normal(0, 0.06));
    other.pose.root_position.z() = place.z() + static_cast<float>(random.normal(0, 0.06));
    return photograph(other.pose, "synth.noise.appearance");
  }

 private:
  void furnish(Random& random) {
    const Vec3 place = staged_.body.pose.root_position;
    if (random.chance(options_.distractor_probability)) add_other_person(random);
    if (staged_.body.support == Support::sitting && place.y() > 0.3f) add_seat(place, random);
    if (random.chance(options_.clutter_probability)) add_clutter(place, staged_.view, random, things_, materials_);
    if (random.chance(options_.occluder_probability)) add_occluders(joints_, staged_.view, random, things_, materials_);
  }

  void add_seat(const Vec3& pelvis, Random& random) {
    const float top = pelvis.y() - 0.11f * staged_.proportions.size;
    const Mat3 turn = Eigen::AngleAxisf(heading(staged_.body.pose.rotations[0]), Vec3::UnitY()).toRotationMatrix();
    const Vec3 half(static_cast<float>(random.uniform(0.18, 0.5)), 0.5f * top,
                    static_cast<float>(random.uniform(0.15, 0.25)));
    const uint16_t material = static_cast<uint16_t>(materials_.size());
    materials_.push_back(sample_surface(random));
    things_.append(
        make_box(Vec3(pelvis.x(), 0.5f * top, pelvis.z()) - turn.col(2) * 0.06f, half, turn, material, object_thing));
  }

  void add_other_person(Random& random) {
    const Proportions proportions = sample_proportions(skeleton_, random);
    const Person other = sample_person(skeleton_, proportions, random);
    PosedBody posed = poses_.sample(proportions, Support::standing, random);
    const Vec3 eye = staged_.view.position(), place = staged_.body.pose.root_position;
    const Vec3 away = Vec3(place - eye).cwiseProduct(Vec3(1, 0, 1)).normalized(), across(away.z(), 0, -away.x());
    const float side = random.chance(0.5) ? 1.0f : -1.0f;
    const float back = static_cast<float>(random.uniform(0.1, 2.5)),
                aside = side * static_cast<float>(random.uniform(0.5, 1.2));
    posed.pose.root_position += Vec3(place.x(), 0, place.z()) + back * away + (aside + 0.25f * side * back) * across;
    add_posed(other, posed.pose, object_other_person, things_);
    materials_.insert(materials_.end(), other.materials.begin(), other.materials.end());
  }

  void add_posed(const Person& person, const Pose& pose, uint16_t object, Mesh& mesh) const {
    Mesh posed = pose_mesh(person.mesh, person.rest, forward_kinematics(skeleton_, pose));
    const uint16_t base = object == object_person ? 0 : static_cast<uint16_t>(materials_.size());
    for (uint16_t& m : posed.triangle_material) m = static_cast<uint16_t>(m + base);
    for (uint16_t& o : posed.triangle_object) o = object;
    mesh.append(posed);
  }

  PersonView photograph(const Pose& pose, const char* noise_stream) const {
    Mesh mesh;
    add_posed(person_, pose, object_person, mesh);
    mesh.append(things_);
    const ShadowMap shadows(mesh, light_.to_sun, joints_[0], 1.8f);
    const Frame frame = render(mesh, materials_, light_, staged_.view, shadows);
    const std::vector<Vec3> joints = forward_kinematics(skeleton_, pose).positions;
    std::vector<Vec3> linear = with_shadows(backdrop_, light_, shadows, joints);
    for (size_t i = 0; i < linear.size(); ++i) linear[i] = (1 - frame.coverage[i]) * linear[i] + frame.colour[i];
    PersonView view = labelled(skeleton_, pose, staged_.view);
    mark_occluded(skeleton_, mesh, frame, staged_.proportions.size, view);
    Random noise(seed_, noise_stream, index_);
    view.image = develop(linear, frame.size, sensor_, noise);
    return view;
  }

  const Skeleton& skeleton_;
  const PoseSampler& poses_;
  const SynthOptions& options_;
  uint64_t seed_, index_;
  Staged staged_;
  Person person_;
  std::vector<Material> materials_;
  Light light_;
  std::vector<Vec3> joints_;
  Mesh things_;
  Backdrop backdrop_;
  Sensor sensor_;
};

}  // namespace

ProceduralPeople::ProceduralPeople(const Skeleton& skeleton, SynthOptions options)
    : skeleton_(skeleton),
      options_(std::move(options)),
      poses_(std::make_shared<PoseSampler>(
          skeleton_, PoseSources{options_.motion_probability, options_.fitted_probability, options_.motions})) {
  const SynthOptions& o = options_;
  require(o.image_size >= 16 && o.image_size <= 2048, ErrorKind::usage, "the image size is outside 16 ... 2048",
          "image_size = " + std::to_string(o.image_size), "choose 128");
  require(o.facing_deg >= 0 && o.facing_deg <= 180, ErrorKind::usage, "facing_deg is outside 0 ... 180",
          std::to_string(o.facing_deg), "choose 180 for every direction");
  for (double p : {o.upright_probability, o.truncation_probability, o.occluder_probability, o.distractor_probability, o.clutter_probability, o.tilt_probability, o.steep_probability,
                   o.background_probability, o.sensor_strength})
    require(p >= 0 && p <= 1, ErrorKind::usage, "a probability or strength is outside [0, 1]", std::to_string(p),
            "choose a value between 0 and 1");
  require(o.smallest_extent >= 0.2 && o.smallest_extent <= 0.9, ErrorKind::usage, "smallest_extent is outside 0.2 ... 0.9",
          std::to_string(o.smallest_extent), "choose 0.38");
  for (const auto& photo : o.backgrounds)
    require(photo && !photo->empty(), ErrorKind::usage, "a background photograph is empty", "SynthOptions::backgrounds",
            "pass decoded pictures only");
}

SynthSample ProceduralPeople::sample(uint64_t seed, uint64_t index, bool with_appearance) const {
  const Studio studio(skeleton_, *poses_, options_, seed, index);
  SynthSample result;
  result.target = studio.target();
  if (with_appearance) result.appearance = studio.appearance();
  return result;
}

PersonView ProceduralPeople::pose_only(uint64_t seed, uint64_t index) const {
  const Staged staged = stage(skeleton_, *poses_, options_, seed, index);
  return labelled(skeleton_, staged.body.pose, staged.view);
}

}  // namespace limn
