#include "limn/train/person_trainer.h"

#include <torch/torch.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/base/ordered_queue.h"
#include "limn/evaluate/detection.h"
#include "limn/losses/person.h"
#include "limn/network/architectures.h"
#include "limn/network/person_network.h"
#include "limn/train/adam.h"
#include "limn/train/batch.h"
#include "limn/train/device.h"
#include "limn/train/network_checkpoint.h"
#include "limn/train/schedule.h"

namespace limn {
namespace {

constexpr const char* checkpoint_version = "person-1";
constexpr float usual_threshold = 0.4f;
constexpr float rare = -2.2f;  // logit of a centre before training: a tenth, as in focal loss

torch::Tensor normalised(const torch::Tensor& bytes, torch::Device device) {
  const torch::Tensor image = bytes.to(device).to(torch::kFloat32).div_(255.0);
  return image.sub_(input_mean).div_(input_deviation).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor plane_tensor(const std::vector<PersonTargets>& targets, std::vector<float> PersonTargets::*field,
                           int64_t channels) {
  const int64_t h = targets.at(0).height, w = targets[0].width, count = static_cast<int64_t>(targets.size());
  torch::Tensor planes = torch::empty({count, channels, h, w});
  for (int64_t n = 0; n < count; ++n)
    std::copy((targets[n].*field).begin(), (targets[n].*field).end(), planes.data_ptr<float>() + n * channels * h * w);
  return planes;
}

TensorFile read_person_checkpoint(const std::filesystem::path& path) {
  return read_network_checkpoint(path, checkpoint_version, "a person network's training",
                                 "resume from a run's checkpoint.safetensors; pose networks resume without --network person");
}

}  // namespace

FrameSize frame_size(int longer_side, uint64_t seed, int64_t step) {
  const auto multiple = [](double px) { return std::max(32, static_cast<int>(std::lround(px / 32)) * 32); };
  const int longer = multiple(longer_side), shorter = multiple(0.625 * longer_side),
            square = multiple(0.79 * longer_side);
  switch (Random(seed, "train.frame_size", static_cast<uint64_t>(step)).integer(4)) {
    case 0:
      return {shorter, longer};
    case 1:
      return {square, square};
    default:
      return {longer, shorter};  // films lie more often than they stand
  }
}

PersonBatch make_person_batch(const PersonScenes& scenes, const PersonTrainOptions& options, int64_t step) {
  const FrameSize size = frame_size(options.longer_side, options.seed, step);
  std::vector<PersonScene> frames;
  std::vector<const Image*> images;
  std::vector<PersonTargets> targets;
  for (int i = 0; i < options.batch; ++i)
    frames.push_back(scenes.scene(options.seed, step * options.batch + i, size.width, size.height));
  for (const PersonScene& frame : frames) {
    images.push_back(&frame.image);
    targets.push_back(encode_people(frame.people, frame.ignored, size.width, size.height));
  }
  return {step,
          stack_images(images),
          plane_tensor(targets, &PersonTargets::centre, 1),
          plane_tensor(targets, &PersonTargets::centre_weight, 1),
          plane_tensor(targets, &PersonTargets::box, person_box_values),
          plane_tensor(targets, &PersonTargets::box_weight, 1)};
}

PersonTrainer::PersonTrainer(PersonTrainOptions options, const PersonScenes& scenes, const PersonScenes& held_out,
                             std::filesystem::path run_folder)
    : options_(std::move(options)),
      device_(device_from_name(options_.device)),
      scenes_(scenes),
      held_out_(held_out),
      folder_(std::move(run_folder)),
      network_(person_spec(options_.width, options_.longer_side, options_.longer_side), options_.seed, device_),
      average_(network_.frozen_copy()),
      muon_({{"person", &network_}}),
      adam_(make_adam({network_.others()}, 0.9, 0.999)) {
  const torch::ScalarType precision = precision_from_name(options_.precision, device_);
  network_.set_arithmetic(precision);
  average_.set_arithmetic(precision);
  torch::NoGradGuard no_grad;
  for (const Network* network : {&network_, &average_}) {
    torch::Tensor bias = network->tensors().at("centre.bias");
    bias.fill_(rare);
  }
}

PersonTrainer::~PersonTrainer() = default;

void PersonTrainer::start_from(const PersonFile& other, const std::string& origin) {
  TensorFile weights;
  weights.tensors = other.weights;
  for (Network* network : {&network_, &average_}) network->read_from(weights, "person.", origin);
}

void PersonTrainer::run(const std::atomic<bool>& stop) {
  records_ = std::make_unique<RunRecords>(folder_, options_, step_, options_.steps);
  OrderedQueue<PersonBatch> queue([this](int64_t step) { return make_person_batch(scenes_, options_, step); }, step_,
                                  options_.steps, options_.workers, options_.queue);
  while (step_ < options_.steps) {
    if (stop) {
      checkpoint();
      throw Error(ErrorKind::interrupted, "stopped at step " + std::to_string(step_), folder_.string(),
                  "continue with: limn train --network person --resume " + folder_.string());
    }
    train_step(queue.next());
    ++step_;
    const bool last = step_ == options_.steps;
    if (step_ % options_.log_every == 0 || last)
      records_->trained(step_, means_, queue.waited(), "images", options_.batch);
    if (step_ % options_.validate_every == 0 || last) validate();
    if (step_ % options_.checkpoint_every == 0 || last) checkpoint();
  }
}

void PersonTrainer::train_step(const PersonBatch& batch) {
  const std::vector<torch::Tensor> maps = network_.forward({normalised(batch.image, device_)}, true);
  const torch::Tensor centre = person_centre_loss(maps[0], batch.centre.to(device_), batch.centre_weight.to(device_));
  const torch::Tensor box = person_box_loss(maps[1], batch.box.to(device_), batch.box_weight.to(device_));
  const torch::Tensor loss = options_.loss_centre * centre + options_.loss_box * box;
  if (!std::isfinite(loss.item<double>()))
    throw Error(ErrorKind::model, "the loss is not finite",
                "step " + std::to_string(batch.step) + ", seed " + std::to_string(options_.seed),
                "a smaller schedule.learning_rate often helps");
  network_.reset_gradient(true);
  loss.backward();
  const double norm = torch::nn::utils::clip_grad_norm_({network_.parameters()}, options_.gradient_clip);
  const double rate =
      options_.learning_rate * rate_share(batch.step, options_.steps, options_.warmup_steps, options_.final_rate);
  muon_.step(rate);
  set_rate(*adam_, rate);
  adam_->step();
  // Early on the average must not remember the initial weights for long.
  average_.move_towards(network_, std::min(options_.ema_decay, (1.0 + batch.step) / (10.0 + batch.step)));
  means_.add("loss", loss.item<double>());
  means_.add("loss_centre", centre.item<double>());
  means_.add("loss_box", box.item<double>());
  means_.add("gradient_norm", norm);
}

void PersonTrainer::validate() {
  torch::NoGradGuard no_grad;
  DetectionScore score;
  for (int i = 0; i < options_.validation_scenes; ++i) {
    const FrameSize size = frame_size(options_.longer_side, options_.seed + 1, i);
    const PersonScene scene = held_out_.scene(options_.seed + 1, i, size.width, size.height);
    const std::vector<torch::Tensor> maps =
        average_.forward({normalised(stack_images({&scene.image}), device_)}, false);
    const torch::Tensor centre = maps[0].cpu().contiguous(), box = maps[1].cpu().contiguous();
    const FeatureShape shape{1, static_cast<int>(centre.size(2)), static_cast<int>(centre.size(3))};
    const auto values = [](const torch::Tensor& t) {
      return std::span<const float>(t.data_ptr<float>(), static_cast<size_t>(t.numel()));
    };
    score.add(decode_people(shape, values(centre), values(box), 0.05f), scene.people, scene.ignored);
  }
  records_->held_out(step_, "held-out synthetic frames",
                     {{"ap50", score.average_precision()},
                      {"recall", score.recall(usual_threshold)},
                      {"precision", score.precision(usual_threshold)},
                      {"recall_below_40px", score.recall(usual_threshold, 0, 40)},
                      {"recall_40_100px", score.recall(usual_threshold, 40, 100)},
                      {"recall_above_100px", score.recall(usual_threshold, 100)}});
}

void PersonTrainer::checkpoint() {
  save_network_checkpoint(folder_ / "checkpoint.safetensors", checkpoint_version, configuration(),
                          {step_, network_, average_, *adam_, muon_});
  model().save(folder_ / "weights" / "last.safetensors");
}

void PersonTrainer::resume(const std::filesystem::path& path) {
  resume_network(read_person_checkpoint(path), path.string(), {step_, network_, average_, *adam_, muon_});
}

PersonFile PersonTrainer::model() const {
  PersonFile result;
  result.network = average_.spec();
  TensorFile tensors;
  average_.write_to(tensors, "person.");
  result.weights = std::move(tensors.tensors);
  result.info = {{"steps", std::to_string(step_)}, {"configuration", configuration()}};
  return result;
}

std::string PersonTrainer::configuration() const {
  PersonTrainOptions copy = options_;
  FieldList fields;
  copy.describe(fields);
  return dump_config(fields);
}

std::string person_checkpoint_configuration(const std::filesystem::path& path) {
  return read_person_checkpoint(path).metadata.at("limn.configuration");
}

}  // namespace limn
