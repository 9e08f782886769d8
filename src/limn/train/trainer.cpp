#include "limn/train/trainer.h"

#include <torch/torch.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/losses/adversarial.h"
#include "limn/media/image_file.h"
#include "limn/train/adam.h"
#include "limn/train/device.h"
#include "limn/train/sample_sheet.h"
#include "limn/train/schedule.h"
#include "limn/train/self_training.h"
#include "limn/train/sharing.h"

namespace limn {
namespace {

constexpr int mean_pose_samples = 2000;

std::map<std::string, double> as_figures(const ValidationResult& r, const std::string& prefix) {
  return {{prefix + "pck@0.2", r.pck},
          {prefix + "flip_rate", r.flip_rate},
          {prefix + "mpjpe_mm", r.mpjpe_mm},
          {prefix + "pa_mpjpe_mm", r.pa_mpjpe_mm},
          {prefix + "joint_angle_deg", r.joint_angle_deg}};
}

}  // namespace

Trainer::Trainer(TrainOptions options, const Skeleton& skeleton, const TrainingPeople& people, const RealPairs* real,
                 std::filesystem::path run_folder, ProcessGroup* group)
    : options_(std::move(options)),
      device_(device_from_name(options_.device, group ? group->local_rank() : 0)),
      skeleton_(skeleton),
      people_(people),
      real_(real),
      folder_(std::move(run_folder)),
      group_(group),
      state_(skeleton_, options_, device_),
      held_out_(skeleton_, people_.held_out, people_.all, leads() ? options_.validation_samples : 0) {
  state_.cycle.share_statistics(group_);
  state_.discriminator.share_statistics(group_);
}

void Trainer::start_from(const std::filesystem::path& model) {
  const ModelFile file = ModelFile::load(model);
  require(file.grouping == options_.grouping, ErrorKind::model, "the weights draw other channels",
          model.string() + ": " + file.grouping, "set network.grouping to the one they were trained with");
  for (Cycle* cycle : {&state_.cycle, &state_.average}) cycle->read_model(file, model.string());
}

void Trainer::resume(const std::filesystem::path& checkpoint) { load_checkpoint(checkpoint, state_); }

BatchSizes Trainer::sizes_at(int64_t step) const {
  if (step >= options_.picture_steps()) return {0, 0, options_.batch_lifter, false};
  const bool mixed = step >= options_.pretrain_steps;
  return {options_.batch_synthetic, mixed ? options_.batch_real : 0, options_.batch_poses,
          options_.loss_reconstruction > 0 && (mixed || step >= options_.paint_from)};
}

double Trainer::rate_at(int64_t step) const {
  // The lifter alone begins anew.
  const int64_t pictures = options_.picture_steps();
  if (step < pictures) return rate_share(step, pictures, options_.warmup_steps, options_.final_rate);
  return rate_share(step - pictures, options_.lifter_steps, options_.warmup_steps, options_.final_rate);
}

BatchShare Trainer::share() const { return group_ ? BatchShare{group_->rank(), group_->size()} : BatchShare{}; }

void Trainer::begin() {
  if (group_) {
    require_same_run(configuration(), state_.step, *group_);
    folder_ = group_->of_first(folder_.string());
    broadcast(state_.cycle.networks(), *group_);
    broadcast(state_.average.networks(), *group_);
    broadcast({{"", &state_.discriminator}}, *group_);
  }
  if (!leads()) return;
  records_ = std::make_unique<RunRecords>(folder_, options_, state_.step, options_.total_steps());
}

void Trainer::run(const std::atomic<bool>& stop) {
  begin();
  try {
    train_to_the_end(stop);
  } catch (const Error& failure) {
    if (group_ == nullptr || !group_->broken()) throw;
    leave_lost_rank(failure.where());
  }
}

void Trainer::train_to_the_end(const std::atomic<bool>& stop) {
  BatchQueue queue(
      [this](int64_t step) { return make_batch(people_, real_, sizes_at(step), options_.seed, step, share()); },
      state_.step, options_.total_steps(), options_.workers, options_.queue);

  while (state_.step < options_.total_steps()) {
    if (group_) before_step_ = running_statistics(state_);
    if (on_any_rank(stop, group_)) {
      if (leads()) checkpoint();
      if (group_) group_->meet();  // a launcher ends the others when one goes
      throw Error(ErrorKind::interrupted, "stopped at step " + std::to_string(state_.step), folder_.string(),
                  "continue with: limn train --resume " + folder_.string());
    }
    train_step(queue.next().to(device_));
    const int64_t done = ++state_.step;
    if (!leads()) continue;
    const bool last = done == options_.total_steps();
    if (done % options_.log_every == 0 || last) record(done, queue);
    if (done % options_.validate_every == 0 || last) validate();
    if (done % options_.sheet_every == 0 || last) write_sheet();
    if (done % options_.checkpoint_every == 0 || last) checkpoint();
    if (done == options_.pretrain_steps && !last) save_weights("stage_one.safetensors");
  }
}

void Trainer::give_lesson(Batch& batch) {
  const int64_t n = batch.synthetic, real = batch.image.size(0) - n;
  const auto last = [&](const torch::Tensor& t) { return t.narrow(0, n, real); };
  const torch::Tensor appearance = batch.appearance.defined() ? last(batch.appearance) : batch.appearance;
  const Lesson lesson = prepare_lesson(state_.average, last(batch.image), appearance, {}, options_.seed, batch.first_real);
  last(batch.image).copy_(lesson.image);
  if (appearance.defined()) appearance.copy_(lesson.appearance);
  batch.taught = lesson.keypoints;
}

void Trainer::train_step(Batch batch) {
  if (!batch.image.defined()) {
    train_lifter(batch);
    return;
  }
  if (batch.image.size(0) > batch.synthetic && options_.loss_teacher > 0) give_lesson(batch);
  const CycleProducts products = batch.appearance.defined()
                                     ? state_.cycle.forward(batch.image, batch.appearance, batch.camera, true)
                                     : state_.cycle.analyse(batch.image, batch.camera, true);
  const Objectives objectives = compute_objectives(context(), products, batch);
  const bool criticised = batch.image.size(0) > batch.synthetic && options_.loss_adversarial > 0;
  state_.cycle.reset_gradients(batch.appearance.defined());
  find_gradient(objectives, batch);
  if (criticised) find_discriminator_gradient(products, batch);
  descend(batch.step);
  if (criticised) descend_discriminator(batch.step);
  // Early on the average must not remember the initial weights for long.
  state_.average.move_towards(state_.cycle, std::min(options_.ema_decay, (1.0 + batch.step) / (10.0 + batch.step)));
}

void Trainer::train_lifter(const Batch& batch) {
  const Objectives objectives = lifter_objectives(context(), batch);
  state_.cycle.reset_lifter_gradient();
  find_gradient(objectives, batch);
  descend(batch.step);
  state_.average.lifter_network.move_towards(state_.cycle.lifter_network, options_.ema_decay);
}

ObjectiveContext Trainer::context() {
  return {options_, state_.cycle, state_.average, state_.discriminator, state_.perceptual, group_};
}

void Trainer::find_gradient(const Objectives& objectives, const Batch& batch) {
  std::map<std::string, double> values = values_of(objectives, group_);
  if (!std::isfinite(values.at(""))) fail_not_finite(values, batch);
  objectives.total.backward();
  average_gradients(state_.cycle.parameters(), group_);
  for (const auto& [name, value] : values) means_.add(name.empty() ? "loss" : "loss_" + name, value);
}

void Trainer::descend(int64_t step) {
  means_.add("gradient_norm", torch::nn::utils::clip_grad_norm_(state_.cycle.parameters(), options_.gradient_clip));
  const double rate = options_.learning_rate * rate_at(step);
  if (state_.muon) state_.muon->step(rate);
  set_rate(*state_.optimiser, rate);
  state_.optimiser->step();
}

void Trainer::find_discriminator_gradient(const CycleProducts& products, const Batch& batch) {
  const int64_t real = batch.image.size(0) - batch.synthetic;
  torch::Tensor drawn;
  {
    torch::NoGradGuard no_grad;
    drawn = state_.cycle.draw(batch.drawn_uv);
  }
  const torch::Tensor predicted = products.skeleton_image.narrow(0, batch.synthetic, real);
  const torch::Tensor loss = discriminator_loss(state_.discriminator, drawn, predicted);
  state_.discriminator.reset_gradient(true);  // also drops what the generator's pass left there
  loss.backward();
  average_gradients({state_.discriminator.parameters()}, group_);
  means_.add("loss_discriminator", mean_over_ranks(loss.detach(), group_).item<double>());
}

void Trainer::descend_discriminator(int64_t step) {
  set_rate(*state_.discriminator_optimiser, options_.discriminator_rate * rate_at(step));
  state_.discriminator_optimiser->step();
}

void Trainer::record(int64_t step, const BatchQueue& queue) {
  const BatchSizes sizes = sizes_at(step - 1);
  const bool lifts = step > options_.picture_steps();
  const int64_t count = share().ranks * (lifts ? sizes.poses : sizes.synthetic + sizes.real);
  records_->trained(step, means_, queue.waited(), lifts ? "poses" : "images", count);
}

void Trainer::validate() {
  const ValidationResult result = held_out_.measure(state_.average, device_);
  std::map<std::string, double> figures = as_figures(result, "");
  if (state_.step == options_.total_steps())
    figures.merge(as_figures(held_out_.measure_mean_pose(mean_pose_samples, options_.seed), "mean_pose_"));
  records_->held_out(state_.step, "held-out synthetic people", figures);
  if (result.mpjpe_mm < state_.best_mpjpe) {
    state_.best_mpjpe = result.mpjpe_mm;
    state_.average.to_model().save(folder_ / "weights" / "best.safetensors");
  }
}

void Trainer::write_sheet() {
  const Image sheet = sample_sheet(state_.average, held_out_.samples(), real_, options_.seed, device_);
  const std::string png = encode_png(sheet);
  write_file_atomic(folder_ / "sheets" / ("step" + std::to_string(state_.step) + ".png"), png);
  records_->image(state_.step, "cycle", sheet.width, sheet.height, png);
}

void Trainer::checkpoint() {
  save_checkpoint(folder_ / "checkpoint.safetensors", state_, configuration());
  save_weights("last.safetensors");
}

void Trainer::save_weights(const std::string& name) {
  ModelFile model = state_.average.to_model();
  model.info["steps"] = std::to_string(state_.step);
  model.info["configuration"] = configuration();
  model.save(folder_ / "weights" / name);
}

std::string Trainer::configuration() const {
  TrainOptions copy = options_;
  FieldList fields;
  copy.describe(fields);
  return dump_config(fields);
}

void Trainer::fail_not_finite(const std::map<std::string, double>& values, const Batch& batch) {
  const std::filesystem::path failed = folder_ / "failed.safetensors";
  if (leads()) save_checkpoint(failed, state_, configuration());
  if (group_) group_->meet();
  std::string terms;
  for (const auto& [name, value] : values)
    if (!name.empty() && !std::isfinite(value)) terms += (terms.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::model, "the loss is not finite: " + terms,
              "step " + std::to_string(batch.step) + ", seed " + std::to_string(options_.seed),
              "replay the batch with: limn train --resume " + failed.string() +
                  "; a smaller schedule.learning_rate often helps");
}

void Trainer::leave_lost_rank(const std::string& reason) {
  if (leads()) {
    restore(state_, before_step_);
    checkpoint();
  }
  throw Error(ErrorKind::model, "a rank was lost after step " + std::to_string(state_.step), reason,
              (leads() ? "a checkpoint is written; start" : "start") +
                  (" all ranks again with: limn train --resume " + folder_.string()));
}

}  // namespace limn
