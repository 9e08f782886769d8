#include "limn/synth/procedural_people.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/labels.h"
#include "limn/synth/recorded_path.h"
#include "limn/synth/scene.h"
#include "limn/synth/studio.h"

namespace limn {

ProceduralPeople::ProceduralPeople(const Skeleton& skeleton, SynthOptions options)
    : skeleton_(skeleton),
      options_(std::move(options)),
      poses_(std::make_shared<PoseSampler>(
          skeleton_, PoseSources{options_.motions ? options_.motion_probability : 0, options_.fitted_probability, options_.motions})) {
  check(options_);
  for (const auto& character : options_.characters)
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
  return clip(seed, index, seconds, path(seed, index, seconds, 0));
}

SynthClip ProceduralPeople::clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const {
  require_length(seconds);
  return SynthClip(std::make_unique<SynthClip::State>(SynthClip::State{
      motion, Studio(skeleton_, *poses_, options_, seed, index, staged_clip(seed, index, seconds, motion))}));
}

PosePath ProceduralPeople::path(uint64_t seed, uint64_t index, double seconds, double recorded) const {
  const Staged staged = stage(skeleton_, *poses_, options_, seed, index);
  Random random(seed, "synth.stretch", index);
  if (options_.motions && random.chance(recorded)) {
    RecordedStretch stretch = draw_stretch(skeleton_, *options_.motions, seconds, random);
    stretch.size = staged.proportions.size;
    return recorded_path(skeleton_, options_.motions, stretch);
  }
  Random motion(seed, "synth.motion", index);
  return sample_path(*poses_, staged, seconds, motion);
}

std::vector<PersonView> ProceduralPeople::clip_poses(uint64_t seed, uint64_t index, double seconds,
                                                     const PosePath& motion, const std::vector<double>& times) const {
  require_length(seconds);
  const Staged staged = staged_clip(seed, index, seconds, motion);
  std::vector<PersonView> views;
  for (const double time : times)
    views.push_back(labelled(skeleton_, pose_at(skeleton_, staged.proportions, motion, time), staged.view));
  return views;
}

/// The person of sample(seed, index) with a camera that frames all of the motion: it stands still.
Staged ProceduralPeople::staged_clip(uint64_t seed, uint64_t index, double seconds, const PosePath& motion) const {
  Staged staged = stage(skeleton_, *poses_, options_, seed, index);
  staged.body.pose = pose_at(skeleton_, staged.proportions, motion, 0);
  std::vector<Vec3> joints;
  const int looks = 1 + static_cast<int>(std::ceil(4 * std::min(seconds, 60.0)));
  for (int i = 0; i < looks; ++i) {
    const Pose pose = pose_at(skeleton_, staged.proportions, motion, seconds * i / looks);
    const std::vector<Vec3> some = forward_kinematics(skeleton_, pose).positions;
    joints.insert(joints.end(), some.begin(), some.end());
  }
  Random camera(seed, "synth.camera", index);
  staged.view = place_camera(joints, heading(staged.body.pose.rotations[0]), options_, options_.image_size, camera);
  return staged;
}

}  // namespace limn
