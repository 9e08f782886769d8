// What the files that build a body share.
#pragma once

#include <algorithm>

#include "limn/synth/body.h"

namespace limn {

inline float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// The person whose body is built, with short names for what every part asks for.
struct BodyPlan {
  BodyPlan(const Skeleton& skeleton, const Person& person)
      : skeleton_(skeleton), person_(person), size_(person.proportions.size), b_(person.build), o_(person.outfit) {}

  int joint(const char* name) const { return skeleton_.joint(name); }
  Vec3 at(const char* name) const { return person_.rest.positions[joint(name)]; }

  const Skeleton& skeleton_;
  const Person& person_;
  float size_;
  Build b_;
  Outfit o_;
};

/// Arm, hand, leg and foot of the left side.
SkinnedMesh build_left_limbs(const BodyPlan& plan);
/// What hangs on the body or is tied around it.
void add_clothes(const BodyPlan& plan, SkinnedMesh& mesh);

}  // namespace limn
