#include <gtest/gtest.h>

#include <algorithm>

#include "limn/base/error.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/pose_report.h"
#include "limn/media/image_file.h"
#include "support/scratch_folder.h"
#include "support/tiny_mat.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

constexpr size_t joints = 17, pelvis = 14, frames = 3;

class ThreeDhpFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "TS2" / "imageSequence");
    for (const char* name : {"img_000001.jpg", "img_000003.jpg"})
      write_jpeg(folder_ / "TS2" / "imageSequence" / name, Image(4, 4), 90);
  }
  /// Frames 1 and 3 are valid; joint k stands at (k, 0, 4000) mm, the pelvis on the camera's axis.
  void write(size_t labelled = frames) const {
    MatArray image = test::mat_array({2, joints, 1, labelled}), camera = test::mat_array({3, joints, 1, labelled});
    MatArray valid{{1, frames}, {1, 0, 1}};
    for (size_t n = 0; n < labelled; ++n)
      for (size_t k = 0; k < joints; ++k) {
        test::set(image, {0, k, 0, n}, 100.0 + static_cast<double>(n));
        test::set(camera, {0, k, 0, n}, k == pelvis ? 0 : 100.0 * static_cast<double>(k));
        test::set(camera, {2, k, 0, n}, 4000);
      }
    test::write_mat(folder_ / "TS2" / "annot_data.mat", {{"annot2", image}, {"univ_annot3", camera}, {"valid_frame", valid}},
                    MAT_FT_MAT73);
  }
  Benchmark read() const { return read_mpi_inf_3dhp(folder_, Skeleton::human()); }

  test::ScratchFolder folder_;
};

TEST_F(ThreeDhpFolder, ValidFramesInMetresAboutThePelvis) {
  write();
  const Benchmark benchmark = read();
  ASSERT_EQ(benchmark.people.size(), 2u);
  EXPECT_EQ(benchmark.people[1].image.filename(), "img_000003.jpg");
  EXPECT_EQ(benchmark.people[1].joints_px[0], Vec2(101.5f, -0.5f));
  EXPECT_NEAR((benchmark.people[0].joints_m[5] - Vec3(0.5f, 0, 0)).norm(), 0, 1e-6);
  EXPECT_NEAR(benchmark.people[0].joints_m[pelvis].norm(), 0, 1e-9);
  EXPECT_EQ(std::ranges::count(benchmark.people[0].counted_3d, true), 14);
  EXPECT_FALSE(benchmark.people[0].counted_3d[pelvis]);
}

TEST_F(ThreeDhpFolder, PckIn3dByHand) {
  write();
  const Benchmark benchmark = read();
  const LabelledPerson& person = benchmark.people[0];
  JudgedPose pose{person.joints_px, person.joints_px, person.counted, person.joints_m, person.joints_m, person.counted_3d};
  pose.predicted_m[0].y() += 0.149f;
  pose.predicted_m[1].y() += 0.151f;
  pose.predicted_m[15].y() += 0.400f;  // the spine counts for the mean distance alone
  const PoseScores scores = judge(benchmark.map, {pose}).scores;
  EXPECT_NEAR(scores[Score::pck3d], 13.0 / 14, 1e-9);
  EXPECT_NEAR(scores[Score::mpjpe_mm], 700.0 / 17, 1e-3);
}

TEST_F(ThreeDhpFolder, RefusesOtherFiles) {
  EXPECT_THROW(read(), Error);  // no annotations
  write(frames - 1);
  EXPECT_THROW(read(), Error);
  write();
  fs::remove(folder_ / "TS2" / "imageSequence" / "img_000003.jpg");
  EXPECT_THROW(read(), Error);
  const test::ScratchFolder empty;
  EXPECT_THROW(read_mpi_inf_3dhp(empty, Skeleton::human()), Error);
}

}  // namespace
}  // namespace limn
