#include "limn/network/model_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "limn/base/error.h"
#include "limn/network/random_model.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

const ArchitectureOptions small = {.image_size = 32, .width = 4, .pose_width = 4, .lifter_width = 8};

ModelFile small_model() { return random_model(Skeleton::human(), "limbs", small, 1); }

std::filesystem::path scratch(const std::string& name) {
  static const test::ScratchFolder folder;
  return folder / name;
}

TEST(ModelFile, SavesAndLoadsEverything) {
  ModelFile model = small_model();
  model.info["images"] = "12";
  model.ranges = {{"image_to_skeleton.enc0", 0.1f}, {"skeleton_to_pose.dec0", 1e20f}};
  const auto path = scratch("model.safetensors");
  model.save(path);
  const ModelFile read = ModelFile::load(path);
  EXPECT_TRUE(read.skeleton.same_structure(model.skeleton));
  EXPECT_EQ(read.grouping, "limbs");
  EXPECT_EQ(read.image_size, 32);
  EXPECT_EQ(read.info, model.info);
  EXPECT_EQ(read.ranges, model.ranges);
  EXPECT_EQ(read.lifter.to_json(), model.lifter.to_json());
  ASSERT_EQ(read.weights.size(), model.weights.size());
  for (const auto& [name, blob] : model.weights) {
    ASSERT_EQ(read.weights.at(name).shape, blob.shape) << name;
    const float precision = blob.shape.size() < 2 ? 0.0f : 0x1p-11f;  // matrices travel as half precision
    for (int64_t i = 0; i < blob.count(); ++i)
      ASSERT_NEAR(read.weights.at(name).f32()[i], blob.f32()[i], precision * std::abs(blob.f32()[i]) + 1e-7f) << name;
  }
}

TEST(ModelFile, KeepsTheTemporalLifter) {
  ModelFile model = small_model();
  EXPECT_EQ(model.temporal_frames(), 0);
  add_random_temporal_lifter(model, {.frames = 5, .width = 8, .blocks = 1}, 0.08, 2);
  model.save(scratch("temporal.safetensors"));
  const ModelFile read = ModelFile::load(scratch("temporal.safetensors"));
  ASSERT_TRUE(read.temporal_lifter.has_value());
  EXPECT_EQ(read.temporal_lifter->to_json(), model.temporal_lifter->to_json());
  EXPECT_EQ(read.temporal_step_s, 0.08);
  EXPECT_EQ(read.temporal_frames(), 5);
  EXPECT_EQ(read.weights.size(), model.weights.size());
}

TEST(ModelFile, RefusesTemporalLiftersThatAreNone) {
  ModelFile model = small_model();
  add_random_temporal_lifter(model, {.frames = 4, .width = 8, .blocks = 1}, 0.08, 2);
  EXPECT_THROW(model.check("m"), Error) << "no frame in the middle";
  add_random_temporal_lifter(model, {.frames = 5, .width = 8, .blocks = 1}, 0.08, 2);
  model.save(scratch("temporal.safetensors"));
  TensorFile file = read_safetensors(scratch("temporal.safetensors"));
  for (const char* step : {"0", "-1", "nan", "soon", ""}) {
    file.metadata["limn.temporal_step_s"] = step;
    EXPECT_THROW(ModelFile::from(file, "m"), Error) << step;
  }
  file.metadata["limn.temporal_step_s"] = "0.08";
  file.tensors.erase("temporal_lifter.correction.weight");
  EXPECT_THROW(ModelFile::from(file, "m"), Error);
}

TEST(ModelFile, RefusesRangesThatAreNone) {
  small_model().save(scratch("ranges.safetensors"));
  TensorFile file = read_safetensors(scratch("ranges.safetensors"));
  for (const char* text : {"enc0", "enc0 ", "enc0 -1", "enc0 0", "enc0 nan", "enc0 inf", "enc0 1 2", "enc0 1\n\n"}) {
    file.metadata["limn.ranges"] = text;
    EXPECT_THROW(ModelFile::from(file, "m"), Error) << text;
  }
  file.metadata["limn.ranges"] = "enc0 1.5\nenc1 2\n";
  EXPECT_EQ(ModelFile::from(file, "m").ranges.size(), 2u);
}

template <class Change>
std::string complaint(Change change) {
  ModelFile model = small_model();
  change(model);
  try {
    model.check("m");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "";
}

TEST(ModelFile, RefusesPartsThatDoNotFit) {
  EXPECT_EQ(complaint([](ModelFile&) {}), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.image_size = 64; }), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.grouping = "single"; }), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.grouping = "no such grouping"; }), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.image_to_skeleton.inputs[0].name = "picture"; }), "");
  EXPECT_NE(complaint([](ModelFile& m) { std::swap(m.skeleton_to_pose, m.image_to_skeleton); }), "");
  EXPECT_NE(complaint([](ModelFile& m) {
              ArchitectureOptions wide = small;
              wide.keypoints = 26;
              m.skeleton_to_pose = skeleton_to_pose_spec(wide);
            }),
            "");
  EXPECT_NE(complaint([](ModelFile& m) { m.weights.erase("lifter.pose.bias"); }).find("lifter.pose.bias"),
            std::string::npos);
  EXPECT_NE(complaint([](ModelFile& m) { m.weights["lifter.pose.bias"].shape = {1}; }), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.weights["lifter.pose.bias"].bytes.pop_back(); }), "");
  EXPECT_NE(complaint([](ModelFile& m) { m.weights["lifter.pose.bias"].dtype = "I32"; }), "");
  EXPECT_NE(complaint([](ModelFile& m) {
              const std::vector<float> values(m.weights["lifter.pose.bias"].count(),
                                              std::numeric_limits<float>::quiet_NaN());
              m.weights["lifter.pose.bias"] = TensorBlob::from_f32(m.weights["lifter.pose.bias"].shape, values.data());
            }),
            "");
}

TEST(ModelFile, RefusesMetadataOfOthers) {
  ModelFile model = small_model();
  model.sigma_px = 0.7;
  const auto path = scratch("metadata.safetensors");
  model.save(path);
  const TensorFile good = read_safetensors(path);
  EXPECT_DOUBLE_EQ(ModelFile::from(good, "m").sigma_px, model.sigma_px);
  for (const auto& [key, value] : good.metadata) {
    if (key.starts_with("limn.info")) continue;
    TensorFile bad = good;
    bad.metadata.erase(key);
    if (key == "limn.sigma_px" || key == "limn.profile")
      EXPECT_NO_THROW(ModelFile::from(bad, "m")) << "the first files do not say it";
    else
      EXPECT_THROW(ModelFile::from(bad, "m"), Error) << "without " << key;
    bad.metadata[key] = "?";
    try {
      ModelFile::from(bad, "m");
      ADD_FAILURE() << key;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model) << key;
    }
  }
}

TEST(ModelFile, RefusesAnotherSkeleton) {
  const ModelFile model = small_model();
  EXPECT_NO_THROW(model.require_same_skeleton(Skeleton::human(), "m"));
  std::string text = Skeleton::human().text();
  const std::string old_name = "\"head_top\"";
  for (size_t at = text.find(old_name); at != std::string::npos; at = text.find(old_name))
    text.replace(at, 10, "\"crown\"");
  const Skeleton other = Skeleton::parse(text, "other");
  EXPECT_THROW(model.require_same_skeleton(other, "m"), Error);
}

}  // namespace
}  // namespace limn
