#include <gtest/gtest.h>

#include <algorithm>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/benchmark.h"
#include "limn/evaluate/pose_report.h"
#include "support/scratch_folder.h"
#include "support/tiny_hdf5.h"
#include "support/tiny_mat.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

constexpr size_t points = 32, spine_12 = 12, right_wrist_27 = 27;
const std::vector<std::string> simplified = {"Directions", "Discussion", "Posing", "Waiting", "Greeting", "Walking"};
const std::vector<std::string> others = {"Eating",  "Phoning",     "Purchases",  "Sitting",     "SittingDown",
                                         "Smoking", "TakingPhoto", "WalkingDog", "WalkTogether"};

class H36mFolder : public testing::Test {
 protected:
  /// Two frames, 1 and 65, of one camera. Point p of frame n stands at (10 p, n) px and (p, 0, 4000) mm; point 0 on the
  /// axis.
  void write(const std::string& sequence, size_t count = points) const {
    MatArray px = test::mat_array({2, count, 2}), mm = test::mat_array({3, count, 2});
    for (size_t n = 0; n < 2; ++n)
      for (size_t p = 0; p < count; ++p) {
        test::set(px, {0, p, n}, 10.0 * static_cast<double>(p));
        test::set(px, {1, p, n}, static_cast<double>(n));
        test::set(mm, {0, p, n}, static_cast<double>(p));
        test::set(mm, {2, p, n}, 4000);
      }
    const fs::path pictures = folder_ / sequence / "imageSequence" / "54138969";
    fs::create_directories(pictures);
    for (const char* name : {"img_000001.jpg", "img_000065.jpg"}) write_file_atomic(pictures / name, "");  // read later
    test::write_hdf5(
        folder_ / sequence / "annot.h5",
        {{"pose/2d", px}, {"pose/3d", mm}, {"frame", {{2}, {1, 65}}}, {"camera", {{2}, {54138969, 54138969}}}});
  }
  void write_subject(const std::string& subject) const {
    for (const auto* set : {&simplified, &others})
      for (const std::string& activity : *set) write(subject + "/" + activity + "-1");
    write(subject + "/Walking-2");
  }
  Benchmark read() const { return read_benchmark("h36m", folder_, "all", Skeleton::human()); }
  Benchmark read_simplified() const { return read_benchmark("h36m-simplified", folder_, "all", Skeleton::human()); }

  test::ScratchFolder folder_;
};

TEST_F(H36mFolder, SeventeenJointsOfBothTestSubjectsIn3d) {
  write_subject("S9");
  write_subject("S11");
  write_subject("S1");  // trains
  const Benchmark benchmark = read();
  ASSERT_EQ(benchmark.people.size(), 2u * 16 * 2);
  const LabelledPerson& person = benchmark.people[1];
  EXPECT_EQ(person.image, folder_ / "S9" / "Directions-1" / "imageSequence" / "54138969" / "img_000065.jpg");
  EXPECT_EQ(person.activity, "Directions");
  ASSERT_EQ(person.joints_px.size(), 17u);
  EXPECT_EQ(person.joints_px[7], Vec2(10 * spine_12, 1));  // spine
  EXPECT_EQ(person.joints_px[16], Vec2(10 * right_wrist_27, 1));
  EXPECT_NEAR((person.joints_m[16] - Vec3(0.001f * right_wrist_27, 0, 0)).norm(), 0, 1e-6);
  EXPECT_NEAR(person.joints_m[0].norm(), 0, 1e-9);
  EXPECT_FALSE(benchmark.relative_to_crop);
  EXPECT_EQ(std::ranges::count(benchmark.people, "Walking", &LabelledPerson::activity), 2 * 2 * 2);
}

TEST_F(H36mFolder, TheSimplifiedProtocolIsSixActivitiesOfOneSubject) {
  write_subject("S11");
  const Benchmark benchmark = read_simplified();
  EXPECT_EQ(benchmark.people.size(), 7u * 2);
  EXPECT_EQ(benchmark.people[0].joints_px.size(), points);
  EXPECT_EQ(benchmark.people[0].joints_px[31], Vec2(310, 0));
  EXPECT_TRUE(benchmark.people[0].joints_m.empty());
  EXPECT_TRUE(benchmark.relative_to_crop);
  EXPECT_EQ(std::ranges::count(benchmark.people, "Sitting", &LabelledPerson::activity), 0);
}

TEST_F(H36mFolder, MpjpeIsAMeanOverActivities) {
  write_subject("S9");
  write_subject("S11");
  const Benchmark benchmark = read();
  std::vector<JudgedPose> people;
  for (const LabelledPerson& person : benchmark.people) {
    people.push_back({person.joints_px, person.joints_px, person.counted, person.joints_m, person.joints_m});
    people.back().activity = person.activity;
    if (person.activity == "Walking")  // twice as many frames as of the others
      for (size_t k = 1; k < person.joints_m.size(); ++k) people.back().predicted_m[k].y() += 0.170f;
  }
  const PoseReport report = judge(benchmark.map, people);
  EXPECT_EQ(report.activities.size(), 15u);
  EXPECT_NEAR(report.scores[Score::mpjpe_mm], 160.0 / 15, 1e-3);
  EXPECT_NEAR(report.scores[Score::pck3d], (14 + 1.0 / 17) / 15, 1e-9);
}

TEST_F(H36mFolder, RefusesOtherFiles) {
  EXPECT_THROW(read(), Error);  // no subjects
  write_subject("S11");
  EXPECT_THROW(read(), Error);  // no S9
  EXPECT_NO_THROW(read_simplified());
  EXPECT_THROW(read_benchmark("h36m-simplified", folder_, "train", Skeleton::human()), Error);
  write("S11/Posing-1", 17);  // another number of points
  EXPECT_THROW(read_simplified(), Error);
  write("S11/Posing-1");
  write("S11/Juggling-1");
  EXPECT_THROW(read_simplified(), Error);
  fs::remove_all(folder_ / "S11" / "Juggling-1");
  fs::remove(folder_ / "S11" / "Waiting-1" / "imageSequence" / "54138969" / "img_000065.jpg");
  EXPECT_THROW(read_simplified(), Error);
  fs::remove_all(folder_ / "S11" / "Waiting-1");  // the mean needs every activity
  EXPECT_THROW(read_simplified(), Error);
}

}  // namespace
}  // namespace limn
