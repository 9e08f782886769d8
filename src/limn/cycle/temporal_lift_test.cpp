#include "limn/cycle/temporal_lift.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/infer/temporal_lift.h"
#include "limn/network/architectures.h"

namespace limn {
namespace {

const Skeleton& human() { return Skeleton::human(); }

struct Networks {
  Network lifter{lifter_spec({.lifter_inputs = lifter_input_size(human(), true),
                              .lifter_outputs = lifter_output_size(human()),
                              .lifter_width = 32}),
                 1, torch::kCPU};
  Network temporal{temporal_lifter_spec({.frames = 5,
                                         .features = temporal_frame_size(human(), true),
                                         .outputs = lifter_output_size(human()),
                                         .width = 32}),
                   2, torch::kCPU};

  LiftedClips lift(const KeypointClips& clips) const {
    torch::NoGradGuard no_grad;
    return lift_over_time(lifter, temporal, human(), clips, false);
  }
};

KeypointClips random_clips(int64_t clips, int64_t frames) {
  torch::manual_seed(4);
  const int64_t joints = human().joint_count();
  return {torch::randn({clips, frames, joints, 2}), torch::rand({clips, frames, joints}) + 0.05,
          torch::rand({clips, frames, joints})};
}

std::vector<std::optional<PoseEstimate>> as_people(const KeypointClips& clips, int64_t clip) {
  std::vector<std::optional<PoseEstimate>> people;
  for (int64_t t = 0; t < clips.keypoints.size(1); ++t) {
    const auto frame = [&](const torch::Tensor& of) { return of[clip][t].contiguous(); };
    const torch::Tensor uv = frame(clips.keypoints), c = frame(clips.confidence), depths = frame(clips.bone_depths);
    if (c.max().item<float>() == 0) {
      people.emplace_back();
      continue;
    }
    PoseEstimate person;
    for (int64_t j = 0; j < uv.size(0); ++j) {
      person.joints_px.emplace_back(uv.data_ptr<float>() + 2 * j);
      person.confidence.push_back(c.data_ptr<float>()[j]);
      person.bone_depths.push_back(depths.data_ptr<float>()[j]);
    }
    people.push_back(person);
  }
  return people;
}

TEST(GoldenTemporalLift, TheRuntimeGivesWhatTorchGives) {
  const Networks networks;
  KeypointClips clips = random_clips(2, 9);
  clips.keypoints[1].mul_(0.2).add_(0.3);
  for (const int64_t t : {0, 4, 5}) clips.confidence[0][t].zero_();
  const LiftedClips lifted = networks.lift(clips);
  TensorFile weights;
  networks.lifter.write_to(weights, "lifter.");
  networks.temporal.write_to(weights, "temporal_lifter.");
  const auto pack = [&](const Network& network, const std::string& prefix) {
    return std::make_shared<const PackedNetwork>(network.spec(), weights.tensors, prefix, kernel_sets().front(),
                                                 ActivationRanges{});
  };
  TemporalLift runtime(human(), pack(networks.lifter, "lifter."), pack(networks.temporal, "temporal_lifter."), 0.1);
  for (int64_t clip = 0; clip < 2; ++clip) {
    auto people = as_people(clips, clip);
    runtime.lift(10, people);
    for (int64_t t = 0; t < 9; ++t) {
      if (!people[t]) continue;
      const int64_t row = 9 * clip + t;
      for (int j = 0; j < human().joint_count(); ++j) {
        for (int k = 0; k < 3; ++k)
          ASSERT_NEAR(people[t]->kinematics.positions[j][k], lifted.pose.joints[row][j][k].item<float>(), 2e-3)
              << clip << ", " << t << ", " << human().joints()[j].name;
        ASSERT_NEAR(people[t]->pose.bone_scales[j], lifted.pose.bone_scales[row][j].item<float>(), 2e-3);
      }
      const float scale = lifted.pose.scale[row].item<float>();
      ASSERT_NEAR(people[t]->camera.scale, scale, 2e-3 * scale);
      for (int k = 0; k < 2; ++k)
        ASSERT_NEAR(people[t]->camera.root_uv[k], lifted.pose.root_uv[row][k].item<float>(), 1e-2);
    }
  }
}

TEST(TemporalLiftTraining, MovesTheTemporalLifterAlone) {
  Networks networks;
  const KeypointClips clips = random_clips(2, 6);
  networks.temporal.reset_gradient(true);
  const LiftedClips lifted = lift_over_time(networks.lifter, networks.temporal, human(), clips, true);
  lifted.pose.joints.sum().backward();
  EXPECT_GT(networks.temporal.parameters().grad().abs().sum().item<float>(), 0);
  EXPECT_FALSE(networks.lifter.parameters().grad().defined());
  EXPECT_FALSE(lifted.single.joints.requires_grad());
}

TEST(TemporalLiftTraining, ASeenFrameDoesNotFeelWhatUnseenOnesHold) {
  const Networks networks;
  KeypointClips clips = random_clips(1, 6);
  clips.confidence[0][3].zero_();
  const torch::Tensor before = networks.lift(clips).pose.joints.clone();
  clips.keypoints[0][3].fill_(7);
  const torch::Tensor after = networks.lift(clips).pose.joints;
  for (const int64_t t : {0, 1, 2, 4, 5}) EXPECT_TRUE(torch::equal(before[t], after[t])) << t;
}

}  // namespace
}  // namespace limn
