#include "limn/synth/joint_limits.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

#include "limn/synth/joint_angles.h"

namespace limn {
namespace {

constexpr float degree = std::numbers::pi_v<float> / 180;

/// Axes of R = about(first) about(second) about(third), all different.
struct Order {
  int first, second, third;
  /// +1 for cyclic orders (x y z, y z x, z x y), -1 for the others.
  float sign() const { return (second - first + 3) % 3 == 1 ? 1.0f : -1.0f; }
};

struct JointRange {
  std::string_view joint;  ///< without its side
  Order order;
  AngleRange ranges[3];  ///< of the left limb, degrees
};

// Signs follow joint_angles.cpp (a left elbow flexes by negative y, a knee by positive x). The ranges are those of
// AngleLimits, widened where more than one recorded frame in a hundred goes farther (spine, head, ankle), and the
// off-axis play of real knees, elbows and ankles added.
constexpr JointRange joint_ranges[] = {
    {"spine", {1, 0, 2}, {{-35, 35}, {-35, 58}, {-28, 28}}}, {"chest", {1, 0, 2}, {{-30, 30}, {-25, 50}, {-22, 22}}},
    {"neck", {1, 0, 2}, {{-45, 45}, {-35, 35}, {-25, 25}}},  {"head", {1, 0, 2}, {{-40, 40}, {-30, 45}, {-30, 30}}},
    {"elbow", {1, 2, 0}, {{-148, 0}, {-12, 12}, {-95, 95}}}, {"wrist", {2, 1, 0}, {{-65, 65}, {-45, 45}, {-15, 15}}},
    {"hip", {0, 2, 1}, {{-125, 30}, {-25, 60}, {-40, 50}}},  {"knee", {0, 2, 1}, {{0, 148}, {-8, 8}, {-25, 25}}},
    {"ankle", {0, 2, 1}, {{-40, 50}, {-22, 22}, {-35, 35}}}};

constexpr AngleRange shoulder_raise{0, 178}, shoulder_twist{-130, 90};

/// A low arm swings straight backwards (azimuth -90) and across the belly; a raised one reaches less far.
AngleRange shoulder_azimuth(float raise) {
  const float high = std::clamp((raise - 50) / 35, 0.0f, 1.0f);
  return {-120 + 65 * high, 150 - 15 * high};
}

/// R = about(i) about(j) about(k): the standard angles, in degrees; the second lies within +-90.
Vec3 euler_deg(const Mat3& r, const Order& o) {
  const float s = o.sign();
  const float second = std::asin(std::clamp(s * r(o.first, o.third), -1.0f, 1.0f));
  const float first = std::atan2(-s * r(o.second, o.third), r(o.third, o.third));
  const float third = std::atan2(-s * r(o.first, o.second), r(o.first, o.first));
  return Vec3(first, second, third) / degree;
}

Mat3 from_euler_deg(const Vec3& angles, const Order& o) {
  const int axes[3] = {o.first, o.second, o.third};
  Mat3 r = Mat3::Identity();
  for (int i = 0; i < 3; ++i) r = r * Eigen::AngleAxisf(angles[i] * degree, Vec3::Unit(axes[i])).toRotationMatrix();
  return r;
}

Vec3 shoulder_deg(const Mat3& r) {
  const Vec3 along = r.col(0);
  const Mat3 swing = Eigen::Quaternionf::FromTwoVectors(Vec3::UnitX(), along).toRotationMatrix();
  const Mat3 twist = swing.transpose() * r;
  return Vec3(std::acos(std::clamp(-along.y(), -1.0f, 1.0f)), std::atan2(along.z(), along.x()),
              std::atan2(twist(2, 1), twist(1, 1))) /
         degree;
}

Mat3 from_shoulder_deg(const Vec3& angles) {
  const float e = angles[0] * degree, a = angles[1] * degree;
  const Vec3 along(std::sin(e) * std::cos(a), -std::cos(e), std::sin(e) * std::sin(a));
  return Eigen::Quaternionf::FromTwoVectors(Vec3::UnitX(), along).toRotationMatrix() *
         Eigen::AngleAxisf(angles[2] * degree, Vec3::UnitX()).toRotationMatrix();
}

/// The end of the range that is nearer around the circle: an elbow at 170 degrees is bent too far, not backwards.
float clamp_on_circle(const AngleRange& range, float angle) {
  if (angle >= range.low && angle <= range.high) return angle;
  const auto away = [&](float end) { return std::abs(std::remainder(angle - end, 360.0f)); };
  return away(range.low) < away(range.high) ? range.low : range.high;
}

bool names(std::string_view name, std::string_view joint) {
  if (name.starts_with("left_")) name.remove_prefix(5);
  if (name.starts_with("right_")) name.remove_prefix(6);
  return name == joint;
}

const JointRange* range_of(std::string_view name) {
  for (const JointRange& range : joint_ranges)
    if (names(name, range.joint)) return &range;
  return nullptr;
}

/// The rotation itself where its angles keep their ranges.
Mat3 clamped(std::string_view name, const Mat3& rotation) {
  if (names(name, "shoulder")) {
    Vec3 a = shoulder_deg(rotation);
    const Vec3 before = a;
    a[0] = shoulder_raise.clamp(a[0]);
    // Hanging or stretched upward, an arm's azimuth means little.
    if (a[0] > 12 && a[0] < 160) a[1] = clamp_on_circle(shoulder_azimuth(a[0]), a[1]);
    a[2] = clamp_on_circle(shoulder_twist, a[2]);
    return a == before ? rotation : from_shoulder_deg(a);
  }
  const JointRange* range = range_of(name);
  if (range == nullptr) return rotation;
  Vec3 a = euler_deg(rotation, range->order);
  const Vec3 before = a;
  for (int i = 0; i < 3; ++i) a[i] = clamp_on_circle(range->ranges[i], a[i]);
  return a == before ? rotation : from_euler_deg(a, range->order);
}

}  // namespace

Vec3 joint_angles_deg(const Skeleton& skeleton, int joint, const Mat3& rotation) {
  const std::string_view name = skeleton.joints()[joint].name;
  const Mat3 left = name.starts_with("right_") ? mirrored(rotation) : rotation;
  if (names(name, "shoulder")) return shoulder_deg(left);
  const JointRange* range = range_of(name);
  return euler_deg(left, range != nullptr ? range->order : Order{0, 1, 2});
}

void clamp_to_limits(const Skeleton& skeleton, Pose& pose) {
  for (int joint : skeleton.rotating_joints()) {
    const std::string_view name = skeleton.joints()[joint].name;
    Mat3& rotation = pose.rotations[joint];
    rotation = name.starts_with("right_") ? mirrored(clamped(name, mirrored(rotation))) : clamped(name, rotation);
  }
}

}  // namespace limn
