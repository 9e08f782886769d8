#include "limn/synth/pose_sampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "limn/base/error.h"
#include "limn/synth/joint_limits.h"
#include "limn/synth/pose_families.h"

namespace limn {
namespace {

constexpr int attempts = 6;
constexpr double spread = 0.9;  ///< of the mixture's deviations: its far tails are no poses of people
constexpr double mixing_probability = 0.3;
constexpr float on_the_ground = 0.06f;  ///< metres: a smaller clearance is none

bool upright(const Pose& pose) { return pose.rotations[0](1, 1) > 0.6f; }

}  // namespace

PoseSampler::PoseSampler(const Skeleton& skeleton, PoseSources sources)
    : skeleton_(skeleton), sources_(std::move(sources)), parts_(skeleton_), statistics_(PoseStatistics::embedded()) {
  for (double p : {sources_.fitted_probability, sources_.motion_probability})
    require(p >= 0 && p <= 1, ErrorKind::usage, "a probability is outside [0, 1]", std::to_string(p),
            "choose a value between 0 and 1");
  require(sources_.motion_probability == 0 || sources_.motions, ErrorKind::usage, "poses of motions need motions",
          "PoseSources::motions", "load a MotionLibrary or set motion_probability to 0");
  if (sources_.motions)
    for (const Motion& motion : sources_.motions->motions())
      require(motion.joints == skeleton_.joint_count(), ErrorKind::usage, "a motion of another skeleton", motion.name,
              "load the motions with the skeleton of the people");
  for (int k = 0; k < statistics_.mixture.components(); ++k) {
    const FreePose mean = statistics_.chart.pose_of(skeleton_, statistics_.mixture.means.col(k));
    const Support support = told_support(parts_, forward_kinematics(skeleton_, mean.pose), 1, mean.clearance);
    components_[static_cast<int>(support)].push_back(k);
  }
}

PosedBody PoseSampler::sample(const Proportions& proportions, Random& random) const {
  return sample_from_sources(proportions, std::nullopt, random);
}

PosedBody PoseSampler::sample(const Proportions& proportions, Support support, Random& random) const {
  return sample_from_sources(proportions, support, random);
}

PosedBody PoseSampler::sample_again(const PosedBody& first, const Proportions& proportions, Random& random) const {
  if (!first.moment) return sample(proportions, first.support, random);
  MotionMoment moment = *first.moment;
  const double end = sources_.motions->motions()[moment.motion].seconds();
  const double from = std::max(0.0, moment.seconds - 2), to = std::min(end, moment.seconds + 2);
  for (int attempt = 0; attempt < attempts; ++attempt) {  // a quarter of a second changes the pose
    moment.seconds = random.uniform(from, to);
    if (std::abs(moment.seconds - first.moment->seconds) > 0.25) break;
  }
  return placed(frame_at(moment), proportions, moment.mirrored, random);
}

PosedBody PoseSampler::sample_from_sources(const Proportions& proportions, std::optional<Support> support,
                                           Random& random) const {
  const bool recorded = sources_.motion_probability > 0 && random.chance(sources_.motion_probability);
  const bool fitted = !recorded && sources_.fitted_probability > 0 && random.chance(sources_.fitted_probability);
  for (int attempt = 0; (recorded || fitted) && attempt < attempts; ++attempt) {
    std::optional<Draft> draft = draw(recorded, support, random);
    if (!draft) break;
    if (random.chance(mixing_probability)) exchange_upper_body(recorded, random, *draft);
    if (recorded) perturb(random, draft->free.pose);
    clamp_to_limits(skeleton_, draft->free.pose);
    const bool mirror = random.chance(0.5);
    if (draft->moment) draft->moment->mirrored = mirror;
    PosedBody body = placed(std::move(*draft), proportions, mirror, random);
    if (support && body.support != *support) continue;
    if (!intersects_itself(parts_, forward_kinematics(skeleton_, body.pose), proportions.size)) return body;
  }
  return support ? sample_pose(skeleton_, proportions, *support, random) : sample_pose(skeleton_, proportions, random);
}

std::optional<PoseSampler::Draft> PoseSampler::draw(bool recorded, std::optional<Support> support,
                                                    Random& random) const {
  if (recorded) {
    MotionMoment moment;
    moment.motion = random.integer(static_cast<int>(sources_.motions->motions().size()));
    moment.seconds = random.uniform(0, sources_.motions->motions()[moment.motion].seconds());
    return frame_at(moment);
  }
  const GaussianMixture& mixture = statistics_.mixture;
  if (!support) {
    const int component = mixture.draw_component(random);
    return Draft{statistics_.chart.pose_of(skeleton_, mixture.draw(component, spread, random)), {}};
  }
  const std::vector<int>& candidates = components_[static_cast<int>(*support)];
  if (candidates.empty()) return std::nullopt;
  double sum = 0;
  for (int k : candidates) sum += mixture.weights[k];
  double target = random.uniform() * sum;
  size_t chosen = 0;
  while (chosen + 1 < candidates.size() && (target -= mixture.weights[candidates[chosen]]) > 0) ++chosen;
  return Draft{statistics_.chart.pose_of(skeleton_, mixture.draw(candidates[chosen], spread, random)), {}};
}

PoseSampler::Draft PoseSampler::frame_at(const MotionMoment& moment) const {
  const Motion& motion = sources_.motions->motions()[moment.motion];
  Draft draft{{motion.at(moment.seconds)}, moment};
  draft.free.clearance = recorded_clearance(parts_, forward_kinematics(skeleton_, draft.free.pose), motion.action);
  return draft;
}

// Arms that carry the body would carry nothing on other legs: only who stands or sits upright exchanges.
void PoseSampler::exchange_upper_body(bool recorded, Random& random, Draft& draft) const {
  Pose other;
  if (random.chance(1.0 / 3)) {
    BodyAngles angles;
    sample_upper_body(Support::standing, random, angles);
    limn::perturb(6, random, angles);
    clamp_to_limits(AngleLimits(), angles);
    other = pose_from_angles(skeleton_, angles);
  } else {
    other = draw(recorded, std::nullopt, random)->free.pose;
  }
  if (!upright(draft.free.pose) || !upright(other)) return;
  for (int joint : parts_.upper) draft.free.pose.rotations[joint] = other.rotations[joint];
}

void PoseSampler::perturb(Random& random, Pose& pose) const {
  const double degrees = random.uniform(0, 7);
  for (int joint : skeleton_.rotating_joints()) {
    Vec3 turn;
    for (float& angle : turn) angle = static_cast<float>(random.normal(0, degrees * std::numbers::pi / 180));
    pose.rotations[joint] = pose.rotations[joint] * rotation_from_axis_angle(joint == 0 ? Vec3(0.5f * turn) : turn);
  }
}

PosedBody PoseSampler::placed(Draft draft, const Proportions& proportions, bool mirror, Random& random) const {
  PosedBody body;
  body.moment = draft.moment;
  body.pose = std::move(draft.free.pose);
  body.pose.bone_scales = proportions.bone_scales;
  body.pose.root_position = Vec3::Zero();
  if (mirror) body.pose = mirrored(skeleton_, body.pose);
  const float heading = static_cast<float>(random.uniform(0, 2 * std::numbers::pi));
  body.pose.rotations[0] = Eigen::AngleAxisf(heading, Vec3::UnitY()).toRotationMatrix() * body.pose.rotations[0];
  body.clearance = draft.free.clearance < on_the_ground ? 0.0f : proportions.size * draft.free.clearance;
  const Kinematics k = forward_kinematics(skeleton_, body.pose);
  body.support = told_support(parts_, k, proportions.size, body.clearance);
  body.pose.root_position.y() = body.clearance - lowest_height(parts_, k, proportions.size);
  return body;
}

}  // namespace limn
