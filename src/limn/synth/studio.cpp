#include "limn/synth/studio.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "limn/synth/labels.h"
#include "limn/synth/light.h"
#include "limn/synth/scene.h"

namespace limn {

Studio::Studio(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed,
               uint64_t index, Staged staged)
    : skeleton_(skeleton), poses_(poses), options_(options), seed_(seed), index_(index), staged_(std::move(staged)) {
  Random look(seed, "synth.look", index), scene(seed, "synth.scene", index), sensor(seed, "synth.sensor", index);
  person_ = draw_person(skeleton, staged_.character, staged_.proportions, look);
  materials_ = person_.materials;
  light_ = sample_light(options, staged_.view, scene);
  joints_ = forward_kinematics(skeleton, staged_.body.pose).positions;
  furnish(scene);
  if (!scene.chance(options.pattern_probability))
    for (Material& material : materials_) material = without_pattern(material);
  backdrop_ = sample_backdrop(staged_.view, light_, staged_.body.pose.root_position, options, scene);
  sensor_ = sample_sensor(options, sensor);
  Random edges(seed, "synth.edges", index);
  edges_ = sample_photo_edges(options, edges);
}

PersonView Studio::target(const SampleParts& parts) const {
  return photograph(staged_.body.pose, Random(seed_, "synth.noise.target", index_), parts);
}

PersonView Studio::appearance(const SampleParts& parts) const {
  Random random(seed_, "synth.pose.appearance", index_);
  PosedBody other = another_pose(poses_, staged_.proportions, staged_.body, random);
  const Vec3 place = staged_.body.pose.root_position;
  other.pose.root_position.x() = place.x() + static_cast<float>(random.normal(0, 0.06));
  other.pose.root_position.z() = place.z() + static_cast<float>(random.normal(0, 0.06));
  return photograph(other.pose, Random(seed_, "synth.noise.appearance", index_), parts);
}

PersonView Studio::moving(const PosePath& motion, double seconds, const SampleParts& parts) const {
  const int64_t microseconds = std::llround(1e6 * seconds);
  return photograph(pose_at(skeleton_, staged_.proportions, motion, seconds),
                    Random(seed_, "synth.noise.clip." + std::to_string(index_), microseconds), parts);
}

void Studio::furnish(Random& random) {
  const Vec3 place = staged_.body.pose.root_position;
  if (random.chance(options_.distractor_probability)) add_other_person(random);
  if (staged_.body.support == Support::sitting && place.y() > 0.3f) add_seat(place, random);
  if (random.chance(options_.clutter_probability))
    add_clutter(place, staged_.view, static_cast<int>(options_.clutter_most), random, things_, materials_);
  if (random.chance(options_.occluder_probability))
    add_occluders(joints_, staged_.view, static_cast<int>(options_.occluder_most), random, things_, materials_);
}

void Studio::add_seat(const Vec3& pelvis, Random& random) {
  const float top = pelvis.y() - 0.11f * staged_.proportions.size;
  const Mat3 turn = Eigen::AngleAxisf(heading(staged_.body.pose.rotations[0]), Vec3::UnitY()).toRotationMatrix();
  const Vec3 half(static_cast<float>(random.uniform(0.18, 0.5)), 0.5f * top,
                  static_cast<float>(random.uniform(0.15, 0.25)));
  const uint16_t material = static_cast<uint16_t>(materials_.size());
  materials_.push_back(sample_surface(random));
  things_.append(
      make_box(Vec3(pelvis.x(), 0.5f * top, pelvis.z()) - turn.col(2) * 0.06f, half, turn, material, object_thing));
}

void Studio::add_other_person(Random& random) {
  Random character(seed_, "synth.character.other", index_);
  const Character* drawn = draw_character(options_, character);
  const Proportions proportions = draw_proportions(skeleton_, options_, drawn, random);
  const Person other = draw_person(skeleton_, drawn, proportions, random);
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

void Studio::add_posed(const Person& person, const Pose& pose, uint16_t object, Mesh& mesh) const {
  Mesh posed = pose_mesh(person.mesh, person.rest, forward_kinematics(skeleton_, pose));
  const uint16_t base = object == object_person ? 0 : static_cast<uint16_t>(materials_.size());
  for (uint16_t& m : posed.triangle_material) m = static_cast<uint16_t>(m + base);
  for (uint16_t& o : posed.triangle_object) o = object;
  mesh.append(posed);
}

PersonView Studio::photograph(const Pose& pose, Random noise, const SampleParts& parts) const {
  Mesh mesh;
  add_posed(person_, pose, object_person, mesh);
  mesh.append(things_);
  const ShadowMap shadows(light_.casts_shadows ? mesh : Mesh(), light_.to_sun, joints_[0], 1.8f, light_.softness);
  const Frame frame = render(mesh, materials_, light_, staged_.view, shadows);
  const std::vector<Vec3> joints = forward_kinematics(skeleton_, pose).positions;
  std::vector<Vec3> linear = with_shadows(backdrop_, light_, shadows, joints);
  for (size_t i = 0; i < linear.size(); ++i) linear[i] = (1 - frame.coverage[i]) * linear[i] + frame.colour[i];
  PersonView view = labelled(skeleton_, pose, staged_.view);
  mark_occluded(skeleton_, mesh, frame, staged_.proportions.size, view);
  view.image = develop(linear, frame.size, sensor_, noise);
  if (parts.depth) view.depth = depth_map(frame);
  if (parts.mask || ends(edges_)) {
    std::vector<uint8_t> mask = person_mask(mesh, frame);
    if (ends(edges_)) end_photograph(edges_, mask, view);
    if (parts.mask) view.mask = std::move(mask);
  }
  if (parts.surfaces) view.surfaces = std::make_shared<const Mesh>(in_camera_frame(std::move(mesh), staged_.view));
  return view;
}

}  // namespace limn
