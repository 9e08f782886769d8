#include "limn/synth/pose_families.h"

#include <algorithm>

namespace limn {
namespace {

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

void stand(Random& random, BodyAngles& a) {
  const float spread = between(random, 0, 14);
  for (LegAngles& leg : a.leg)
    leg = {between(random, -4, 8), spread, between(random, 0, 18), between(random, 0, 10), 0};
  if (random.chance(0.4)) {  // weight on one leg
    a.leg[1].flexion += between(random, 5, 20);
    a.leg[1].knee += between(random, 10, 35);
    a.trunk.side = between(random, -8, 8);
  }
  a.trunk.bend = between(random, -6, 12);
  a.trunk.twist = between(random, -15, 15);
}

// One step of a walk (swing 1) or a run (swing 2): legs in opposition, the trunk turned against the pelvis.
void stride(Random& random, double swing, BodyAngles& a) {
  const float step = between(random, 10, 26) * static_cast<float>(swing);
  a.leg[0] = {step, 2, 4, between(random, 3, 20) * static_cast<float>(swing), 0};
  a.leg[1] = {-0.6f * step, 2, 4, between(random, 8, 45) * static_cast<float>(swing), -10};
  a.trunk.bend = between(random, -2, 10) * static_cast<float>(swing);
  a.trunk.twist = between(random, 0, 10) * static_cast<float>(swing);
}

void squat(Random& random, BodyAngles& a) {
  const float depth = between(random, 0.3, 1);
  const float spread = between(random, 5, 30);
  for (LegAngles& leg : a.leg) leg = {105 * depth, spread, spread * 0.8f, 120 * depth, 20 * depth};
  a.trunk.bend = between(random, 0, 45) * depth;
}

void lunge(Random& random, BodyAngles& a) {
  a.leg[0] = {between(random, 45, 95), between(random, 0, 15), 8, between(random, 50, 100), 0};
  a.leg[1] = {between(random, -20, 10), between(random, 0, 12), 4, between(random, 5, 80), -20};
  a.trunk.bend = between(random, -5, 30);
}

void side_lunge(Random& random, BodyAngles& a) {
  a.leg[0] = {between(random, 30, 80), between(random, 20, 40), 25, between(random, 50, 105), 0};
  a.leg[1] = {between(random, 0, 20), between(random, 30, 50), 10, between(random, 0, 8), 0};
  a.trunk.bend = between(random, 0, 35);
  a.trunk.side = between(random, -15, 10);
}

void kick(Random& random, BodyAngles& a) {
  a.leg[0] = {between(random, 40, 110), between(random, 0, 35), 10, between(random, 0, 70), -15};
  a.leg[1] = {between(random, -8, 12), between(random, 0, 8), 8, between(random, 0, 25), 0};
  a.trunk.bend = between(random, -20, 10);
  if (random.chance(0.4)) {  // sideways or to the rear
    a.leg[0].flexion = between(random, -25, 40);
    a.leg[0].abduction = between(random, 30, 55);
    a.trunk.side = between(random, -25, 0);
  }
}

void stoop(Random& random, BodyAngles& a) {
  const float hinge = between(random, 20, 85);
  for (LegAngles& leg : a.leg) leg = {hinge, between(random, 0, 12), 6, between(random, 0, 35), 0};
  a.trunk.bend = between(random, 10, 60);
}

void sit(Random& random, BodyAngles& a) {
  const float spread = between(random, 0, 25);
  for (LegAngles& leg : a.leg)
    leg = {between(random, 70, 100), spread, between(random, 0, 15), between(random, 60, 110), 0};
  if (random.chance(0.3)) {  // legs stretched out or crossed on the floor
    const bool crossed = random.chance(0.5);
    for (LegAngles& leg : a.leg) {
      leg = crossed ? LegAngles{between(random, 80, 105), 45, 40, between(random, 100, 135), 0}
                    : LegAngles{between(random, 75, 95), spread, 5, between(random, 0, 40), -5};
    }
  }
  a.trunk.bend = between(random, -12, 35);
  a.trunk.twist = between(random, -20, 20);
}

void kneel(Random& random, BodyAngles& a) {
  for (LegAngles& leg : a.leg)
    leg = {between(random, -5, 20), between(random, 0, 15), 5, between(random, 85, 120), -35};
  if (random.chance(0.5)) a.leg[0] = {between(random, 80, 100), between(random, 0, 20), 5, between(random, 80, 100), 0};
  if (random.chance(0.25))  // sitting on the heels
    for (LegAngles& leg : a.leg)
      leg = {between(random, 60, 90), between(random, 0, 20), 0, between(random, 130, 146), -40};
  a.trunk.bend = between(random, -8, 30);
}

void crawl(Random& random, BodyAngles& a) {
  const bool plank = random.chance(0.35);
  for (LegAngles& leg : a.leg) {
    leg = plank ? LegAngles{between(random, -5, 15), between(random, 0, 10), 0, between(random, 0, 12), 15}
                : LegAngles{between(random, 65, 105), between(random, 0, 12), 0, between(random, 70, 105), -35};
  }
  a.trunk.bend = between(random, -10, 15);
}

void leap(Random& random, BodyAngles& a) {
  const bool split = random.chance(0.5);
  a.leg[0] = {between(random, 0, 80), between(random, 0, 35), 8, between(random, 0, 110), -25};
  a.leg[1] =
      split ? LegAngles{between(random, -25, 15), between(random, 0, 35), 5, between(random, 0, 110), -25} : a.leg[0];
  a.trunk.bend = between(random, -20, 20);
}

// Legs of somersaults and dives, toes pointed: tucked, piked, straddled, stretched or apart.
void tumble(Random& random, BodyAngles& a) {
  const double pick = random.uniform();
  for (LegAngles& leg : a.leg) {
    if (pick < 0.3) leg = {between(random, 90, 125), between(random, 0, 20), 5, between(random, 80, 145), -30};
    else if (pick < 0.55) leg = {between(random, 65, 125), between(random, 0, 10), 0, between(random, 0, 20), -40};
    else if (pick < 0.7) leg = {between(random, 10, 110), between(random, 28, 55), 10, between(random, 0, 20), -40};
    else leg = {between(random, -18, 12), between(random, 0, 10), 0, between(random, 0, 30), -40};
  }
  a.trunk.bend = pick < 0.55 ? between(random, 5, 65) : between(random, -25, 25);
  if (pick > 0.85) a.leg[0] = {between(random, 30, 120), between(random, 0, 30), 5, between(random, 0, 100), -30};
  a.trunk.twist = between(random, -20, 20);
}

// Legs over hands: together, straddled, split or folded down at the hips; of cartwheels, too.
void handstand(Random& random, BodyAngles& a) {
  const double pick = random.uniform();
  for (LegAngles& leg : a.leg) {
    if (pick < 0.25) leg = {between(random, -12, 12), between(random, 0, 12), 0, between(random, 0, 15), -30};
    else if (pick < 0.5) leg = {between(random, -10, 50), between(random, 22, 55), 8, between(random, 0, 15), -30};
    else if (pick < 0.7) leg = {between(random, -25, 0), between(random, 0, 20), 5, between(random, 0, 90), -30};
    else leg = {between(random, 50, 122), between(random, 0, 45), 5, between(random, 0, 40), -20};
  }
  if (pick >= 0.5 && pick < 0.7)
    a.leg[0] = {between(random, 45, 115), between(random, 0, 20), 5, between(random, 0, 60), -30};
  a.trunk.bend = between(random, -28, 22);
  a.trunk.twist = between(random, -15, 15);
}

void relax(Random& random, BodyAngles& a) {
  for (LegAngles& leg : a.leg)
    leg = {between(random, -8, 60), between(random, 0, 30), between(random, 0, 30), between(random, 0, 80), -15};
  a.trunk.bend = between(random, -12, 25);
  a.trunk.side = between(random, -12, 12);
}

// On the ground: at ease, curled up, legs in the air, or half sat up.
void lie(Random& random, BodyAngles& a) {
  relax(random, a);
  const double pick = random.uniform();
  if (pick < 0.5) return;
  for (LegAngles& leg : a.leg) {
    if (pick < 0.7) leg = {between(random, 55, 120), between(random, 0, 20), 5, between(random, 50, 140), -15};
    else if (pick < 0.85) leg = {between(random, 40, 115), between(random, 0, 40), 5, between(random, 0, 45), -20};
  }
  a.trunk.bend = between(random, 10, 65);
}

ArmAngles hanging(Random& random) {
  return {between(random, 3, 22), between(random, -15, 60), between(random, -25, 35), between(random, 3, 40),
          between(random, -30, 30)};
}

ArmAngles swinging(Random& random, float direction, float effort) {
  const float reach = direction * between(random, 10, 45) * effort;
  return {std::abs(reach) + 8, reach > 0 ? between(random, 55, 95) : between(random, -50, -25),
          between(random, -10, 30), between(random, 10, 35) + 55 * (effort - 0.8f), 0};
}

ArmAngles any_reach(Random& random) {
  const float raise = between(random, 35, 150);
  return {raise, between(random, -5, 110), between(random, -90, 30), between(random, 0, 75), between(random, -60, 60)};
}

ArmAngles overhead(Random& random) {
  return {between(random, 140, 178), between(random, 0, 90), between(random, -110, -40), between(random, 0, 100),
          between(random, -50, 50)};
}

ArmAngles waving(Random& random) {
  return {between(random, 65, 125), between(random, -5, 50), between(random, -110, -60), between(random, 40, 130),
          between(random, -40, 40)};
}

ArmAngles on_hip(Random& random) {
  return {between(random, 35, 55), between(random, -20, 20), between(random, 45, 75), between(random, 80, 110), 30};
}

ArmAngles across(Random& random) {
  return {between(random, 25, 60), between(random, 30, 75), between(random, 10, 60), between(random, 80, 120), 0};
}

ArmAngles to_face(Random& random) {
  return {between(random, 35, 85), between(random, 45, 90), between(random, -80, -20), between(random, 115, 146),
          between(random, -30, 30)};
}

ArmAngles carrying(Random& random) {
  return {between(random, 8, 45), between(random, 40, 85), between(random, -15, 25), between(random, 60, 110),
          between(random, -80, 0)};
}

ArmAngles boxing(Random& random) {
  return {between(random, 30, 95), between(random, 60, 95), between(random, -70, 0), between(random, 20, 135), 20};
}

// Hands at the shins or the hollows of drawn-up legs.
ArmAngles clasping(Random& random) {
  return {between(random, 30, 80), between(random, 72, 98), between(random, -40, 25), between(random, 5, 75),
          between(random, -40, 40)};
}

ArmAngles one_arm(Random& random) {
  switch (random.integer(11)) {
    case 0:
    case 1:
    case 2:
      return hanging(random);
    case 3:
      return any_reach(random);
    case 4:
      return overhead(random);
    case 5:
      return waving(random);
    case 6:
      return on_hip(random);
    case 7:
      return across(random);
    case 8:
      return to_face(random);
    case 9:
      return carrying(random);
    default:
      return boxing(random);
  }
}

}  // namespace

void sample_lower_body(Support support, Random& random, BodyAngles& a) {
  switch (support) {
    case Support::sitting:
      return sit(random, a);
    case Support::kneeling:
      return kneel(random, a);
    case Support::all_fours:
      return crawl(random, a);
    case Support::lying:
      return lie(random, a);
    case Support::inverted:
      return handstand(random, a);
    case Support::airborne:
      return random.chance(0.5) ? leap(random, a) : tumble(random, a);
    case Support::standing:
      break;
  }
  const double pick = random.uniform();
  if (pick < 0.34) return stand(random, a);
  if (pick < 0.50) return stride(random, 1, a);
  if (pick < 0.62) return stride(random, 2, a);
  if (pick < 0.71) return squat(random, a);
  if (pick < 0.79) return lunge(random, a);
  if (pick < 0.84) return side_lunge(random, a);
  if (pick < 0.92) return kick(random, a);
  stoop(random, a);
}

void sample_upper_body(Support support, Random& random, BodyAngles& a) {
  if (support == Support::all_fours) {
    for (ArmAngles& arm : a.arm)
      arm = {between(random, 70, 105), between(random, 70, 95), -70, between(random, 0, 30), 0};
    if (random.chance(0.2)) a.arm[0] = any_reach(random);
    a.trunk.head_bend = between(random, -40, 20);
    return;
  }
  if (support == Support::inverted) {
    const bool on_the_head = random.chance(0.15);
    for (ArmAngles& arm : a.arm)
      arm = on_the_head ? ArmAngles{between(random, 110, 160), between(random, 30, 90), -70, between(random, 60, 120), 0}
                        : ArmAngles{between(random, 125, 178), between(random, 0, 80), -70, between(random, 0, 25), 0};
    a.trunk.head_bend = between(random, -40, 15);
    return;
  }
  const bool drawn_up = std::min(a.leg[0].flexion, a.leg[1].flexion) > 60;
  if (support == Support::airborne && drawn_up && random.chance(0.6)) {
    for (ArmAngles& arm : a.arm) arm = clasping(random);
    a.trunk.head_bend = between(random, -5, 40);
    return;
  }
  const double pick = random.uniform();
  if (pick < 0.22) {
    const float effort = between(random, 0.7, 1.8);
    a.arm[0] = swinging(random, -1, effort);
    a.arm[1] = swinging(random, 1, effort);
  } else if (pick < 0.42) {  // both arms alike
    a.arm[0] = a.arm[1] = one_arm(random);
  } else {
    for (ArmAngles& arm : a.arm) arm = one_arm(random);
  }
  a.trunk.head_bend = between(random, -15, 25);
  a.trunk.head_twist = static_cast<float>(random.normal(0, 25));
  a.trunk.head_side = static_cast<float>(random.normal(0, 8));
}

void perturb(double degrees, Random& random, BodyAngles& a) {
  const auto add = [&](float& angle, double weight) {
    angle += static_cast<float>(random.normal(0, weight * degrees));
  };
  for (ArmAngles& arm : a.arm) {
    add(arm.raise, 1.2), add(arm.azimuth, 1.5), add(arm.twist, 1.5), add(arm.elbow, 1.5), add(arm.pronation, 2);
    add(arm.wrist, 2), add(arm.wrist_side, 1);
  }
  for (LegAngles& leg : a.leg) {
    add(leg.flexion, 1), add(leg.abduction, 0.7), add(leg.twist, 1), add(leg.knee, 1), add(leg.ankle, 1);
  }
  TrunkAngles& t = a.trunk;
  add(t.bend, 0.8), add(t.side, 0.7), add(t.twist, 0.9);
  add(t.head_bend, 1), add(t.head_side, 0.8), add(t.head_twist, 1);
}

}  // namespace limn
