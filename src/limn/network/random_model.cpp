#include "limn/network/random_model.h"

#include <cmath>

#include "limn/base/random.h"
#include "limn/skeleton/temporal_code.h"

namespace limn {
namespace {

void fill(const NetworkSpec& spec, uint64_t seed, std::map<std::string, TensorBlob>& weights) {
  Random random(seed, "random_model." + spec.name);
  for (const auto& [name, shape] : spec.parameters()) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    const bool one = name.ends_with(".norm.weight") || name.ends_with(".norm.variance");
    std::vector<float> values(static_cast<size_t>(count), one ? 1.0f : 0.0f);
    const double deviation = std::sqrt(2.0 * static_cast<double>(shape[0]) / static_cast<double>(count));
    if (shape.size() > 1)
      for (float& value : values) value = static_cast<float>(random.normal(0, deviation));
    weights[spec.name + "." + name] = TensorBlob::from_f32(shape, values.data());
  }
}

}  // namespace

ModelFile random_model(const Skeleton& skeleton, const std::string& grouping, ArchitectureOptions options,
                       uint64_t seed) {
  options.channels = skeleton.grouping(grouping).channels();
  options.keypoints = skeleton.joint_count();
  options.lifter_inputs = lifter_input_size(skeleton, options.bone_depths);
  options.lifter_outputs = lifter_output_size(skeleton);
  ModelFile model;
  model.skeleton = skeleton;
  model.grouping = grouping;
  model.image_size = options.image_size;
  model.image_to_skeleton = image_to_skeleton_spec(options);
  model.skeleton_to_pose = skeleton_to_pose_spec(options);
  model.lifter = lifter_spec(options);
  for (const NetworkSpec* spec : {&model.image_to_skeleton, &model.skeleton_to_pose, &model.lifter})
    fill(*spec, seed, model.weights);
  model.info["training"] = "none: random weights";
  return model;
}

void add_random_temporal_lifter(ModelFile& model, TemporalArchitecture options, double step_s, uint64_t seed) {
  options.features = temporal_frame_size(model.skeleton, model.reads_bone_depths());
  options.outputs = lifter_output_size(model.skeleton);
  model.temporal_lifter = temporal_lifter_spec(options);
  model.temporal_step_s = step_s;
  fill(*model.temporal_lifter, seed, model.weights);
}

}  // namespace limn
