// Before anything is drawn: who the person is, how it stands, where the camera is.
#pragma once

#include "limn/synth/body.h"
#include "limn/synth/character.h"
#include "limn/synth/pose_path.h"
#include "limn/synth/pose_sampler.h"
#include "limn/synth/procedural_people.h"
#include "limn/synth/renderer.h"

namespace limn {

/// What pose_only and sample share: the person's proportions, the pose in the world and the camera.
struct Staged {
  const Character* character = nullptr;  ///< null for a procedural person
  Proportions proportions;
  PosedBody body;
  PlacedCamera view;
};
Staged stage(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed,
             uint64_t index);

/// An imported person or null for a procedural one.
const Character* draw_character(const SynthOptions& options, Random& random);
Proportions draw_proportions(const Skeleton& skeleton, const SynthOptions& options, const Character* character,
                             Random& random);
Person draw_person(const Skeleton& skeleton, const Character* character, const Proportions& proportions,
                   Random& random);

/// Where the chest points, or the head where the chest points up or down; radians about y.
float heading(const Mat3& world_from_body);

/// The same person in another pose of the same kind; the heading changes less than the limbs do. Its place and height
/// are as sample_pose gives them.
PosedBody another_pose(const PoseSampler& poses, const Proportions& proportions, const PosedBody& first,
                       Random& random);
/// A key pose about every second; places as PosePath has them.
PosePath sample_path(const PoseSampler& poses, const Staged& staged, double seconds, Random& random);
Pose pose_at(const Skeleton& skeleton, const Proportions& proportions, const PosePath& motion, double seconds);

}  // namespace limn
