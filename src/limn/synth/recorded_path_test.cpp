#include "limn/synth/recorded_path.h"

#include <gtest/gtest.h>

#include <numbers>

#include "limn/base/error.h"
#include "limn/synth/procedural_people.h"
#include "support/tiny_motion.h"

namespace limn {
namespace {

constexpr float quarter = std::numbers::pi_v<float> / 2;

const Skeleton& human() { return Skeleton::human(); }

/// Walks 10 units a frame to the left while the left arm is lowered; ten frames a second.
std::shared_ptr<const MotionLibrary> library() {
  std::vector<test::Turns> frames;
  for (int t = 0; t < 21; ++t) frames.push_back({{"LeftArm", Vec3(0, 0, -0.05f * static_cast<float>(t))}});
  const Bvh bvh = parse_bvh(test::bvh_text(test::mixamo(), frames), "walk.bvh");
  return std::make_shared<const MotionLibrary>(std::vector<Motion>{retarget(human(), bvh)});
}

TEST(RecordedPath, FollowsTheRecordingFromItsStart) {
  const auto motions = library();
  const Motion& motion = motions->motions()[0];
  const PosePath path = recorded_path(human(), motions, {.start_s = 0.5, .speed = 2});
  for (const double seconds : {0.0, 0.3, 0.6}) {
    const Pose expected = motion.at(0.5 + 2 * seconds), found = path(seconds);
    for (size_t j = 0; j < expected.rotations.size(); ++j)
      EXPECT_LT(geodesic_angle(expected.rotations[j], found.rotations[j]), 1e-4f);
    const Vec3 way = expected.root_position - motion.at(0.5).root_position;
    EXPECT_NEAR(found.root_position.x(), way.x(), 1e-5f);
    EXPECT_NEAR(found.root_position.z(), way.z(), 1e-5f);
    EXPECT_GE(found.root_position.y(), 0);
  }
}

TEST(RecordedPath, TurnsMirrorsAndSlowsTheWay) {
  const auto motions = library();
  const Vec3 way = recorded_path(human(), motions, {})(1).root_position;
  EXPECT_GT(way.x(), 0.1f);
  const Pose turned = recorded_path(human(), motions, {.turn = quarter})(1);
  EXPECT_NEAR(turned.root_position.z(), -way.x(), 1e-4f);
  const Pose mirror = recorded_path(human(), motions, {.mirrored = true})(1);
  EXPECT_NEAR(mirror.root_position.x(), -way.x(), 1e-4f);
  const Pose plain = recorded_path(human(), motions, {})(1);
  EXPECT_LT(geodesic_angle(mirror.rotations[human().joint("right_shoulder")],
                           mirrored(plain.rotations[human().joint("left_shoulder")])),
            1e-3f);
  EXPECT_NEAR(recorded_path(human(), motions, {.travel = 0.25f})(1).root_position.x(), 0.25f * way.x(), 1e-5f);
  EXPECT_THROW(recorded_path(human(), motions, {.motion = 1}), Error);
  EXPECT_THROW(recorded_path(human(), nullptr, {}), Error);
}

TEST(RecordedPath, StretchesLieWithinTheRecording) {
  const auto motions = library();
  for (uint64_t i = 0; i < 50; ++i) {
    Random random(1, "stretch", i);
    const RecordedStretch stretch = draw_stretch(human(), *motions, 1, random);
    EXPECT_GE(stretch.start_s, 0);
    EXPECT_LE(stretch.start_s + stretch.speed, 2.0 + 1e-6);
  }
}

TEST(ClipPoses, AreThoseOfThePictures) {
  SynthOptions options;
  options.image_size = 32;
  options.motions = library();
  options.edges.share = 0;  // what ends beside the person hides joints
  const ProceduralPeople people(human(), options);
  for (const double recorded : {0.0, 1.0}) {
    const PosePath path = people.path(5, 1, 1, recorded);
    const SynthClip clip = people.clip(5, 1, 1, path);
    const std::vector<double> times = {0, 0.4, 0.9};
    const std::vector<PersonView> poses = people.clip_poses(5, 1, 1, path, times);
    ASSERT_EQ(poses.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      const PersonView frame = clip.frame(times[i]);
      for (size_t j = 0; j < frame.joints_px.size(); ++j) {
        EXPECT_LT((frame.joints_px[j] - poses[i].joints_px[j]).norm(), 1e-3f);
        EXPECT_LT((frame.joints_camera[j] - poses[i].joints_camera[j]).norm(), 1e-4f);
      }
    }
  }
}

}  // namespace
}  // namespace limn
