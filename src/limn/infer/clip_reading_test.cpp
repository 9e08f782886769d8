#include "limn/infer/clip_reading.h"

#include <gtest/gtest.h>

#include "limn/network/random_model.h"

namespace limn {
namespace {

TEST(ClipReading, GivesTheTruthBesideWhatIsRead) {
  SynthOptions options;
  options.image_size = 48;
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, options);
  const Predictor predictor(
      random_model(skeleton, "limbs", {.image_size = 32, .bone_depths = true, .width = 4, .pose_width = 4, .lifter_width = 16}, 1));
  const ClipReadingSettings settings{.clips = 2, .frames = 4, .frame_rate = 12, .seed = 3};
  const ReadClips clips = read_clips(predictor, people, settings);
  ASSERT_EQ(clips.clips.size(), 2u);
  EXPECT_EQ(clips.frame_rate, 12);
  const PosePath path = people.path(3, 1, 4 / 12.0, settings.recorded);
  const std::vector<PersonView> views = people.clip_poses(3, 1, 4 / 12.0, path, {0, 1 / 12.0, 2 / 12.0, 3 / 12.0});
  ASSERT_EQ(clips.clips[1].size(), 4u);
  for (size_t t = 0; t < 4; ++t) {
    const ReadFrame& frame = clips.clips[1][t];
    const FacingPose facing = in_facing_frame(views[t]);
    for (size_t j = 0; j < frame.truth.size(); ++j) {
      EXPECT_LT((frame.truth[j] - crop_units_from_px(views[t].joints_px[j], 48)).norm(), 1e-4f);
      EXPECT_LT((frame.joints[j] - facing.joints[j]).norm(), 1e-4f);
      EXPECT_LT(geodesic_angle(frame.rotations[j], facing.rotations[j]), 1e-3f);
      if (!is_seen(frame)) continue;
      EXPECT_EQ(frame.bone_depths.size(), frame.truth.size());
      EXPECT_TRUE((frame.read[j].array().abs() < 6).all()) << "crop units";
    }
  }
  const ReadClips again = read_clips(predictor, people, settings);
  EXPECT_EQ(again.clips[1][3].read, clips.clips[1][3].read);
}

}  // namespace
}  // namespace limn
