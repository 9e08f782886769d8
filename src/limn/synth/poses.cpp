#include "limn/synth/poses.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>
#include <utility>

#include "limn/synth/pose_families.h"

namespace limn {
namespace {

constexpr float degree = std::numbers::pi_v<float> / 180.0f;

Mat3 about(const Vec3& axis, double degrees) {
  return Eigen::AngleAxisf(static_cast<float>(degrees) * degree, axis).toRotationMatrix();
}

float distance_to_segment(const Vec3& p, const Vec3& a, const Vec3& b) {
  const Vec3 ab = b - a;
  const float t = std::clamp((p - a).dot(ab) / std::max(ab.squaredNorm(), 1e-9f), 0.0f, 1.0f);
  return (p - a - t * ab).norm();
}

// Hands and elbows inside the trunk or the head look broken: such arms are drawn again.
bool arm_is_free(const Skeleton& skeleton, const Kinematics& k, int side, float size) {
  const auto at = [&](std::string_view name) { return k.positions[skeleton.joint(name)]; };
  const bool left = side == 0;
  const Vec3 pelvis = at("pelvis"), chest = at("chest"), neck = at("neck"), top = at("head_top"), head = at("head");
  const std::pair<Vec3, float> points[] = {{at(left ? "left_elbow" : "right_elbow"), 0.13f},
                                           {at(left ? "left_wrist" : "right_wrist"), 0.145f},
                                           {at(left ? "left_hand_tip" : "right_hand_tip"), 0.125f}};
  for (const auto& [point, radius] : points) {
    if (distance_to_segment(point, pelvis, chest) < radius * size) return false;
    if (distance_to_segment(point, chest, neck) < radius * size) return false;
    if (distance_to_segment(point, head, top) < 0.09f * size) return false;
  }
  return true;
}

void draw_free_arms(const Skeleton& skeleton, const Proportions& proportions, Support support, Random& random,
                    BodyAngles& angles) {
  const AngleLimits limits;
  for (int attempt = 0; attempt < 8; ++attempt) {
    Pose pose = pose_from_angles(skeleton, angles);
    pose.bone_scales = proportions.bone_scales;
    const Kinematics k = forward_kinematics(skeleton, pose);
    bool free = true;
    for (int side = 0; side < 2; ++side) {
      if (arm_is_free(skeleton, k, side, proportions.size)) continue;
      free = false;
      BodyAngles other = angles;
      sample_upper_body(support, random, other);
      angles.arm[side] = attempt < 7 ? other.arm[random.integer(2)] : ArmAngles{28, 5, 0, 12, 0};
    }
    clamp_to_limits(limits, angles);
    if (free) return;
  }
}

struct BalancePoints {
  Vec3 mass = Vec3::Zero(), support = Vec3::Zero();
};

// Centre of mass from a few weighted joints, and the centre of what carries it, both in the frame of `k`.
BalancePoints balance_points(const Skeleton& skeleton, const Kinematics& k, Support support, const Vec3& up) {
  static constexpr std::pair<std::string_view, float> masses[] = {
      {"pelvis", 0.20f},     {"spine", 0.16f},       {"chest", 0.24f},      {"head", 0.10f},
      {"left_knee", 0.07f},  {"right_knee", 0.07f},  {"left_ankle", 0.03f}, {"right_ankle", 0.03f},
      {"left_elbow", 0.03f}, {"right_elbow", 0.03f}, {"left_wrist", 0.02f}, {"right_wrist", 0.02f}};
  BalancePoints result;
  for (const auto& [name, mass] : masses) result.mass += mass * k.positions[skeleton.joint(name)];
  const auto foot = [&](const char* a, const char* b) -> Vec3 {
    return 0.5f * (k.positions[skeleton.joint(a)] + k.positions[skeleton.joint(b)]);
  };
  const bool knees = support == Support::kneeling;
  const Vec3 left = knees ? foot("left_knee", "left_ankle") : foot("left_ankle", "left_toe_tip");
  const Vec3 right = knees ? foot("right_knee", "right_ankle") : foot("right_ankle", "right_toe_tip");
  const float lead = (left - right).dot(up);  // the lower foot carries more
  const float left_share = 1 / (1 + std::exp(std::clamp(lead / 0.06f, -20.0f, 20.0f)));
  result.support = left_share * left + (1 - left_share) * right;
  return result;
}

Mat3 balanced_tilt(const Skeleton& skeleton, const Pose& pose, Support support) {
  Mat3 tilt = Mat3::Identity();
  const Kinematics k = forward_kinematics(skeleton, pose);
  for (int step = 0; step < 3; ++step) {
    const Vec3 up = tilt.transpose() * Vec3::UnitY();
    const BalancePoints points = balance_points(skeleton, k, support, up);
    const Eigen::Quaternionf full = Eigen::Quaternionf::FromTwoVectors(points.mass - points.support, Vec3::UnitY());
    const Eigen::AngleAxisf turn(full);
    tilt = Eigen::AngleAxisf(std::min(turn.angle(), 75 * degree), turn.axis()).toRotationMatrix();
  }
  return tilt;
}

// Lays the carrying feet flat by their ankles, as far as these go.
void flatten_feet(const Skeleton& skeleton, const Proportions& proportions, const Mat3& tilt, BodyAngles& angles) {
  Pose pose = pose_from_angles(skeleton, angles);
  pose.bone_scales = proportions.bone_scales;
  pose.rotations[0] = tilt;
  const Kinematics k = forward_kinematics(skeleton, pose);
  const AngleLimits limits;
  const int ankles[2] = {skeleton.joint("left_ankle"), skeleton.joint("right_ankle")};
  const int toes[2] = {skeleton.joint("left_toe_tip"), skeleton.joint("right_toe_tip")};
  const float lowest = std::min(k.positions[ankles[0]].y(), k.positions[ankles[1]].y());
  for (int side = 0; side < 2; ++side) {
    if (k.positions[ankles[side]].y() > lowest + 0.12f) continue;
    const Vec3 now = (k.positions[toes[side]] - k.positions[ankles[side]]).normalized();
    const Vec3 flat = skeleton.joints()[toes[side]].rest_offset.normalized();
    const float excess = (std::asin(std::clamp(now.y(), -1.0f, 1.0f)) - std::asin(flat.y())) / degree;
    angles.leg[side].ankle = limits.ankle.clamp(angles.leg[side].ankle - excess);
  }
}

Mat3 resting_tilt(Support support, Random& random) {
  const Vec3 x = Vec3::UnitX(), z = Vec3::UnitZ();
  const Mat3 wobble = about(x, random.normal(0, 8)) * about(z, random.normal(0, 6));
  switch (support) {
    case Support::sitting:
      return about(x, random.uniform(-18, 12)) * about(z, random.normal(0, 4));
    case Support::all_fours:
      return about(x, random.uniform(68, 98)) * about(z, random.normal(0, 5));
    case Support::inverted: {
      const double cartwheel = random.chance(0.4) ? random.uniform(-90, 90) : 0;
      return wobble * about(z, cartwheel) * about(x, 180 + random.normal(0, 15));
    }
    case Support::airborne:
      if (!random.chance(0.45)) return wobble;
      return about(z, random.normal(0, 30)) * about(x, random.uniform(-180, 180)) *
             about(Vec3::UnitY(), random.normal(0, 40));  // somersaults, dives, twists
    case Support::lying:
      break;
    default:
      return wobble;
  }
  const double pick = random.uniform();
  if (pick < 0.4) return wobble * about(x, -90);
  if (pick < 0.7) return wobble * about(x, 90);
  return wobble * about(z, 90) * about(Vec3::UnitY(), random.normal(0, 25));
}

Support sample_support(Random& random) {
  const double pick = random.uniform();
  if (pick < 0.70) return Support::standing;
  if (pick < 0.79) return Support::sitting;
  if (pick < 0.84) return Support::kneeling;
  if (pick < 0.87) return Support::all_fours;
  if (pick < 0.91) return Support::lying;
  if (pick < 0.93) return Support::inverted;
  return Support::airborne;
}

}  // namespace

Support sample_acrobatic_support(Random& random) {
  const double pick = random.uniform();
  if (pick < 0.35) return Support::inverted;
  if (pick < 0.75) return Support::airborne;
  return pick < 0.95 ? Support::lying : Support::all_fours;
}

float sample_child_size(Random& random) { return static_cast<float>(random.uniform(0.66, 0.88)); }

float head_size_of(float size, bool child) { return child ? std::pow(size, 0.25f) : std::sqrt(size); }

Proportions sample_proportions(const Skeleton& skeleton, Random& random, double children) {
  Proportions result;
  const bool child = random.chance(children);
  result.size = child ? sample_child_size(random)
                      : std::clamp(static_cast<float>(random.normal(0.99, 0.06)), 0.85f, 1.14f);
  result.bone_scales.assign(skeleton.joint_count(), 1.0f);
  const int head = skeleton.joint("head");
  const float head_size = head_size_of(result.size, child);
  const float head_shape = static_cast<float>(random.uniform(0.95, 1.06));
  for (const std::vector<int>& group : skeleton.length_groups()) {
    const float shape = std::clamp(std::exp(static_cast<float>(random.normal(0, 0.05))), 0.88f, 1.13f);
    for (int joint : group) {
      const bool on_head = skeleton.joints()[joint].parent == head;  // the face keeps its proportions
      result.bone_scales[joint] = on_head ? head_size * head_shape : std::clamp(result.size * shape, 0.64f, 1.3f);
    }
  }
  return result;
}

float flesh_radius(const Skeleton& skeleton, int joint) {
  static constexpr std::pair<std::string_view, float> radii[] = {
      {"pelvis", 0.12f},    {"spine", 0.12f}, {"chest", 0.13f},  {"neck", 0.065f},   {"head", 0.08f},
      {"head_top", 0.02f},  {"hip", 0.10f},   {"knee", 0.065f},  {"ankle", 0.075f},  {"toe_tip", 0.03f},
      {"shoulder", 0.075f}, {"elbow", 0.05f}, {"wrist", 0.035f}, {"hand_tip", 0.02f}};
  const std::string& name = skeleton.joints()[joint].name;
  for (const auto& [key, radius] : radii)
    if (name == key || name.ends_with(std::string("_") + std::string(key))) return radius;
  return 0.02f;
}

PosedBody sample_pose(const Skeleton& skeleton, const Proportions& proportions, Support support, Random& random) {
  PosedBody result;
  result.support = support;
  BodyAngles& angles = result.angles;
  sample_lower_body(support, random, angles);
  sample_upper_body(support, random, angles);
  perturb(random.uniform(3, 11), random, angles);
  clamp_to_limits(AngleLimits(), angles);
  draw_free_arms(skeleton, proportions, support, random, angles);

  Mat3 tilt = resting_tilt(support, random);
  if (support == Support::standing || support == Support::kneeling || support == Support::airborne) {
    Pose upright = pose_from_angles(skeleton, angles);
    upright.bone_scales = proportions.bone_scales;
    const Mat3 lean = support == Support::airborne ? tilt : Mat3::Identity();
    tilt = lean * balanced_tilt(skeleton, upright, support);
    if (support == Support::standing) flatten_feet(skeleton, proportions, tilt, angles);
  }
  result.pose = pose_from_angles(skeleton, angles);
  result.pose.bone_scales = proportions.bone_scales;
  result.pose.rotations[0] = tilt;
  if (random.chance(0.5)) {
    std::swap(angles.arm[0], angles.arm[1]);
    std::swap(angles.leg[0], angles.leg[1]);
    angles.trunk.side *= -1, angles.trunk.twist *= -1, angles.trunk.head_side *= -1, angles.trunk.head_twist *= -1;
    result.pose = mirrored(skeleton, result.pose);
  }
  result.pose.rotations[0] = about(Vec3::UnitY(), random.uniform(0, 360)) * result.pose.rotations[0];
  if (support == Support::airborne) result.clearance = static_cast<float>(random.uniform(0.03, 0.5));

  const Kinematics k = forward_kinematics(skeleton, result.pose);
  float lowest = 1e9f;
  for (int j = 0; j < skeleton.joint_count(); ++j)
    lowest = std::min(lowest, k.positions[j].y() - proportions.size * flesh_radius(skeleton, j));
  result.pose.root_position = Vec3(0, result.clearance - lowest, 0);
  return result;
}

PosedBody sample_pose(const Skeleton& skeleton, const Proportions& proportions, Random& random) {
  const Support support = sample_support(random);
  return sample_pose(skeleton, proportions, support, random);
}

}  // namespace limn
