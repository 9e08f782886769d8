#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/media/image_file.h"
#include "support/scratch_folder.h"
#include "support/tiny_mat.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class LspFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "images");
    write_png(folder_ / "images" / "one.png", Image(4, 4));
  }

  void write(const std::string& first_joint, const std::string& first_place,
             const std::string& file = "one.png") const {
    std::string names = "\"" + first_joint + "\"", joints = first_place;
    for (const char* name :
         {"right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "right_wrist", "right_elbow",
          "right_shoulder", "left_shoulder", "left_elbow", "left_wrist", "neck", "head_top"}) {
      names += std::string(", \"") + name + "\"";
      joints += ", [1, 2, 0]";
    }
    write_file_atomic(folder_ / "labels.json", "{\"joint_names\": [" + names + "], \"images\": [{\"file\": \"" + file +
                                                   "\", \"joints\": [" + joints + "]}]}");
  }
  Benchmark read() const { return read_lsp(folder_, "all", Skeleton::human()); }

  test::ScratchFolder folder_;
};

TEST_F(LspFolder, PixelCentresMoveByHalf) {
  write("right_ankle", "[10, 20.25, 1]");
  const Benchmark benchmark = read();
  ASSERT_EQ(benchmark.people.size(), 1u);
  EXPECT_EQ(benchmark.people[0].joints_px[0], Vec2(10.5f, 20.75f));
  EXPECT_EQ(benchmark.people[0].joints_px[1], Vec2(1.5f, 2.5f));
  EXPECT_TRUE(benchmark.people[0].counted[1]);  // occluded, but placed
  EXPECT_EQ(benchmark.people[0].image.filename(), "one.png");
}

/// The published sets: person n's joint k at (n, k), occluded (or, extended, visible) where k is even.
MatArray published(bool extended, size_t people) {
  MatArray labels = test::mat_array(extended ? std::vector<size_t>{14, 3, people} : std::vector<size_t>{3, 14, people});
  for (size_t n = 0; n < people; ++n)
    for (size_t k = 0; k < 14; ++k)
      for (size_t row = 0; row < 3; ++row) {
        const double value = row == 0   ? static_cast<double>(n)
                             : row == 1 ? static_cast<double>(k)
                                        : 1.0 - static_cast<double>(k % 2);
        if (extended)
          test::set(labels, {k, row, n}, value);
        else
          test::set(labels, {row, k, n}, value);
      }
  return labels;
}

TEST_F(LspFolder, ReadsThePublishedSetAndItsSplits) {
  test::write_mat(folder_ / "joints.mat", {{"joints", published(false, 2000)}});
  for (int n = 1; n <= 2000; ++n) {
    char name[16];
    std::snprintf(name, sizeof name, "im%04d.jpg", n);
    write_file_atomic(folder_ / "images" / name, "");  // its content is read later
  }
  EXPECT_EQ(read().people.size(), 2000u);
  EXPECT_EQ(read_lsp(folder_, "train", Skeleton::human()).people.back().image.filename(), "im1000.jpg");
  const Benchmark test = read_lsp(folder_, "test", Skeleton::human());
  ASSERT_EQ(test.people.size(), 1000u);
  EXPECT_EQ(test.people[0].image.filename(), "im1001.jpg");
  EXPECT_EQ(test.people[0].joints_px[3], Vec2(999.5f, 2.5f));
  EXPECT_TRUE(test.people[0].counted[3] && test.people[0].counted[4]);
  EXPECT_THROW(read_lsp(folder_, "val", Skeleton::human()), Error);
}

TEST_F(LspFolder, TheExtendedSetDoesNotPlaceHiddenJoints) {
  test::write_mat(folder_ / "joints.mat", {{"joints", published(true, 2)}});
  for (const char* name : {"im00001.jpg", "im00002.jpg"}) write_file_atomic(folder_ / "images" / name, "");
  const Benchmark benchmark = read();
  ASSERT_EQ(benchmark.people.size(), 2u);
  EXPECT_EQ(benchmark.people[1].joints_px[5], Vec2(0.5f, 4.5f));
  EXPECT_TRUE(benchmark.people[1].counted[4]);
  EXPECT_FALSE(benchmark.people[1].counted[5]);
  EXPECT_THROW(read_lsp(folder_, "test", Skeleton::human()), Error);
}

TEST_F(LspFolder, RefusesOtherFiles) {
  EXPECT_THROW(read(), Error);  // no labels
  write("right_foot", "[1, 2, 1]");
  EXPECT_THROW(read(), Error);
  write("right_ankle", "[1, 2, 1]", "missing.png");
  EXPECT_THROW(read(), Error);
  write("right_ankle", "[1]");
  EXPECT_THROW(read(), Error);
  write_file_atomic(folder_ / "labels.json", "{\"joint_names\": [");
  EXPECT_THROW(read(), Error);
}

}  // namespace
}  // namespace limn
