#include "limn/synth/procedural_people.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/backdrop.h"
#include "limn/synth/body.h"
#include "limn/synth/character.h"
#include "limn/synth/labels.h"
#include "limn/synth/pose_sampler.h"
#include "limn/synth/scene.h"
#include "limn/synth/sensor.h"

namespace limn {
namespace {

/// What pose_only and sample share: the person's proportions, the pose in the world and the camera.
struct Staged {
  const Character* character = nullptr;  ///< null for a procedural person
  Proportions proportions;
  PosedBody body;
  PlacedCamera view;
};

const Character* draw_character(const SynthOptions& options, Random& random) {
  if (options.characters.empty() || !random.chance(options.character_probability)) return nullptr;
  return options.characters[random.integer(static_cast<int>(options.characters.size()))].get();
}

Proportions draw_proportions(const Skeleton& skeleton, const Character* character, Random& random) {
  return character ? sample_proportions(skeleton, *character, random) : sample_proportions(skeleton, random);
}

Person draw_person(const Skeleton& skeleton, const Character* character, const Proportions& proportions,
                   Random& random) {
  return character ? sample_person(skeleton, *character, proportions, random)
                   : sample_person(skeleton, proportions, random);
}

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
      camera(seed, "synth.camera", index), character(seed, "synth.character", index);
  staged.character = draw_character(options, character);
  staged.proportions = draw_proportions(skeleton, staged.character, proportions);
  staged.body = options.upright_probability > 0 && pose.chance(options.upright_probability)
                    ? poses.sample(staged.proportions, Support::standing, pose)
                    : poses.sample(staged.proportions, pose);
  staged.view = place_camera(forward_kinematics(skeleton, staged.body.pose).positions,
                             heading(staged.body.pose.rotations[0]), options, camera);
  return staged;
}

/// The same person in another pose of the same kind; the heading changes less than the limbs do. Its place and height
/// are as sample_pose gives them.
PosedBody another_pose(const PoseSampler& poses, const Proportions& proportions, const PosedBody& first, Random& random) {
  PosedBody other = poses.sample_again(first, proportions, random);
  const Mat3 &from = other.pose.rotations[0], &to = first.pose.rotations[0];
  const float turn = heading(to) - heading(from) + static_cast<float>(random.normal(0, 0.7));
  other.pose.rotations[0] = Eigen::AngleAxisf(turn, Vec3::UnitY()).toRotationMatrix() * from;
  return other;
}

/// A key pose about every second; places as PosePath has them.
PosePath sample_path(const PoseSampler& poses, const Staged& staged, double seconds, Random& random) {
  std::vector<KeyPose> keys;
  double time = 0;
  for (PosedBody body = staged.body;; body = another_pose(poses, staged.proportions, staged.body, random)) {
    Vec3& place = body.pose.root_position;
    place = Vec3(staged.body.pose.root_position.x(), body.clearance, staged.body.pose.root_position.z());
    place.x() += static_cast<float>(random.normal(0, 0.06));
    place.z() += static_cast<float>(random.normal(0, 0.06));
    keys.push_back({time, body.pose});
    if (time >= seconds) return eased(std::move(keys));
    time += random.uniform(0.6, 1.4);
  }
}

Pose pose_at(const Skeleton& skeleton, const Proportions& proportions, const PosePath& motion, double seconds) {
  Pose pose = motion(seconds);
  pose.bone_scales = proportions.bone_scales;
  return on_ground(skeleton, std::move(pose), proportions.size);
}

/// One sample being made: all that both pictures share.
class Studio {
 public:
  Studio(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed, uint64_t index,
         Staged staged)
      : skeleton_(skeleton), poses_(poses), options_(options), seed_(seed), index_(index), staged_(std::move(staged)) {
    Random look(seed, "synth.look", index), scene(seed, "synth.scene", index), sensor(seed, "synth.sensor", index);
    person_ = draw_person(skeleton, staged_.character, staged_.proportions, look);
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

  PersonView target(const SampleParts& parts) const {
    return photograph(staged_.body.pose, Random(seed_, "synth.noise.target", index_), parts);
  }

  /// The same person in the same place, another pose.
  PersonView appearance(const SampleParts& parts) const {
    Random random(seed_, "synth.pose.appearance", index_);
    PosedBody other = another_pose(poses_, staged_.proportions, staged_.body, random);
    const Vec3 place = staged_.body.pose.root_position;
    other.pose.root_position.x() = place.x() + static_cast<float>(random.normal(0, 0.06));
    other.pose.root_position.z() = place.z() + static_cast<float>(random.normal(0, 0.06));
    return photograph(other.pose, Random(seed_, "synth.noise.appearance", index_), parts);
  }

  PersonView moving(const PosePath& motion, double seconds, const SampleParts& parts) const {
    const int64_t microseconds = std::llround(1e6 * seconds);
    return photograph(pose_at(skeleton_, staged_.proportions, motion, seconds),
                      Random(seed_, "synth.noise.clip." + std::to_string(index_), microseconds), parts);
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
    Random character(seed_, "synth.character.other", index_);
    const Character* drawn = draw_character(options_, character);
    const Proportions proportions = draw_proportions(skeleton_, drawn, random);
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

  void add_posed(const Person& person, const Pose& pose, uint16_t object, Mesh& mesh) const {
    Mesh posed = pose_mesh(person.mesh, person.rest, forward_kinematics(skeleton_, pose));
    const uint16_t base = object == object_person ? 0 : static_cast<uint16_t>(materials_.size());
    for (uint16_t& m : posed.triangle_material) m = static_cast<uint16_t>(m + base);
    for (uint16_t& o : posed.triangle_object) o = object;
    mesh.append(posed);
  }

  PersonView photograph(const Pose& pose, Random noise, const SampleParts& parts) const {
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
    view.image = develop(linear, frame.size, sensor_, noise);
    if (parts.mask) view.mask = person_mask(mesh, frame);
    if (parts.depth) view.depth = depth_map(frame);
    if (parts.surfaces) view.surfaces = std::make_shared<const Mesh>(in_camera_frame(std::move(mesh), staged_.view));
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

void describe(SynthOptions& o, FieldList& f) {
  f.add("synth.upright", o.upright_probability, 0, 1, "share of people made to stand, beyond the mixture's own 70 %");
  f.add("synth.facing_deg", o.facing_deg, 0, 180,
        "people turn at most so far from the camera; 180: all directions");
  f.add("synth.tilted", o.tilt_probability, 0, 1, "share of pictures taken with a camera rolled far");
  f.add("synth.steep", o.steep_probability, 0, 1, "share of pictures taken from far above or below");
  f.add("synth.smallest", o.smallest_extent, 0.2, 0.9, "smallest person, share of the picture's side");
  f.add("synth.truncation", o.truncation_probability, 0, 1, "share of people of whom some limb leaves the picture");
  f.add("synth.occluders", o.occluder_probability, 0, 1, "share of pictures with something in front of the person");
  f.add("synth.distractors", o.distractor_probability, 0, 1, "share of pictures with another person");
  f.add("synth.clutter", o.clutter_probability, 0, 1, "share of pictures with objects around the person");
  f.add("synth.sensor", o.sensor_strength, 0, 1, "strength of blur, noise and compression");
  f.add("synth.fitted", o.fitted_probability, 0, 1, "share of poses from fitted statistics; others: hand-written families");
  f.add("synth.motion_share", o.motion_probability, 0, 1, "share of poses from synth.motions, before synth.fitted");
  f.add("synth.character_share", o.character_probability, 0, 1, "share of people from synth.characters");
  f.add("synth.background_share", o.background_probability, 0, 1, "share of pictures with a photograph of synth.backgrounds");
}

ProceduralPeople::ProceduralPeople(const Skeleton& skeleton, SynthOptions options)
    : skeleton_(skeleton),
      options_(std::move(options)),
      poses_(std::make_shared<PoseSampler>(
          skeleton_, PoseSources{options_.motions ? options_.motion_probability : 0, options_.fitted_probability, options_.motions})) {
  const SynthOptions& o = options_;
  require(o.image_size >= 16 && o.image_size <= 2048, ErrorKind::usage, "the image size is outside 16 ... 2048",
          "image_size = " + std::to_string(o.image_size), "choose 128");
  require(o.facing_deg >= 0 && o.facing_deg <= 180, ErrorKind::usage, "facing_deg is outside 0 ... 180",
          std::to_string(o.facing_deg), "choose 180 for every direction");
  for (double p : {o.upright_probability, o.truncation_probability, o.occluder_probability, o.distractor_probability,
                   o.clutter_probability, o.tilt_probability, o.steep_probability,
                   o.background_probability, o.sensor_strength, o.character_probability})
    require(p >= 0 && p <= 1, ErrorKind::usage, "a probability or strength is outside [0, 1]", std::to_string(p),
            "choose a value between 0 and 1");
  require(o.smallest_extent >= 0.2 && o.smallest_extent <= 0.9, ErrorKind::usage, "smallest_extent is outside 0.2 ... 0.9",
          std::to_string(o.smallest_extent), "choose 0.38");
  for (const auto& photo : o.backgrounds)
    require(photo && !photo->empty(), ErrorKind::usage, "a background photograph is empty", "SynthOptions::backgrounds",
            "pass decoded pictures only");
  for (const auto& character : o.characters)
    require(character && character->bone_scales.size() == skeleton_.joints().size(), ErrorKind::usage,
            "a character is missing or of another skeleton", "SynthOptions::characters",
            "load the characters with this skeleton");
}

SynthSample ProceduralPeople::sample(uint64_t seed, uint64_t index, const SampleParts& parts) const {
  const Studio studio(skeleton_, *poses_, options_, seed, index, stage(skeleton_, *poses_, options_, seed, index));
  SynthSample result;
  result.target = studio.target(parts);
  if (parts.appearance) result.appearance = studio.appearance(parts);
  return result;
}

PersonView ProceduralPeople::pose_only(uint64_t seed, uint64_t index) const {
  const Staged staged = stage(skeleton_, *poses_, options_, seed, index);
  return labelled(skeleton_, staged.body.pose, staged.view);
}

struct SynthClip::State {
  PosePath motion;
  Studio studio;
};

namespace {

void require_length(double seconds) {
  require(seconds > 0 && seconds <= 3600, ErrorKind::usage, "a clip is empty or longer than an hour",
          std::to_string(seconds) + " seconds", "choose 4");
}

}  // namespace

SynthClip::SynthClip(std::unique_ptr<State> state) : state_(std::move(state)) {}
SynthClip::SynthClip(SynthClip&&) noexcept = default;
SynthClip::~SynthClip() = default;

PersonView SynthClip::frame(double seconds, const SampleParts& parts) const {
  return state_->studio.moving(state_->motion, seconds, parts);
}

SynthClip ProceduralPeople::clip(uint64_t seed, uint64_t index, double seconds) const {
  require_length(seconds);
  Random random(seed, "synth.motion", index);
  return clip(seed, index, seconds,
              sample_path(*poses_, stage(skeleton_, *poses_, options_, seed, index), seconds, random));
}

SynthClip ProceduralPeople::clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const {
  require_length(seconds);
  Staged staged = stage(skeleton_, *poses_, options_, seed, index);
  staged.body.pose = pose_at(skeleton_, staged.proportions, motion, 0);
  std::vector<Vec3> joints;  // of the whole motion: the camera stands still
  const int looks = 1 + static_cast<int>(std::ceil(4 * std::min(seconds, 60.0)));
  for (int i = 0; i < looks; ++i) {
    const Pose pose = pose_at(skeleton_, staged.proportions, motion, seconds * i / looks);
    const std::vector<Vec3> some = forward_kinematics(skeleton_, pose).positions;
    joints.insert(joints.end(), some.begin(), some.end());
  }
  Random camera(seed, "synth.camera", index);
  staged.view = place_camera(joints, heading(staged.body.pose.rotations[0]), options_, camera);
  return SynthClip(std::make_unique<SynthClip::State>(
      SynthClip::State{motion, Studio(skeleton_, *poses_, options_, seed, index, std::move(staged))}));
}

}  // namespace limn
