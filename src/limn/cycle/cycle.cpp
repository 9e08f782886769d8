#include "limn/cycle/cycle.h"

#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/cycle/draw.h"
#include "limn/cycle/repaint.h"
#include "limn/skeleton/pose_code.h"

namespace limn {
namespace {

CycleOptions completed(CycleOptions options, const Skeleton& skeleton) {
  options.architecture.channels = skeleton.grouping(options.grouping).channels();
  options.architecture.keypoints = skeleton.joint_count();
  options.architecture.lifter_inputs = lifter_input_size(skeleton, options.architecture.bone_depths);
  options.architecture.lifter_outputs = lifter_output_size(skeleton);
  return options;
}

/// The one list of the networks, for a cycle that may change and for one that may not.
template <class N, class C>
std::map<std::string, N*> networks_of(C& cycle) {
  return {{"image_to_skeleton", &cycle.image_to_skeleton_network},
          {"orientation", &cycle.orientation_network},
          {"skeleton_to_pose", &cycle.skeleton_to_pose_network},
          {"lifter", &cycle.lifter_network},
          {"repaint", &cycle.repaint_network}};
}

}  // namespace

Cycle::Cycle(const Skeleton& skeleton, CycleOptions options, uint64_t seed, torch::Device device)
    : skeleton_(skeleton),
      options_(completed(std::move(options), skeleton)),
      plan_(skeleton, skeleton.grouping(options_.grouping)) {
  const ArchitectureOptions& architecture = options_.architecture;
  image_to_skeleton_network = Network(image_to_skeleton_spec(architecture), seed, device);
  orientation_network = Network(orientation_spec(architecture), seed, device);
  skeleton_to_pose_network = Network(skeleton_to_pose_spec(architecture), seed, device);
  lifter_network = Network(lifter_spec(architecture), seed, device);
  repaint_network = Network(repaint_spec(architecture), seed, device);
  if (!architecture.bone_depths) return;
  torch::NoGradGuard no_grad;  // nothing is known of depths at first
  image_to_skeleton_network.tensors().at("bone_depths.weight").zero_();
}

CycleProducts Cycle::analyse(const torch::Tensor& image, const CameraTensors& camera, bool training) const {
  CycleProducts out;
  ImageReading reading = image_to_skeleton(image_to_skeleton_network, orientation_network, image, training);
  out.skeleton_image = reading.skeleton_image;
  out.orientation = reading.orientation;
  out.bone_depth_maps = reading.bone_depth_maps;
  const torch::Tensor seen = options_.strict ? out.skeleton_image.detach() : out.skeleton_image;
  out.pose2d = skeleton_to_pose(skeleton_to_pose_network, seen, training);
  torch::Tensor depths;
  if (out.bone_depth_maps.defined())
    depths = read_at_keypoints(options_.strict ? out.bone_depth_maps.detach() : out.bone_depth_maps, out.pose2d);
  out.pose3d = lift(lifter_network, skeleton_, out.pose2d.xy, out.pose2d.confidence, depths, training);
  out.reprojected = reproject(out.pose3d.joints, out.pose3d.root_uv, out.pose3d.scale, camera);
  return out;
}

CycleProducts Cycle::forward(const torch::Tensor& image, const torch::Tensor& appearance, const CameraTensors& camera,
                             bool training) const {
  CycleProducts out = analyse(image, camera, training);
  out.drawing = draw(out.reprojected);
  out.reconstruction = repaint(repaint_network, out.drawing, appearance, training);
  return out;
}

torch::Tensor Cycle::draw(const torch::Tensor& joints) const {
  const int size = options_.architecture.image_size / 2;
  return draw_skeleton(plan_, joints, size, size, options_.sigma_px, options_.profile);
}

std::map<std::string, Network*> Cycle::networks() { return networks_of<Network>(*this); }

std::map<std::string, const Network*> Cycle::networks() const { return networks_of<const Network>(*this); }

std::vector<torch::Tensor> Cycle::parameters() const {
  std::vector<torch::Tensor> result;
  for (const auto& [name, network] : networks()) result.push_back(network->parameters());
  return result;
}

void Cycle::reset_gradients(bool repaints) {
  for (auto& [name, network] : networks()) network->reset_gradient(name != "repaint" || repaints);
}

void Cycle::reset_lifter_gradient() {
  for (auto& [name, network] : networks()) network->reset_gradient(network == &lifter_network);
}

void Cycle::set_arithmetic(torch::ScalarType type) {
  for (auto& [name, network] : networks()) network->set_arithmetic(type);
}

void Cycle::share_statistics(Ranks* ranks) {
  for (auto& [name, network] : networks()) network->share_statistics(ranks);
}

Cycle Cycle::frozen_copy() const {
  Cycle copy = *this;
  for (auto& [name, network] : copy.networks()) *network = network->frozen_copy();
  return copy;
}

void Cycle::move_towards(const Cycle& other, double decay) {
  const auto others = other.networks();
  for (auto& [name, network] : networks()) network->move_towards(*others.at(name), decay);
}

ModelFile Cycle::to_model() const {
  ModelFile model;
  model.skeleton = skeleton_;
  model.grouping = options_.grouping;
  model.image_size = options_.architecture.image_size;
  model.sigma_px = options_.sigma_px;
  model.profile = options_.profile == Profile::gaussian ? "gaussian" : "exponential";
  model.image_to_skeleton = image_to_skeleton_network.spec();
  model.skeleton_to_pose = skeleton_to_pose_network.spec();
  model.lifter = lifter_network.spec();
  TensorFile weights;
  image_to_skeleton_network.write_to(weights, "image_to_skeleton.");
  skeleton_to_pose_network.write_to(weights, "skeleton_to_pose.");
  lifter_network.write_to(weights, "lifter.");
  model.weights = std::move(weights.tensors);
  return model;
}

void Cycle::read_model(const ModelFile& model, const std::string& origin) {
  require(model.skeleton.same_structure(skeleton_), ErrorKind::model, "the weights belong to another skeleton", origin,
          "train with the skeleton that the weights were made for");
  TensorFile weights;
  weights.tensors = model.weights;
  if (options_.architecture.bone_depths && !model.reads_bone_depths()) add_bone_depths(model, weights);
  image_to_skeleton_network.read_from(weights, "image_to_skeleton.", origin);
  skeleton_to_pose_network.read_from(weights, "skeleton_to_pose.", origin);
  NetworkSpec lifter = model.lifter;
  if (options_.architecture.bone_depths) lifter.inputs = lifter_network.spec().inputs;
  if (lifter.parameters() == lifter_network.spec().parameters()) lifter_network.read_from(weights, "lifter.", origin);
}

void Cycle::add_bone_depths(const ModelFile& model, TensorFile& weights) const {
  for (const char* name : {"bone_depths.weight", "bone_depths.bias"})
    weights.tensors[std::string("image_to_skeleton.") + name] =
        blob_from_tensor(torch::zeros_like(image_to_skeleton_network.tensors().at(name)));
  TensorBlob& first = weights.tensors.at("lifter." + model.lifter.layers.at(0).name + ".weight");
  first = blob_from_tensor(torch::constant_pad_nd(tensor_from_blob(first), {0, skeleton_.joint_count()}));
}

CameraTensors weak_cameras(int64_t batch, torch::Device device) {
  return {torch::zeros({batch}, device), torch::zeros({batch, 2}, device), torch::eye(3, device).repeat({batch, 1, 1})};
}

}  // namespace limn
