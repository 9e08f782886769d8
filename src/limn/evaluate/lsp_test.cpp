#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/media/image_file.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class LspFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "images");
    write_png(folder_ / "images" / "one.png", Image(4, 4));
  }

  void write(const std::string& first_joint, const std::string& first_place, const std::string& file = "one.png") const {
    std::string names = "\"" + first_joint + "\"", joints = first_place;
    for (const char* name : {"right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "right_wrist",
                             "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist", "neck",
                             "head_top"}) {
      names += std::string(", \"") + name + "\"";
      joints += ", [1, 2, 0]";
    }
    write_file_atomic(folder_ / "labels.json", "{\"joint_names\": [" + names + "], \"images\": [{\"file\": \"" + file +
                                                   "\", \"joints\": [" + joints + "]}]}");
  }
  Benchmark read() const { return read_lsp(folder_, Skeleton::human()); }

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
