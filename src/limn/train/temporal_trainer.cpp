#include "limn/train/temporal_trainer.h"

#include <torch/torch.h>

#include <cmath>
#include <numbers>

#include "limn/base/error.h"
#include "limn/base/ordered_queue.h"
#include "limn/cycle/reproject.h"
#include "limn/cycle/rotation.h"
#include "limn/losses/keypoints.h"
#include "limn/losses/pose3d.h"
#include "limn/network/architectures.h"
#include "limn/skeleton/temporal_code.h"
#include "limn/train/adam.h"
#include "limn/train/device.h"
#include "limn/train/network_checkpoint.h"
#include "limn/train/schedule.h"

namespace limn {
namespace {

constexpr const char* checkpoint_version = "temporal-1";
constexpr const char* info_prefix = "temporal_";  // of what a model's file says of this training

TensorFile read_temporal_checkpoint(const std::filesystem::path& path) {
  return read_network_checkpoint(path, checkpoint_version, "a temporal lifter's training",
                                 "resume from a run's checkpoint.safetensors");
}

NetworkSpec spec_of(const ModelFile& model, const TemporalTrainOptions& options) {
  require(options.frames % 2 == 1, ErrorKind::usage, "a window needs a middle frame",
          "network.frames = " + std::to_string(options.frames), "choose an odd number");
  return temporal_lifter_spec({.frames = options.frames,
                               .features = temporal_frame_size(model.skeleton, model.reads_bone_depths()),
                               .outputs = lifter_output_size(model.skeleton),
                               .width = options.width,
                               .blocks = options.blocks});
}

/// [S L], 1 where somebody was seen.
torch::Tensor seen_frames(const KeypointClips& clips) {
  return (std::get<0>(clips.confidence.max(2)) > 0).to(torch::kFloat32);
}

/// Numbers [.] of the frames, end to end, that are seen.
torch::Tensor seen_index(const torch::Tensor& seen) { return seen.flatten().nonzero().flatten(); }

/// joints [S*L J 3] -> mean distance of their ways between frames that are both seen.
torch::Tensor velocity_loss(const torch::Tensor& joints, const torch::Tensor& truth, const torch::Tensor& seen) {
  const int64_t clips = seen.size(0), frames = seen.size(1);
  const auto ways = [&](const torch::Tensor& of) {
    const torch::Tensor clip = of.view({clips, frames, -1, 3});
    return clip.narrow(1, 1, frames - 1) - clip.narrow(1, 0, frames - 1);
  };
  const torch::Tensor both = seen.narrow(1, 1, frames - 1) * seen.narrow(1, 0, frames - 1);
  const torch::Tensor distance = ((ways(joints) - ways(truth)).pow(2).sum(-1) + 1e-10).sqrt().mean(-1);
  return (distance * both).sum() / both.sum().clamp_min(1);
}

TemporalScore score_of(const Skeleton& skeleton, const Pose3d& pose, const ReadTensors& truth) {
  const torch::Tensor seen = seen_frames(truth.read), index = seen_index(seen);
  const int64_t clips = seen.size(0), frames = seen.size(1);
  TemporalScore score;
  score.mpjpe_mm = 1000 * position_loss(pose.joints.index_select(0, index), truth.joints.index_select(0, index)).item<double>();
  score.joint_angle_deg = 180 / std::numbers::pi *
                          rotation_loss(pose.rotations.index_select(0, index), truth.rotations.index_select(0, index),
                                        rotating_index(skeleton, index.device()))
                              .item<double>();
  if (frames < 3) return score;
  const torch::Tensor clip = pose.joints.view({clips, frames, -1, 3});
  const auto from = [&](const torch::Tensor& of, int64_t first) { return of.narrow(1, first, frames - 2); };
  const torch::Tensor bend = (from(clip, 0) - 2 * from(clip, 1) + from(clip, 2)).norm(2, -1).mean(-1);
  const torch::Tensor all = from(seen, 0) * from(seen, 1) * from(seen, 2);
  score.jitter_mm = 1000 * ((bend * all).sum() / all.sum().clamp_min(1)).item<double>();
  return score;
}

}  // namespace

TemporalTrainer::TemporalTrainer(TemporalTrainOptions options, ModelFile model, const ProceduralPeople& people,
                                 const ReadClips& readings, const ReadClips& held_out,
                                 std::filesystem::path run_folder)
    : options_(std::move(options)),
      device_(device_from_name(options_.device)),
      model_(std::move(model)),
      people_(people),
      noise_(model_.skeleton, readings, options_.step_s),
      held_out_(stack_read_clips(held_out, options_.step_s)),
      folder_(std::move(run_folder)),
      lifter_(model_.lifter, options_.seed, device_),
      network_(spec_of(model_, options_), options_.seed, device_),
      average_(network_.frozen_copy()),
      muon_({{"temporal_lifter", &network_}}),
      adam_(make_adam({network_.others()}, 0.9, 0.999)) {
  held_out_ = held_out_.to(device_);
  TensorFile weights;
  weights.tensors = model_.weights;
  lifter_.read_from(weights, "lifter.", "run.model");
  torch::NoGradGuard no_grad;
  for (const Network* network : {&network_, &average_}) {  // adds nothing at first
    torch::Tensor last = network->tensors().at("correction.weight");
    last.fill_(0);
  }
}

TemporalTrainer::~TemporalTrainer() = default;

void TemporalTrainer::start_from(const ModelFile& other, const std::string& origin) {
  require(other.temporal_lifter.has_value(), ErrorKind::model, "the weights have no temporal lifter", origin,
          "leave run.start_from out");
  require(std::abs(other.temporal_step_s - options_.step_s) < 1e-6, ErrorKind::model,
          "the temporal lifter reads frames otherwise apart", origin + ": " + std::to_string(other.temporal_step_s) + " s",
          "set network.step_s to that");
  for (const auto& [key, value] : other.info)
    if (key.starts_with(info_prefix)) start_info_[key] = value;
  TensorFile weights;
  weights.tensors = other.weights;
  for (Network* network : {&network_, &average_}) network->read_from(weights, "temporal_lifter.", origin);
}

void TemporalTrainer::run(const std::atomic<bool>& stop) {
  records_ = std::make_unique<RunRecords>(folder_, options_, step_, options_.steps);
  if (step_ == 0) validate();
  OrderedQueue<TemporalBatch> queue(
      [this](int64_t step) { return make_temporal_batch(people_, noise_, options_, step); }, step_, options_.steps,
      options_.workers, options_.queue);
  while (step_ < options_.steps) {
    if (stop) {
      checkpoint();
      throw Error(ErrorKind::interrupted, "stopped at step " + std::to_string(step_), folder_.string(),
                  "continue with: limn train --network temporal --resume " + folder_.string());
    }
    train_step(queue.next());
    ++step_;
    const bool last = step_ == options_.steps;
    if (step_ % options_.log_every == 0 || last)
      records_->trained(step_, means_, queue.waited(), "poses", int64_t{options_.batch} * options_.clip_frames);
    if (step_ % options_.validate_every == 0 || last) validate();
    if (step_ % options_.checkpoint_every == 0 && !last) checkpoint();
  }
  checkpoint();
}

void TemporalTrainer::train_step(const TemporalBatch& batch) {
  const PoseTruth truth = batch.truth.to(device_);
  const KeypointClips read = batch.read.to(device_);
  const Pose3d pose = lift_over_time(lifter_, network_, model_.skeleton, read, true).pose;
  const torch::Tensor seen = seen_frames(read), index = seen_index(seen);
  const auto of = [&](const torch::Tensor& t) { return t.index_select(0, index); };
  const torch::Tensor reprojected = reproject(pose.joints, pose.root_uv, pose.scale, truth.camera);
  const torch::Tensor ones = torch::ones_like(of(truth.visibility));
  const std::map<std::string, torch::Tensor> terms = {
      {"positions", options_.loss_positions * position_loss(of(pose.joints), of(truth.joints))},
      {"bone_lengths", options_.loss_bone_lengths *
                           bone_length_loss(model_.skeleton, of(pose.length_codes), of(truth.joints))},
      {"rotations", options_.loss_rotations * rotation_loss(of(pose.rotations), of(truth.rotations),
                                                            rotating_index(model_.skeleton, device_))},
      {"reprojection", options_.loss_reprojection * keypoint_loss(of(reprojected), of(truth.uv), ones)},
      {"velocity", options_.loss_velocity * velocity_loss(pose.joints, truth.joints, seen)}};
  torch::Tensor loss = torch::zeros({}, device_);
  for (const auto& [name, term] : terms) loss = loss + term;
  if (!std::isfinite(loss.item<double>()))
    throw Error(ErrorKind::model, "the loss is not finite",
                "step " + std::to_string(batch.step) + ", seed " + std::to_string(options_.seed),
                "a smaller schedule.learning_rate often helps");
  network_.reset_gradient(true);
  loss.backward();
  const double norm = torch::nn::utils::clip_grad_norm_({network_.parameters()}, options_.gradient_clip);
  const double share = rate_share(batch.step, options_.steps, options_.warmup_steps, options_.final_rate);
  muon_.step(share * options_.learning_rate);
  set_rate(*adam_, share * options_.adam_rate);
  adam_->step();
  average_.move_towards(network_, std::min(options_.ema_decay, (1.0 + batch.step) / (10.0 + batch.step)));
  means_.add("loss", loss.item<double>());
  for (const auto& [name, term] : terms) means_.add("loss_" + name, term.item<double>());
  means_.add("gradient_norm", norm);
}

LiftedClips TemporalTrainer::lifted_held_out() const {
  torch::NoGradGuard no_grad;
  return lift_over_time(lifter_, average_, model_.skeleton, held_out_.read, false);
}

TemporalScore TemporalTrainer::measure() const {
  return score_of(model_.skeleton, lifted_held_out().pose, held_out_);
}

TemporalScore TemporalTrainer::measure_single() const {
  return score_of(model_.skeleton, lifted_held_out().single, held_out_);
}

void TemporalTrainer::validate() {
  const TemporalScore score = measure();
  std::map<std::string, double> figures = {{"mpjpe_mm", score.mpjpe_mm},
                                           {"joint_angle_deg", score.joint_angle_deg},
                                           {"jitter_mm", score.jitter_mm}};
  if (step_ == 0) {
    const TemporalScore single = measure_single();
    figures["single_mpjpe_mm"] = single.mpjpe_mm;
    figures["single_joint_angle_deg"] = single.joint_angle_deg;
    figures["single_jitter_mm"] = single.jitter_mm;
  }
  records_->held_out(step_, "held-out read clips", figures);
}

void TemporalTrainer::checkpoint() {
  save_network_checkpoint(folder_ / "checkpoint.safetensors", checkpoint_version, configuration(),
                          {step_, network_, average_, *adam_, muon_});
  model().save(folder_ / "weights" / "last.safetensors");
}

void TemporalTrainer::resume(const std::filesystem::path& path) {
  resume_network(read_temporal_checkpoint(path), path.string(), {step_, network_, average_, *adam_, muon_});
}

ModelFile TemporalTrainer::model() const {
  ModelFile result = model_;
  result.temporal_lifter = average_.spec();
  result.temporal_step_s = options_.step_s;
  std::erase_if(result.weights, [](const auto& item) { return item.first.starts_with("temporal_lifter."); });
  TensorFile tensors;
  average_.write_to(tensors, "temporal_lifter.");
  result.weights.merge(tensors.tensors);
  std::erase_if(result.info, [](const auto& item) { return item.first.starts_with(info_prefix); });
  result.info.insert(start_info_.begin(), start_info_.end());
  if (step_ == 0 && !start_info_.empty()) return result;  // joined, not trained
  result.info["temporal_steps"] = std::to_string(step_);
  result.info["temporal_configuration"] = configuration();
  return result;
}

std::string TemporalTrainer::configuration() const {
  TemporalTrainOptions copy = options_;
  FieldList fields;
  copy.describe(fields);
  return dump_config(fields);
}

std::string temporal_checkpoint_configuration(const std::filesystem::path& path) {
  return read_temporal_checkpoint(path).metadata.at("limn.configuration");
}

}  // namespace limn
