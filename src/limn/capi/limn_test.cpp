#include "limn/capi/limn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <thread>

#include "limn/base/random.h"
#include "limn/infer/predictor.h"
#include "limn/network/random_model.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

class CApi : public testing::Test {
 protected:
  CApi() {
    const ArchitectureOptions small{.image_size = 32, .width = 8, .pose_width = 8, .lifter_width = 16};
    random_model(Skeleton::human(), "limbs", small, 5).save(path());
    Random random(3, "noise");
    for (uint8_t& value : image_.pixels) value = static_cast<uint8_t>(random.integer(256));
    predictor_ = limn_load(path().c_str(), 0, &error_);
  }
  ~CApi() override { limn_free(predictor_); }
  std::string path() const { return (folder_ / "model.safetensors").string(); }
  limn_picture picture() const { return {image_.pixels.data(), image_.width, image_.height, 0}; }

  test::ScratchFolder folder_;
  Image image_{50, 40};
  limn_error error_{};
  limn_predictor* predictor_ = nullptr;
};

TEST_F(CApi, GivesWhatThePredictorGives) {
  ASSERT_NE(predictor_, nullptr) << error_.message;
  const Predictor direct = Predictor::load(path());
  const PosePrediction expected = direct.predict(image_, {Vec2(25, 20), 1.3f * 30});
  const limn_picture given = picture();
  const limn_box box{15, 5, 20, 30};
  limn_people* const people = limn_predict(predictor_, &given, LIMN_BOX, &box, &error_);
  ASSERT_NE(people, nullptr) << error_.message;
  EXPECT_EQ(error_.code, LIMN_OK);
  ASSERT_EQ(limn_people_count(people), 1);
  EXPECT_EQ(limn_score(people, 0), expected.score);
  const Mat3& elbow = expected.pose.rotations[direct.skeleton().joint("left_elbow")];
  const int j = limn_joint_index(predictor_, "left_elbow");
  for (int k = 0; k < 2; ++k) EXPECT_EQ(limn_joints_px(people, 0)[2 * j + k], expected.joints_px[j][k]);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(limn_positions(people, 0)[3 * j + k], expected.kinematics.positions[j][k]);
  for (int k = 0; k < 9; ++k) EXPECT_EQ(limn_local_rotations(people, 0)[9 * j + k], elbow(k / 3, k % 3));
  for (int k = 0; k < 4; ++k)
    EXPECT_EQ(limn_local_quaternions(people, 0)[4 * j + k], quaternion_from_rotation(elbow)[k]);
  EXPECT_EQ(limn_confidence(people, 0)[j], expected.confidence[j]);
  EXPECT_EQ(limn_camera(people, 0)[2], expected.camera.scale);
  EXPECT_EQ(limn_bone_lengths(people, 0)[0], 0);
  EXPECT_NEAR(
      limn_bone_lengths(people, 0)[j],
      (expected.kinematics.positions[j] - expected.kinematics.positions[limn_joint_parent(predictor_, j)]).norm(),
      1e-5);
  limn_people_free(people);
}

TEST_F(CApi, RowsMayBePadded) {
  std::vector<uint8_t> padded(40 * 163, 77);
  for (int y = 0; y < 40; ++y) std::memcpy(&padded[163 * y], image_.at(0, y), 150);
  const limn_picture plain = picture(), wide{padded.data(), 50, 40, 163};
  limn_people* const a = limn_predict(predictor_, &plain, LIMN_WHOLE, nullptr, nullptr);
  limn_people* const b = limn_predict(predictor_, &wide, LIMN_WHOLE, nullptr, nullptr);
  for (int i = 0; i < 54; ++i) EXPECT_EQ(limn_joints_px(a, 0)[i], limn_joints_px(b, 0)[i]);
  limn_people_free(a);
  limn_people_free(b);
}

TEST_F(CApi, TellsTheSkeleton) {
  const std::vector<Joint>& joints = Skeleton::human().joints();
  ASSERT_EQ(limn_joint_count(predictor_), static_cast<int>(joints.size()));
  for (int j = 0; j < static_cast<int>(joints.size()); ++j) {
    EXPECT_EQ(limn_joint_name(predictor_, j), joints[j].name);
    EXPECT_EQ(limn_joint_parent(predictor_, j), joints[j].parent);
    EXPECT_EQ(limn_joint_mirror(predictor_, j), joints[j].mirror);
    EXPECT_EQ(limn_joint_index(predictor_, joints[j].name.c_str()), j);
  }
  EXPECT_EQ(limn_joint_name(predictor_, 27), nullptr);
  EXPECT_EQ(limn_joint_parent(predictor_, -2), -1);
  EXPECT_EQ(limn_joint_index(predictor_, "tail"), -1);
}

TEST_F(CApi, FailuresAreCodesAndText) {
  const auto fails = [&](const void* result, int code, const char* word) {
    EXPECT_EQ(result, nullptr);
    EXPECT_EQ(error_.code, code);
    EXPECT_NE(std::strstr(error_.message, word), nullptr) << error_.message;
  };
  fails(limn_load("/no/such/model", 0, &error_), LIMN_MODEL, "/no/such/model");
  fails(limn_load(nullptr, 0, &error_), LIMN_USAGE, "path");
  fails(limn_load(path().c_str(), 8, &error_), LIMN_USAGE, "flag");
  fails(limn_load(("/no/" + std::string(1000, 'x')).c_str(), 0, &error_), LIMN_MODEL, "/no/xxx");
  EXPECT_EQ(std::strlen(error_.message), sizeof error_.message - 1);
  limn_picture given = picture();
  const limn_box none{0, 0, 0, 5}, endless{0, 0, INFINITY, 5};
  fails(limn_predict(nullptr, &given, LIMN_WHOLE, nullptr, &error_), LIMN_USAGE, "predictor");
  fails(limn_predict(predictor_, nullptr, LIMN_WHOLE, nullptr, &error_), LIMN_USAGE, "picture");
  fails(limn_predict(predictor_, &given, LIMN_BOX, nullptr, &error_), LIMN_USAGE, "box");
  fails(limn_predict(predictor_, &given, LIMN_BOX, &none, &error_), LIMN_USAGE, "box");
  fails(limn_predict(predictor_, &given, LIMN_BOX, &endless, &error_), LIMN_USAGE, "box");
  fails(limn_predict(predictor_, &given, 7, nullptr, &error_), LIMN_USAGE, "place");
  given.stride = 149;
  fails(limn_predict(predictor_, &given, LIMN_WHOLE, nullptr, &error_), LIMN_USAGE, "stride");
  EXPECT_EQ(limn_predict(predictor_, &given, LIMN_WHOLE, nullptr, nullptr), nullptr);  // without an error to fill
  EXPECT_EQ(limn_people_count(nullptr), 0);
  EXPECT_EQ(limn_joints_px(nullptr, 0), nullptr);
  limn_free(nullptr);
  limn_people_free(nullptr);
}

TEST_F(CApi, ALongMessageIsCutBetweenCharacters) {
  for (const int start : {0, 1}) {
    std::string name = "/no/" + std::string(static_cast<size_t>(start), 'x');
    for (int i = 0; i < 400; ++i) name += "\xc3\xa9";  // e with an acute accent, two bytes
    limn_load(name.c_str(), 0, &error_);
    const size_t length = std::strlen(error_.message);
    EXPECT_NE(static_cast<uint8_t>(error_.message[length - 1]), 0xc3) << start;
  }
}

TEST_F(CApi, OnePredictorServesSeveralThreads) {
  const limn_picture given = picture();
  limn_people* const alone = limn_predict(predictor_, &given, LIMN_WHOLE, nullptr, nullptr);
  std::vector<limn_people*> found(4, nullptr);
  std::vector<std::thread> threads;
  for (limn_people*& people : found)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        limn_people_free(people);
        people = limn_predict(predictor_, &given, LIMN_WHOLE, nullptr, nullptr);
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (limn_people* people : found) {
    for (int i = 0; i < 54; ++i) EXPECT_EQ(limn_joints_px(people, 0)[i], limn_joints_px(alone, 0)[i]);
    limn_people_free(people);
  }
  limn_people_free(alone);
}

}  // namespace
}  // namespace limn
