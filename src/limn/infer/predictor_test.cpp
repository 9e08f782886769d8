#include "limn/infer/predictor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/infer/tracker.h"
#include "limn/network/random_model.h"

namespace limn {
namespace {

Image noise(int width, int height) {
  Image image(width, height);
  Random random(3, "noise");
  for (uint8_t& value : image.pixels) value = static_cast<uint8_t>(random.integer(256));
  return image;
}

ModelFile small_model() {
  return random_model(Skeleton::human(), "limbs",
                      {.image_size = 32, .bone_depths = true, .width = 8, .pose_width = 8, .lifter_width = 16}, 5);
}

TEST(SearchWindows, CoverThePictureWithinTheLimit) {
  for (const auto& [width, height] : {std::pair{640, 480}, {480, 640}, {100, 100}, {4000, 300}, {1, 1}, {1920, 1080}}) {
    const std::vector<Crop> windows = search_windows(width, height);
    EXPECT_LE(windows.size(), 25u);
    EXPECT_FLOAT_EQ(windows[0].side_px, std::max(width, height));
    for (const float x : {0.0f, 0.37f, 1.0f})
      for (const float y : {0.0f, 0.61f, 1.0f}) {
        const Vec2 point(x * width, y * height);
        const bool fine = std::any_of(windows.begin() + 1, windows.end(), [&](const Crop& crop) {
          return crop.crop_from_image(point).cwiseAbs().maxCoeff() <= 1.0001f;
        });
        const bool long_strip = std::max(width, height) > 4 * std::min(width, height);  // windows run out
        EXPECT_TRUE(fine || long_strip) << width << ' ' << height;
      }
  }
}

TEST(CropAround, IsASquareAboutTheConfidentJoints) {
  const std::vector<Vec2> joints = {{10, 20}, {30, 20}, {10, 60}, {30, 60}, {500, 500}};
  const Crop crop = crop_around(joints, {0.9f, 0.9f, 0.9f, 0.9f, 0.1f});
  EXPECT_EQ(crop.centre_px, Vec2(20, 40));
  EXPECT_FLOAT_EQ(crop.side_px, 1.3f * 40);
  EXPECT_FLOAT_EQ(crop_around(joints, {0.1f, 0.1f, 0.1f, 0.1f, 0.9f}).side_px, 1.3f * 490);  // all of them
}

TEST(Predictor, ReadingTheMirrorImageTooReadsBothAlike) {
  const Predictor predictor(small_model(), {.mirror = true});
  const Image image = noise(60, 60);
  Image mirrored = image;
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 60; ++x)
      std::copy_n(&image.pixels[3 * (60 * y + x)], 3, &mirrored.pixels[3 * (60 * y + 59 - x)]);
  const Crop crop{Vec2(30, 30), 40};
  const PosePrediction read = predictor.predict(image, crop), other = predictor.predict(mirrored, crop);
  for (int j = 0; j < 27; ++j) {
    const int side = predictor.skeleton().joints()[j].mirror;
    EXPECT_NEAR(read.joints_px[j].x(), 60 - other.joints_px[side].x(), 1e-2) << j;
    EXPECT_NEAR(read.joints_px[j].y(), other.joints_px[side].y(), 1e-2) << j;
    EXPECT_NEAR(read.confidence[j], other.confidence[side], 1e-4) << j;
    EXPECT_NEAR(read.bone_depths[j], other.bone_depths[side], 1e-4) << j;
  }
}

TEST(Predictor, ThreeDAndTwoDAreOfTheSamePerson) {
  const Predictor predictor(small_model());
  const Image image = noise(60, 40);
  const Crop crop{Vec2(25, 20), 30};
  const PosePrediction prediction = predictor.predict(image, crop);
  ASSERT_EQ(prediction.joints_px.size(), 27u);
  for (const Vec2& px : prediction.joints_px) EXPECT_LE(crop.crop_from_image(px).cwiseAbs().maxCoeff(), 1.0f);
  for (const float c : prediction.confidence) EXPECT_TRUE(c >= 0 && c <= 1);
  EXPECT_EQ(prediction.skeleton_image.size(), 8u * 16 * 16);
  EXPECT_EQ(prediction.kinematics.positions[0], Vec3::Zero());
  const Kinematics again = forward_kinematics(predictor.skeleton(), prediction.pose);
  for (size_t j = 0; j < 27; ++j) EXPECT_EQ(again.positions[j], prediction.kinematics.positions[j]);
}

/// Linear in both directions, so that it can be had at any scale.
Image slope(int size, int per_px) {
  Image image(size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(per_px * (2 * x + 1) / 2);
      image.at(x, y)[1] = static_cast<uint8_t>(per_px * (2 * y + 1) / 2);
      image.at(x, y)[2] = static_cast<uint8_t>(255 - per_px * (2 * x + 1) / 2);
    }
  return image;
}

TEST(Predictor, LiftsKeypointsAsItLiftsItsOwn) {
  const Predictor predictor(small_model());
  const PosePrediction read = predictor.predict(noise(90, 70), {Vec2(40, 30), 50});
  const PoseEstimate lifted = predictor.lift(read);
  EXPECT_NEAR(lifted.camera.scale, read.camera.scale, 1e-3f * read.camera.scale);
  EXPECT_LT((lifted.camera.root_uv - read.camera.root_uv).norm(), 1e-2f);
  for (size_t j = 0; j < read.joints_px.size(); ++j)
    EXPECT_LT((lifted.kinematics.positions[j] - read.kinematics.positions[j]).norm(), 1e-4f) << j;
  EXPECT_THROW(predictor.lift({Vec2(1, 2)}, {0.5f}), Error);
  EXPECT_THROW(predictor.lift(read.joints_px, read.confidence, {0.5f}), Error);
  std::vector<Vec2> lost = read.joints_px;
  lost[3].x() = NAN;
  EXPECT_THROW(predictor.lift(lost, read.confidence), Error);
}

TEST(Predictor, GrowsWithThePicture) {
  const Predictor predictor(small_model());
  const PosePrediction one = predictor.predict(slope(60, 4), {Vec2(30, 28), 40});
  const PosePrediction two = predictor.predict(slope(120, 2), {Vec2(60, 56), 80});
  for (size_t j = 0; j < 27; ++j) EXPECT_LT((two.joints_px[j] - 2 * one.joints_px[j]).norm(), 0.3f) << j;
  EXPECT_NEAR(two.camera.scale / one.camera.scale, 2, 0.02);
  EXPECT_LT((two.camera.root_uv - 2 * one.camera.root_uv).norm(), 1.0f);
}

TEST(Predictor, MovesWithTheCrop) {
  const Predictor predictor(small_model());
  const Image picture = noise(32, 32);
  Image placed(100, 90);
  for (int y = 0; y < 32; ++y) std::copy_n(picture.at(0, y), 3 * 32, placed.at(11, y + 7));
  // A smaller crop than the picture: its samples do not reach over the edge.
  const PosePrediction one = predictor.predict(picture, {Vec2(16, 16), 28});
  const PosePrediction two = predictor.predict(placed, {Vec2(11 + 16, 7 + 16), 28});
  for (size_t j = 0; j < 27; ++j) EXPECT_LT((two.joints_px[j] - one.joints_px[j] - Vec2(11, 7)).norm(), 1e-3f) << j;
  EXPECT_FLOAT_EQ(two.camera.scale, one.camera.scale);
}

TEST(Predictor, GivesTheSameTwice) {
  const Predictor predictor(small_model());
  const Image image = noise(50, 50);
  const PosePrediction first = predictor.predict(image, {Vec2(25, 25), 50});
  predictor.find_person(image);
  const PosePrediction second = predictor.predict(image, {Vec2(25, 25), 50});
  EXPECT_EQ(first.skeleton_image, second.skeleton_image);
  EXPECT_EQ(first.joints_px, second.joints_px);
}

void expect_same(const PosePrediction& a, const PosePrediction& b) {
  EXPECT_EQ(a.skeleton_image, b.skeleton_image);
  EXPECT_EQ(a.joints_px, b.joints_px);
  EXPECT_EQ(a.confidence, b.confidence);
  EXPECT_EQ(a.kinematics.positions, b.kinematics.positions);
}

TEST(Predictor, ReadsSeveralPeopleAsOneByOneOnAnyNumberOfThreads) {
  const Image image = noise(90, 70);
  const std::vector<Crop> crops = {{Vec2(20, 30), 40}, {Vec2(60, 30), 30}, {Vec2(45, 35), 70}, {Vec2(20, 60), 25}};
  const Predictor one(small_model());
  for (const int threads : {1, 2, 3}) {
    const Predictor several(small_model(), {.threads = threads});
    const std::vector<PosePrediction> people = several.predict_all(image, crops);
    ASSERT_EQ(people.size(), crops.size());
    for (size_t i = 0; i < crops.size(); ++i) {
      expect_same(people[i], one.predict(image, crops[i]));
      expect_same(people[i], several.predict(image, crops[i]));
    }
    EXPECT_EQ(several.find_person(image, 0)->side_px, one.find_person(image, 0)->side_px);
    EXPECT_EQ(several.find_person(image, 0)->centre_px, one.find_person(image, 0)->centre_px);
  }
  EXPECT_TRUE(one.predict_all(image, {}).empty());
  EXPECT_THROW(Predictor(small_model(), {.threads = 0}), Error);
}

TEST(Predictor, ServesManyThreadsAtOnce) {
  const Image image = noise(90, 70);
  for (const int threads : {1, 2}) {
    const Predictor predictor(small_model(), {.threads = threads});
    std::vector<Crop> crops;
    std::vector<PosePrediction> wanted;
    for (int i = 0; i < 4; ++i) {
      crops.push_back({Vec2(20.0f + 15 * i, 35), 30.0f + 5 * i});
      wanted.push_back(predictor.predict(image, crops[i]));
    }
    std::vector<std::thread> callers;
    std::vector<std::vector<PosePrediction>> got(4);
    for (int i = 0; i < 4; ++i)
      callers.emplace_back([&, i] {
        for (int repeat = 0; repeat < 20; ++repeat) {
          got[i].push_back(predictor.predict(image, crops[i]));
          got[i].push_back(predictor.predict_all(image, crops)[i]);
        }
      });
    for (std::thread& caller : callers) caller.join();
    for (int i = 0; i < 4; ++i)
      for (const PosePrediction& person : got[i]) expect_same(person, wanted[i]);
  }
}

TEST(Predictor, AnErrorInOneOfSeveralPeopleReachesTheCaller) {
  const Predictor predictor(small_model(), {.threads = 2});
  const Image image = noise(50, 50);
  const std::vector<Crop> crops = {{Vec2(25, 25), 40}, {Vec2(25, 25), -1}, {Vec2(25, 25), 30}};
  EXPECT_THROW(predictor.predict_all(image, crops), Error);
  EXPECT_NO_THROW(predictor.predict(image, crops[0]));
}

TEST(Predictor, ChoosesThePrecision) {
  ModelFile model = small_model();
  EXPECT_EQ(Predictor(model, {.precision = Precision::int8}).precision(), Precision::float32);  // ranges are not known
  model.ranges["image_to_skeleton.enc0"] = 4;
  EXPECT_EQ(Predictor(model, {.precision = Precision::float32}).precision(), Precision::float32);
  EXPECT_EQ(Predictor(model, {.precision = Precision::int8}).precision(), Precision::int8);
  EXPECT_NE(Predictor(model).precision(), Precision::automatic);
  EXPECT_EQ(precision_from_name("int8"), Precision::int8);
  EXPECT_THROW(precision_from_name("int4"), Error);
}

TEST(Predictor, FindsNobodyBelowTheSmallestScore) {
  const Predictor predictor(small_model());
  const Image image = noise(64, 48);
  EXPECT_FALSE(predictor.find_person(image, 1.1f).has_value());
  EXPECT_TRUE(predictor.find_person(image, 0.0f).has_value());
}

TEST(Predictor, RefusesWeightsThatOverflow) {
  ModelFile model = small_model();
  for (const char* name : {"skeleton_to_pose.heatmaps.weight", "skeleton_to_pose.heatmaps.bias"}) {
    TensorBlob& blob = model.weights.at(name);
    const std::vector<float> values(static_cast<size_t>(blob.count()), 3e38f);
    blob = TensorBlob::from_f32(blob.shape, values.data());
  }
  const Predictor predictor(model);
  try {
    predictor.predict(noise(32, 32), {Vec2(16, 16), 32});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
  }
}

TEST(PersonTracker, FollowsFromTheGivenCrop) {
  const Predictor predictor(small_model());
  const Image image = noise(64, 64);
  PersonTracker tracker(predictor, Crop{Vec2(32, 32), 64});
  const auto first = tracker.next(image);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->crop.side_px, 64);
  const auto second = tracker.next(image);
  ASSERT_TRUE(second.has_value());
  const Crop around = crop_around(first->joints_px, first->confidence);
  ASSERT_GE(second->score, 0.6f * first->score);
  EXPECT_NEAR(second->crop.side_px, 64 + 0.6 * (around.side_px - 64), 1e-3);
}

}  // namespace
}  // namespace limn
