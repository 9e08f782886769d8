#include "limn/data/shard_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// People made of nothing but their number.
class Numbers : public SampleSource {
 public:
  using SampleSource::sample;
  SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const override {
    if (index == breaks_at) throw std::runtime_error("broken source");
    SynthSample sample;
    sample.target = pose_only(seed, index);
    sample.target.image = Image(8, 8);
    sample.target.image.pixels.assign(8 * 8 * 3, static_cast<uint8_t>(seed + 3 * index));
    if (parts.appearance) sample.appearance = sample.target;
    return sample;
  }
  PersonView pose_only(uint64_t, uint64_t) const override {
    const Skeleton& skeleton = Skeleton::human();
    PersonView view;
    view.pose = rest_pose(skeleton);
    view.joints_camera = forward_kinematics(skeleton, view.pose).positions;
    const size_t joints = view.joints_camera.size();
    view.joints_px.assign(joints, Vec2::Zero());
    view.visibility.assign(joints, Visibility::visible);
    view.occluder.assign(joints, Occluder::none);
    view.camera = {10, Vec2(4, 4), 8, 8};
    return view;
  }
  uint64_t breaks_at = ~uint64_t{0};
};

class ShardFolderTest : public testing::Test {
 protected:

  static ShardPlan plan() {
    ShardPlan plan;
    plan.seed = 2;
    plan.count = 17;
    plan.per_shard = 5;
    plan.image_size = 8;
    plan.program = "test 1";
    plan.generator = {{"a", 0.5}};
    return plan;
  }
  void fill(const fs::path& folder, int workers, int stop_after = 1000) {
    ShardFolder shards(folder, plan());
    shards.fill(source_, Skeleton::human(), workers, [&] {
      if (--stop_after == 0) throw std::runtime_error("stopped");
    });
  }
  /// Names and bytes of everything in a folder.
  static std::map<std::string, std::string> contents(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      files[entry.path().filename().string()] = read_file(entry.path());
    return files;
  }
  Error refused(const fs::path& folder, const ShardPlan& plan) {
    try {
      ShardFolder shards(folder, plan);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::usage, "", "", "");
  }

  test::ScratchFolder base_;
  Numbers source_;
};

TEST_F(ShardFolderTest, HoldsEverySampleOnceOnAnyNumberOfWorkers) {
  fill(base_ / "one", 1);
  fill(base_ / "three", 3);
  const auto one = contents(base_ / "one");
  EXPECT_EQ(one, contents(base_ / "three"));
  EXPECT_EQ(one.size(), 5u);  // 5 + 5 + 5 + 2 samples, and synth.json
  ShardReader reader(base_ / "one");
  ShardSample sample;
  for (uint64_t i = 0; i < 17; ++i) {
    ASSERT_TRUE(reader.next(sample));
    EXPECT_EQ(sample.index, i);
    EXPECT_NEAR(sample.sample.target.image.pixels[0], 2 + 3 * i, 1);
  }
  EXPECT_FALSE(reader.next(sample));
}

TEST_F(ShardFolderTest, GoesOnWhereItStopped) {
  fill(base_ / "whole", 2);
  EXPECT_THROW(fill(base_ / "parts", 2, 8), std::runtime_error);
  EXPECT_EQ(contents(base_ / "parts").size(), 2u);  // one shard and synth.json: nothing half-written
  fs::remove(base_ / "whole" / "limn-000001.tar");  // and a gap in the middle
  write_file_atomic(base_ / "parts" / ".limn-000001.partial-1.tar", "half");
  const ShardFolder left(base_ / "whole", plan());
  EXPECT_EQ(left.missing_samples(), 5);
  EXPECT_EQ(left.shard_count(), 4);
  fill(base_ / "parts", 1);
  fill(base_ / "again", 2);
  EXPECT_EQ(contents(base_ / "parts"), contents(base_ / "again"));
}

TEST_F(ShardFolderTest, AWorkersErrorArrives) {
  source_.breaks_at = 7;
  EXPECT_THROW(fill(base_ / "a", 2), std::runtime_error);
  EXPECT_EQ(contents(base_ / "a").size(), 2u);
}

TEST_F(ShardFolderTest, RefusesOtherArgumentsAndChangesNothing) {
  fill(base_ / "a", 1);
  const auto before = contents(base_ / "a");
  ShardPlan other = plan();
  other.count = 18;
  EXPECT_THAT(refused(base_ / "a", other).message(), HasSubstr("count is 17 there and 18 here"));
  other = plan();
  other.generator["a"] = 0.25;
  EXPECT_THAT(refused(base_ / "a", other).message(), HasSubstr("a is 0.5 there and 0.25 here"));
  other = plan();
  other.generator.clear();
  EXPECT_EQ(refused(base_ / "a", other).kind(), ErrorKind::input);
  EXPECT_EQ(contents(base_ / "a"), before);
}

TEST_F(ShardFolderTest, RefusesFoldersOfOthers) {
  fs::create_directories(base_ / "mine");
  write_file_atomic(base_ / "mine" / "notes.txt", "kept");
  EXPECT_THAT(refused(base_ / "mine", plan()).where(), HasSubstr("notes.txt"));
  EXPECT_EQ(contents(base_ / "mine").size(), 1u);
  EXPECT_EQ(refused(base_ / "mine" / "notes.txt", plan()).kind(), ErrorKind::input);
  const ShardFolder busy(base_ / "busy", plan());
  EXPECT_THAT(refused(base_ / "busy", plan()).message(), HasSubstr("another process"));
}

TEST_F(ShardFolderTest, RefusesPlansWithoutSamples) {
  ShardPlan none = plan();
  none.count = 0;
  EXPECT_EQ(refused(base_ / "none", none).kind(), ErrorKind::usage);
  none = plan();
  none.per_shard = 0;
  EXPECT_EQ(refused(base_ / "none", none).kind(), ErrorKind::usage);
  EXPECT_FALSE(fs::exists(base_ / "none"));
}

}  // namespace
}  // namespace limn
