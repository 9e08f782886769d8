#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/pose_report.h"
#include "limn/media/image_file.h"
#include "support/scratch_folder.h"
#include "support/tiny_mat.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class MpiiFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "images");
    fs::create_directories(folder_ / "annot");
    write_png(folder_ / "images" / "one.png", Image(4, 4));
  }
  /// One person whose joints stand at (10 k, 5); the last is hidden. The head box is 30 x 40.
  void write(size_t boxes = 1, size_t joints = 16) const {
    nlohmann::json person = {{"image", "one.png"}};
    for (size_t k = 0; k < joints; ++k) {
      person["joints"].push_back({10.0 * static_cast<double>(k), 5.0});
      person["joints_vis"].push_back(k == 15 ? 0 : 1);
    }
    write_file_atomic(folder_ / "annot" / "valid.json", nlohmann::json::array({person}).dump());
    MatArray heads = test::mat_array({2, 2, boxes});
    test::set(heads, {1, 0, 0}, 30);
    test::set(heads, {1, 1, 0}, 40);
    test::write_mat(folder_ / "annot" / "gt_valid.mat", {{"headboxes_src", heads}});
  }
  Benchmark read() const { return read_mpii(folder_, Skeleton::human()); }

  test::ScratchFolder folder_;
};

TEST_F(MpiiFolder, PixelsFromOneHeadLengthsAndWhoCounts) {
  write();
  const Benchmark benchmark = read();
  ASSERT_EQ(benchmark.people.size(), 1u);
  const LabelledPerson& person = benchmark.people[0];
  EXPECT_EQ(person.joints_px[3], Vec2(29.5f, 4.5f));
  EXPECT_NEAR(person.head_px, 0.6 * 50, 1e-9);
  for (size_t k = 0; k < 16; ++k) EXPECT_EQ(person.counted[k], k != 6 && k != 7 && k != 15) << k;
}

TEST_F(MpiiFolder, PckhByHand) {
  write();
  const Benchmark benchmark = read();
  JudgedPose pose{benchmark.people[0].joints_px, benchmark.people[0].joints_px, benchmark.people[0].counted};
  pose.head_px = benchmark.people[0].head_px;
  pose.predicted[0].y() += 15;      // exactly half the head: not nearer
  pose.predicted[1].y() += 14.9f;   // nearer
  pose.predicted[6].y() += 100;     // pelvis: does not count
  const PoseReport report = judge(benchmark.map, {pose});
  EXPECT_TRUE(report.known[Score::pckh]);
  EXPECT_NEAR(report.scores[Score::pckh], 12.0 / 13, 1e-9);
  const auto json = nlohmann::json::parse(report_json({}, benchmark.map, report));
  EXPECT_NEAR(json.at("pckh@0.5").get<double>(), 12.0 / 13, 1e-9);
  pose.head_px = 0;
  EXPECT_FALSE(nlohmann::json::parse(report_json({}, benchmark.map, judge(benchmark.map, {pose}))).contains("pckh@0.5"));
}

TEST_F(MpiiFolder, RefusesOtherFiles) {
  EXPECT_THROW(read(), Error);  // no labels
  write(2);
  EXPECT_THROW(read(), Error);  // head boxes of others
  write(1, 15);
  EXPECT_THROW(read(), Error);
  write();
  fs::remove(folder_ / "images" / "one.png");
  EXPECT_THROW(read(), Error);
}

}  // namespace
}  // namespace limn
