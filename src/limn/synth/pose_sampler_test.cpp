#include "limn/synth/pose_sampler.h"

#include <gtest/gtest.h>

#include <set>

#include "limn/base/error.h"
#include "limn/synth/joint_limits.h"

namespace limn {
namespace {

const Skeleton& skeleton() { return Skeleton::human(); }
const Proportions& average() {
  static const Proportions result{std::vector<float>(skeleton().joint_count(), 1.0f), 1};
  return result;
}

PosedBody drawn(const PoseSampler& sampler, uint64_t index) {
  Random random(1, "test.sampler", index);
  return sampler.sample(average(), random);
}

float largest_difference(const Pose& a, const Pose& b) {
  float largest = 0;
  for (int j = 0; j < skeleton().joint_count(); ++j)
    largest = std::max(largest, geodesic_angle(a.rotations[j], b.rotations[j]));
  return largest;
}

/// Four seconds in which the right knee bends evenly from 0 to 1.2 radians and the left shoulder is lowered.
std::shared_ptr<const MotionLibrary> one_motion() {
  Motion motion;
  motion.name = "bend";
  motion.joints = skeleton().joint_count();
  for (int t = 0; t <= 120; ++t) {
    Pose pose = rest_pose(skeleton());
    pose.rotations[skeleton().joint("right_knee")] = rotation_from_axis_angle(Vec3(0.01f * t, 0, 0));
    pose.rotations[skeleton().joint("left_shoulder")] = rotation_from_axis_angle(Vec3(0, 0, -1));
    for (const Mat3& rotation : pose.rotations) motion.rotations.emplace_back(rotation);
    motion.root_positions.push_back(Vec3(0, 0.9f, 0));
  }
  return std::make_shared<MotionLibrary>(std::vector<Motion>{motion});
}

TEST(PoseSampler, FittedPosesKeepTheLimitsStandOnTheGroundAndDoNotIntersect) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 1});
  const BodyParts parts(skeleton());
  for (uint64_t index = 0; index < 300; ++index) {
    const PosedBody body = drawn(sampler, index);
    Pose clamped = body.pose;
    clamp_to_limits(skeleton(), clamped);
    EXPECT_LT(largest_difference(body.pose, clamped), 0.01f) << index;
    const Kinematics k = forward_kinematics(skeleton(), body.pose);
    EXPECT_NEAR(lowest_height(parts, k, 1), body.clearance, 1e-4f);
    EXPECT_FALSE(intersects_itself(parts, k, 1)) << index;
    // Nobody looks backwards: the head's front against the chest's.
    EXPECT_GT(k.global_rotations[parts.head].col(2).dot(k.global_rotations[parts.chest].col(2)), -0.35f) << index;
  }
}

TEST(PoseSampler, FittedPosesVary) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 1});
  std::set<Support> supports;
  int overhead = 0, bent = 0;
  for (uint64_t index = 0; index < 400; ++index) {
    const PosedBody body = drawn(sampler, index);
    supports.insert(body.support);
    const Kinematics k = forward_kinematics(skeleton(), body.pose);
    const Mat3 body_from_world = k.global_rotations[0].transpose();
    const auto height = [&](const char* name) {
      return (body_from_world * (k.positions[skeleton().joint(name)] - k.positions[0])).y();
    };
    overhead += height("left_wrist") > height("head") || height("right_wrist") > height("head");
    bent += joint_angles_deg(skeleton(), skeleton().joint("left_knee"),
                             body.pose.rotations[skeleton().joint("left_knee")])[0] > 60;
  }
  EXPECT_GE(supports.size(), 5u);
  EXPECT_GT(overhead, 20);
  EXPECT_GT(bent, 40);
}

TEST(PoseSampler, NeitherSideIsFavoured) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 1});
  double sum = 0, squares = 0;
  constexpr int count = 1500;
  for (uint64_t index = 0; index < count; ++index) {
    const Pose pose = drawn(sampler, index).pose;
    const auto knee = [&](const char* name) {
      return joint_angles_deg(skeleton(), skeleton().joint(name), pose.rotations[skeleton().joint(name)])[0];
    };
    const double difference = knee("left_knee") - knee("right_knee");
    sum += difference, squares += difference * difference;
  }
  EXPECT_NEAR(sum / count, 0, 4 * std::sqrt(squares) / count);
}

TEST(PoseSampler, TheBodyIsCarriedAsAsked) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 1});
  for (Support support : {Support::standing, Support::sitting, Support::kneeling, Support::all_fours, Support::lying,
                          Support::inverted, Support::airborne}) {
    for (uint64_t index = 0; index < 12; ++index) {
      Random random(3, "test.sampler", index);
      EXPECT_EQ(sampler.sample(average(), support, random).support, support);
    }
  }
}

TEST(PoseSampler, WithoutOtherSourcesTheFamiliesKeepTheirNumbers) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 0});
  for (uint64_t index = 0; index < 10; ++index) {
    Random random(1, "test.sampler", index);
    const PosedBody expected = sample_pose(skeleton(), average(), random);
    EXPECT_EQ(largest_difference(drawn(sampler, index).pose, expected.pose), 0);
  }
}

TEST(PoseSampler, TheShareOfFittedPosesIsTheOneAskedFor) {
  const PoseSampler sampler(skeleton(), {.fitted_probability = 0.25});
  int fitted = 0;  // the families' angles tell: fitted poses have none
  for (uint64_t index = 0; index < 400; ++index) {
    const PosedBody body = drawn(sampler, index);
    const BodyAngles none;
    fitted += body.angles.leg[0].flexion == none.leg[0].flexion && body.angles.arm[0].raise == none.arm[0].raise;
  }
  EXPECT_NEAR(fitted / 400.0, 0.25, 0.07);
}

TEST(PoseSampler, RecordedPosesAreFramesOfTheMotion) {
  const PoseSampler sampler(skeleton(), {.motion_probability = 1, .motions = one_motion()});
  int mirrored_count = 0;
  for (uint64_t index = 0; index < 60; ++index) {
    const PosedBody body = drawn(sampler, index);
    ASSERT_TRUE(body.moment.has_value());
    mirrored_count += body.moment->mirrored;
    const char* knee = body.moment->mirrored ? "left_knee" : "right_knee";
    const float bend = axis_angle_from_rotation(body.pose.rotations[skeleton().joint(knee)]).norm();
    EXPECT_NEAR(bend, 0.3 * body.moment->seconds, 0.6)
        << index;  // perturbed by up to 7 degrees (one deviation) an axis
  }
  EXPECT_GT(mirrored_count, 15);
  EXPECT_LT(mirrored_count, 45);
}

TEST(PoseSampler, TheSecondPoseIsOfTheSameMotionWithinTwoSeconds) {
  const PoseSampler sampler(skeleton(), {.motion_probability = 1, .motions = one_motion()});
  for (uint64_t index = 0; index < 60; ++index) {
    const PosedBody first = drawn(sampler, index);
    Random random(4, "test.sampler", index);
    const PosedBody second = sampler.sample_again(first, average(), random);
    ASSERT_TRUE(second.moment.has_value());
    EXPECT_EQ(second.moment->mirrored, first.moment->mirrored);
    EXPECT_LE(std::abs(second.moment->seconds - first.moment->seconds), 2);
    const char* knee = second.moment->mirrored ? "left_knee" : "right_knee";
    const float bend = axis_angle_from_rotation(second.pose.rotations[skeleton().joint(knee)]).norm();
    EXPECT_NEAR(bend, 0.3 * second.moment->seconds, 1e-3);
  }
}

TEST(PoseSampler, RefusesSourcesWithoutMeaning) {
  EXPECT_THROW(PoseSampler(skeleton(), {.fitted_probability = 2}), Error);
  EXPECT_THROW(PoseSampler(skeleton(), {.motion_probability = 0.5}), Error);
  Motion other;
  other.joints = 3;
  other.rotations.assign(3, Eigen::Quaternionf::Identity());
  other.root_positions = {Vec3::Zero()};
  const auto library = std::make_shared<MotionLibrary>(std::vector<Motion>{other});
  EXPECT_THROW(PoseSampler(skeleton(), {.motions = library}), Error);
}

}  // namespace
}  // namespace limn
