#include "limn/data/shards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/person_json.h"
#include "limn/synth/procedural_people.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Shards : public testing::Test {
 protected:
  void SetUp() override {
    SynthOptions options;
    options.image_size = 48;
    people_ = std::make_unique<ProceduralPeople>(skeleton_, options);
  }

  void write(const fs::path& path, int first, int last, const SampleParts& parts) const {
    ShardWriter writer(path);
    for (int i = first; i < last; ++i)
      for (const ShardFile& file : encode_sample(skeleton_, people_->sample(7, i, parts), 7, i, 95))
        writer.add("0000000" + std::to_string(i) + "." + file.extension, file.bytes);
    writer.close();
  }

  static Error error_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::usage, "", "", "");
  }

  Error reading(const fs::path& path) const {
    return error_of([&] {
      ShardReader reader(path, skeleton_);
      ShardSample sample;
      while (reader.next(sample)) {
      }
    });
  }

  test::ScratchFolder folder_;
  const Skeleton& skeleton_ = Skeleton::human();
  std::unique_ptr<ProceduralPeople> people_;
};

void expect_same_labels(const PersonView& a, const PersonView& b) {
  EXPECT_EQ(a.visibility, b.visibility);
  EXPECT_EQ(a.occluder, b.occluder);
  EXPECT_EQ(a.camera.width, b.camera.width);
  EXPECT_EQ(a.camera.height, b.camera.height);
  EXPECT_NEAR(a.camera.focal_px, b.camera.focal_px, 1e-4);
  EXPECT_LT((a.camera.principal_px - b.camera.principal_px).norm(), 1e-4f);
  EXPECT_LT((a.pose.root_position - b.pose.root_position).norm(), 1e-4f);
  ASSERT_EQ(a.joints_px.size(), b.joints_px.size());
  for (size_t j = 0; j < a.joints_px.size(); ++j) {
    EXPECT_LT((a.joints_px[j] - b.joints_px[j]).norm(), 1e-4f);
    EXPECT_LT((a.joints_camera[j] - b.joints_camera[j]).norm(), 1e-4f);
    EXPECT_LT((a.pose.rotations[j] - b.pose.rotations[j]).norm(), 1e-4f);
    if (j > 0) {  // the root has no bone
      EXPECT_NEAR(a.pose.bone_scales[j], b.pose.bone_scales[j], 1e-4);
    }
  }
}

void expect_same_pictures(const PersonView& a, const PersonView& b) {
  ASSERT_EQ(a.image.pixels.size(), b.image.pixels.size());
  double error = 0;
  for (size_t i = 0; i < a.image.pixels.size(); ++i) error += std::abs(a.image.pixels[i] - b.image.pixels[i]);
  EXPECT_LT(error / static_cast<double>(a.image.pixels.size()), 6);  // JPEG halves the resolution of colours
  EXPECT_EQ(a.mask, b.mask);
  ASSERT_EQ(a.depth.size(), b.depth.size());
  for (size_t i = 0; i < a.depth.size(); ++i) EXPECT_NEAR(a.depth[i], b.depth[i], 0.00051);
}

TEST_F(Shards, SamplesComeBack) {
  const SampleParts parts{.mask = true, .depth = true};
  write(folder_ / "limn-000000.tar", 0, 3, parts);
  write(folder_ / "limn-000001.tar", 3, 5, {.appearance = false});
  ShardReader reader(folder_, skeleton_);
  ShardSample read;
  for (uint64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(reader.next(read));
    EXPECT_EQ(read.key, "0000000" + std::to_string(i));
    EXPECT_EQ(read.seed, 7u);
    EXPECT_EQ(read.index, i);
    const SynthSample made = people_->sample(7, i, parts);
    expect_same_labels(read.sample.target, made.target);
    EXPECT_EQ(read.sample.appearance.image.empty(), i >= 3);
    EXPECT_EQ(read.sample.target.mask.empty(), i >= 3);
    if (i >= 3) continue;
    expect_same_labels(read.sample.appearance, made.appearance);
    expect_same_pictures(read.sample.target, made.target);
    expect_same_pictures(read.sample.appearance, made.appearance);
  }
  EXPECT_FALSE(reader.next(read));
  EXPECT_FALSE(reader.next(read));
}

TEST_F(Shards, TheReadPoseGivesTheReadJoints) {
  write(folder_ / "a.tar", 0, 2, {});
  ShardReader reader(folder_ / "a.tar");
  ShardSample read;
  while (reader.next(read)) {
    const std::vector<Vec3> joints = forward_kinematics(skeleton_, read.sample.target.pose).positions;
    for (size_t j = 0; j < joints.size(); ++j)
      EXPECT_LT((joints[j] - read.sample.target.joints_camera[j]).norm(), 1e-4f);
  }
}

TEST_F(Shards, BytesDependOnContentsAlone) {
  write(folder_ / "a.tar", 0, 2, {});
  write(folder_ / "b.tar", 0, 2, {});
  EXPECT_EQ(read_file(folder_ / "a.tar"), read_file(folder_ / "b.tar"));
  EXPECT_EQ(read_file(folder_ / "a.tar").substr(257, 5), "ustar");
}

TEST_F(Shards, AWriterThatIsNotClosedLeavesNothing) {
  {
    ShardWriter writer(folder_ / "a.tar");
    writer.add("0.jpg", "bytes");
    EXPECT_FALSE(fs::exists(folder_ / "a.tar"));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_EQ(error_of([&] { ShardWriter(folder_ / "absent" / "a.tar"); }).kind(), ErrorKind::input);
}

TEST_F(Shards, TruncatedAnywhereIsAnErrorThatNamesTheFile) {
  write(folder_ / "whole.tar", 0, 2, {});
  const std::string bytes = read_file(folder_ / "whole.tar");
  const size_t second = bytes.find("00000001.jpg");  // cut between two samples: libarchive alone would not notice
  for (size_t size : {size_t{0}, size_t{100}, bytes.size() / 2, second, bytes.size() - 1024}) {
    write_file_atomic(folder_ / "cut.tar", bytes.substr(0, size));
    const Error error = reading(folder_ / "cut.tar");
    EXPECT_EQ(error.kind(), ErrorKind::input) << size;
    EXPECT_THAT(error.where(), HasSubstr("cut.tar")) << size;
  }
}

TEST_F(Shards, DamageIsAnErrorThatNamesTheSample) {
  const std::vector<ShardFile> files = encode_sample(skeleton_, people_->sample(7, 0, false), 7, 0, 95);
  const std::string& picture = files[0].bytes;
  const std::string& labels = files[1].bytes;
  const auto expect_error = [&](const std::vector<ShardFile>& some, const std::string& name) {
    ShardWriter writer(folder_ / "bad.tar");
    for (const ShardFile& file : some) writer.add("05." + file.extension, file.bytes);
    writer.close();
    const Error error = reading(folder_ / "bad.tar");
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_THAT(error.where(), HasSubstr("bad.tar: 05." + name)) << error.what();
  };
  expect_error({{"jpg", picture}}, "json");
  expect_error({{"json", labels}}, "jpg");
  expect_error({{"jpg", picture.substr(0, 300)}, {"json", labels}}, "jpg");
  expect_error({{"jpg", picture}, {"json", labels.substr(0, 200)}}, "json");
  expect_error({{"jpg", picture}, {"json", labels}, {"mask.png", picture}}, "mask.png");
  for (const auto& [from, to] : {std::pair{"\"left_knee\"", "\"left_kneee\""},
                                 {"\"width\":48", "\"width\":47"},
                                 {"limn.person", "limn.persons"},
                                 {"\"visibility\":[", "\"visibility\":[2,"},
                                 {"\"bone_lengths\":[0.0", "\"bone_lengths\":[null"},
                                 {"\"local_rotations\":[[", "\"local_rotations\":[[7"}}) {
    std::string changed = labels;
    ASSERT_NE(changed.find(from), std::string::npos) << from;
    changed.replace(changed.find(from), std::string(from).size(), to);
    expect_error({{"jpg", picture}, {"json", changed}}, "json");
  }
}

TEST_F(Shards, MissingOrEmptyPlacesAreErrors) {
  EXPECT_EQ(error_of([&] { ShardReader(folder_ / "absent"); }).kind(), ErrorKind::input);
  EXPECT_THAT(error_of([&] { ShardReader{folder_}; }).message(), HasSubstr("no shards"));
  write_file_atomic(folder_ / "text.tar", std::string(5000, 'x'));
  EXPECT_THAT(reading(folder_ / "text.tar").where(), HasSubstr("text.tar"));
}

TEST(PersonJson, JointsGoByName) {
  const Skeleton& skeleton = Skeleton::human();
  SynthOptions options;
  options.image_size = 48;
  const PersonView view = ProceduralPeople(skeleton, options).pose_only(9, 4);
  std::string text = person_json(skeleton, {9, 4, "target", view});
  for (const auto& [from, to] :
       {std::pair{"\"left_eye\"", "@"}, {"\"right_eye\"", "\"left_eye\""}, {"@", "\"right_eye\""}})
    text.replace(text.find(from), std::string(from).size(), to);  // two names in each other's place
  const PersonView read = parse_person_json(skeleton, text, "test").view;
  const int left = skeleton.joint("left_eye"), right = skeleton.joint("right_eye");
  EXPECT_EQ(read.joints_px[left], view.joints_px[right]);
  EXPECT_EQ(read.joints_px[right], view.joints_px[left]);
}

}  // namespace
}  // namespace limn
