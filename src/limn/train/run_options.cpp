#include "limn/train/run_options.h"

namespace limn {

void RunOptions::describe_run(FieldList& f, const std::vector<std::string>& precisions) {
  f.add("run.name", name, "the run is written to <runs>/<name>N");
  f.add("run.runs", runs, "folder of all runs");
  f.add("run.seed", seed, 0, many, "the same seed gives the same weights");
  f.add("run.device", device, "auto, cpu or cuda:N");
  f.add("run.precision", precision, precisions,
        "of the convolutions, if any; auto: bfloat16 where the processor has AMX or AVX512_BF16 and gains by it");
  f.add("run.threads", threads, 0, 1024, "threads of the arithmetic; 0: all cores but the data workers");
  f.add("run.verbosity", verbosity, {"none", "rich", "json"}, "what is printed while training");
}

void RunOptions::describe_rate(FieldList& f) {
  f.add("schedule.warmup_steps", warmup_steps, 0, many, "linear rise of the rate");
  f.add("schedule.final_rate", final_rate, 0, 1, "the cosine falls to this share of the rate");
  f.add("schedule.gradient_clip", gradient_clip, 1e-6, 1e9, "largest norm of the gradient");
  f.add("schedule.ema_decay", ema_decay, 0, 1, "moving average of the weights; the average is released");
}

void RunOptions::describe_workers(FieldList& f) {
  f.add("data.workers", workers, 1, 256, "threads that make batches");
  f.add("data.queue", queue, 1, 1024, "batches made ahead");
}

void RunOptions::describe_records(FieldList& f, const std::string& whom) {
  f.add("record.log_every", log_every, 1, many, "steps between rows of results.csv");
  f.add("record.validate_every", validate_every, 1, many, "steps between measurements on " + whom);
  f.add("record.checkpoint_every", checkpoint_every, 1, many, "steps between checkpoints");
  f.add("record.tensorboard", tensorboard, "write TensorBoard events");
}

}  // namespace limn
