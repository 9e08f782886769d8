#include "limn/network/model_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <sstream>

#include "limn/base/error.h"
#include "limn/network/stored_weights.h"
#include "limn/skeleton/temporal_code.h"

namespace limn {
namespace {

const char* const format_version = "1";
const std::string info_prefix = "limn.info.";

const std::string& metadata_of(const TensorFile& file, const std::string& key, const std::string& origin) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) refuse_model("not a Limn model: metadata \"" + key + "\" is missing", origin);
  return found->second;
}

std::vector<int64_t> as_list(const FeatureShape& s) { return {s.channels, s.height, s.width}; }

void expect_shape(const FeatureShape& got, const FeatureShape& wanted, const std::string& where) {
  if (got != wanted) refuse_model("shape is " + shape_text(as_list(got)) + ", expected " + shape_text(as_list(wanted)), where);
}

/// Checks that `spec` has the one input `input` of the given shape and at most so many outputs; returns the first one's shape.
FeatureShape check_stage(const NetworkSpec& spec, const std::string& input, const FeatureShape& shape,
                         const std::string& where, size_t most_outputs = 1) {
  const auto products = spec.shapes();
  if (spec.inputs.size() != 1 || spec.inputs[0].name != input)
    refuse_model("network must have the one input \"" + input + "\"", where);
  expect_shape(spec.inputs[0].shape, shape, where + ", input " + input);
  if (spec.outputs.empty() || spec.outputs.size() > most_outputs) refuse_model("network has another number of outputs", where);
  return products.at(spec.outputs[0]);
}

int parse_size(const std::string& text, const std::string& origin) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < 1 || value > 4096)
    refuse_model("image size \"" + text + "\" is not usable", origin);
  return value;
}

std::string text_of(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

double parse_positive(const std::string& text, const std::string& what, const std::string& origin) {
  double value = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, value).ptr != end || !std::isfinite(value) || !(value > 0))
    refuse_model(what + " \"" + text + "\" is not usable", origin);
  return value;
}

/// How the model draws; files of the first version do not say, and all of them drew alike.
void read_drawing(const TensorFile& file, ModelFile& model, const std::string& origin) {
  if (const auto profile = file.metadata.find("limn.profile"); profile != file.metadata.end())
    model.profile = profile->second;
  if (model.profile != "gaussian" && model.profile != "exponential")
    refuse_model("profile of the drawing \"" + model.profile + "\" is unknown", origin);
  const auto sigma = file.metadata.find("limn.sigma_px");
  if (sigma != file.metadata.end()) model.sigma_px = parse_positive(sigma->second, "width of the drawing", origin);
}

std::string ranges_text(const std::map<std::string, float>& ranges) {
  std::string text;
  for (const auto& [name, range] : ranges) {
    char number[32];
    text.append(name).append(" ").append(number, std::to_chars(number, number + sizeof number, range).ptr).append("\n");
  }
  return text;
}

std::map<std::string, float> parse_ranges(const std::string& text, const std::string& origin) {
  std::map<std::string, float> ranges;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t space = std::min(line.find(' '), line.size());
    const char* const end = line.data() + line.size();
    float range = 0;
    const auto [stop, code] = std::from_chars(line.data() + std::min(space + 1, line.size()), end, range);
    if (code != std::errc() || stop != end || !std::isfinite(range) || !(range > 0))
      refuse_model("range of a layer \"" + line + "\" is not usable", origin + ", limn.ranges");
    ranges[line.substr(0, space)] = range;
  }
  return ranges;
}

}  // namespace

ModelFile ModelFile::load(const std::filesystem::path& path) { return from(read_safetensors(path), path.string()); }

ModelFile ModelFile::from(const TensorFile& file, const std::string& origin) {
  ModelFile model;
  const std::string& version = metadata_of(file, "limn.format", origin);
  if (version != format_version) refuse_model("model has format " + version + ", this version reads 1", origin);
  try {
    model.skeleton = Skeleton::parse(metadata_of(file, "limn.skeleton", origin), origin + ", limn.skeleton");
  } catch (const Error& error) {
    throw Error(ErrorKind::model, error.message(), error.where(), error.remedy());
  }
  model.grouping = metadata_of(file, "limn.grouping", origin);
  model.image_size = parse_size(metadata_of(file, "limn.image_size", origin), origin);
  read_drawing(file, model, origin);
  const auto network = [&](const std::string& name) {
    return NetworkSpec::from_json(metadata_of(file, "limn." + name, origin), origin + ", limn." + name);
  };
  model.image_to_skeleton = network("image_to_skeleton");
  model.skeleton_to_pose = network("skeleton_to_pose");
  model.lifter = network("lifter");
  if (file.metadata.count("limn.temporal_lifter") != 0) {
    model.temporal_lifter = network("temporal_lifter");
    model.temporal_step_s =
        parse_positive(metadata_of(file, "limn.temporal_step_s", origin), "time between a window's frames", origin);
  }
  for (const auto& [name, blob] : file.tensors) model.weights[name] = used_weights(blob);
  if (const auto ranges = file.metadata.find("limn.ranges"); ranges != file.metadata.end())
    model.ranges = parse_ranges(ranges->second, origin);
  for (const auto& [key, value] : file.metadata)
    if (key.starts_with(info_prefix)) model.info[key.substr(info_prefix.size())] = value;
  model.check(origin);
  return model;
}

void ModelFile::save(const std::filesystem::path& path) const {
  check(path.string());
  TensorFile file;
  file.metadata = {{"limn.format", format_version},
                   {"limn.skeleton", skeleton.text()},
                   {"limn.grouping", grouping},
                   {"limn.image_size", std::to_string(image_size)},
                   {"limn.sigma_px", text_of(sigma_px)},
                   {"limn.profile", profile},
                   {"limn.image_to_skeleton", image_to_skeleton.to_json()},
                   {"limn.skeleton_to_pose", skeleton_to_pose.to_json()},
                   {"limn.lifter", lifter.to_json()}};
  if (temporal_lifter) {
    file.metadata["limn.temporal_lifter"] = temporal_lifter->to_json();
    file.metadata["limn.temporal_step_s"] = text_of(temporal_step_s);
  }
  if (!ranges.empty()) file.metadata["limn.ranges"] = ranges_text(ranges);
  for (const auto& [key, value] : info) file.metadata[info_prefix + key] = value;
  for (const auto& [name, blob] : weights) file.tensors[name] = stored_weights(blob);
  write_safetensors(path, file);
}

void ModelFile::check(const std::string& origin) const {
  int channels = 0;
  try {
    channels = skeleton.grouping(grouping).channels();
  } catch (const Error& error) {
    throw Error(ErrorKind::model, error.message(), origin + ", limn.grouping", error.remedy());
  }
  const std::string stage1 = origin + ", image_to_skeleton", stage2 = origin + ", skeleton_to_pose",
                    stage3 = origin + ", lifter";
  const FeatureShape picture = check_stage(image_to_skeleton, "image", {3, image_size, image_size}, stage1, 2);
  expect_shape(picture, {channels, picture.height, picture.width}, stage1 + ", output");
  const FeatureShape heatmaps = check_stage(skeleton_to_pose, "skeleton_image", picture, stage2);
  expect_shape(heatmaps, {skeleton.joint_count(), heatmaps.height, heatmaps.width}, stage2 + ", output");
  if (reads_bone_depths())
    expect_shape(image_to_skeleton.shapes().at(image_to_skeleton.outputs[1]), heatmaps, stage1 + ", second output");
  const int lifter_inputs = lifter_input_size(skeleton, reads_bone_depths());
  const FeatureShape pose = check_stage(lifter, "keypoints", {lifter_inputs, 1, 1}, stage3);
  expect_shape(pose, {lifter_output_size(skeleton), 1, 1}, stage3 + ", output");
  check_weights(image_to_skeleton, "image_to_skeleton", weights, origin);
  check_weights(skeleton_to_pose, "skeleton_to_pose", weights, origin);
  check_weights(lifter, "lifter", weights, origin);
  if (!temporal_lifter) return;
  const std::string over_time = origin + ", temporal_lifter";
  const int size = temporal_frame_size(skeleton, reads_bone_depths());
  const int frames = std::max(1, temporal_frames() / 2 * 2 + 1);  // odd
  expect_shape(check_stage(*temporal_lifter, "window", {frames * size, 1, 1}, over_time),
               {lifter_output_size(skeleton), 1, 1}, over_time + ", output");
  check_weights(*temporal_lifter, "temporal_lifter", weights, origin);
}

int ModelFile::temporal_frames() const {
  if (!temporal_lifter || temporal_lifter->inputs.empty()) return 0;
  return temporal_lifter->inputs[0].shape.channels / temporal_frame_size(skeleton, reads_bone_depths());
}

void ModelFile::require_same_skeleton(const Skeleton& expected, const std::string& origin) const {
  if (!skeleton.same_structure(expected))
    refuse_model("model was trained for another skeleton (\"" + skeleton.name() + "\", " +
               std::to_string(skeleton.joint_count()) + " joints; expected \"" + expected.name() + "\", " +
               std::to_string(expected.joint_count()) + " joints)",
           origin);
}

}  // namespace limn
