#include "limn/train/person_options.h"

namespace limn {

void PersonTrainOptions::describe(FieldList& f) {
  const double many = 1e9;
  f.add("run.name", name, "the run is written to <runs>/<name>N");
  f.add("run.runs", runs, "folder of all runs");
  f.add("run.seed", seed, 0, many, "the same seed gives the same weights");
  f.add("run.device", device, "auto, cpu or cuda:N");
  f.add("run.precision", precision, {"auto", "float32", "bfloat16"},
        "of the convolutions; auto: bfloat16 where the processor has AMX and gains by it");
  f.add("run.threads", threads, 0, 1024, "threads of the arithmetic; 0: all cores but the data workers");
  f.add("run.verbosity", verbosity, {"none", "rich", "json"}, "what is printed while training");

  f.add("schedule.steps", steps, 1, many, "batches");
  f.add("schedule.batch", batch, 1, 4096, "frames a batch");
  f.add("schedule.learning_rate", learning_rate, 0, 1e30, "of Muon (hidden layers) and Adam (the rest), after warm-up");
  f.add("schedule.warmup_steps", warmup_steps, 0, many, "linear rise of the rate");
  f.add("schedule.final_rate", final_rate, 0, 1, "the cosine falls to this share of the rate");
  f.add("schedule.gradient_clip", gradient_clip, 1e-6, 1e9, "largest norm of the gradient");
  f.add("schedule.ema_decay", ema_decay, 0, 1, "moving average of the weights; the average is released");

  f.add("network.width", width, 4, 256, "channels at half size; 2, 3, 6 and 10 times as many at each further halving");
  f.add("network.longer_side", longer_side, 64, 2048, "of the frames, px; they are as high as wide, or 5/8 as much");

  f.add("scenes.empty", scenes.empty, 0, 1, "share of frames without people");
  f.add("scenes.most_people", scenes.most_people, 1, 100, "people in the others, at most");
  f.add("scenes.smallest_px", scenes.smallest_px, 4, 1024, "longer side of the smallest person's box, px of the frame");
  f.add("scenes.largest", scenes.largest, 0.1, 10, "of the largest, share of the frame's longer side");
  f.add("scenes.photograph", scenes.photograph, 0, 1, "share of frames before a photograph of synth.backgrounds");
  f.add("scenes.hidden", scenes.hidden, 0, 1, "share of frames with flat things in front of people or behind them");
  f.add("scenes.cutout_px", scenes.cutout_px, 32, 1024, "size of the renders that people are cut from");
  f.add("scenes.pool", scenes.pool, 1, 1e6, "people in use at a time");
  f.add("scenes.frames_a_render", scenes.scenes_a_render, 1, 1e6, "frames for each new person");

  f.add("data.workers", workers, 1, 256, "threads that make batches");
  f.add("data.queue", queue, 1, 1024, "batches made ahead");
  limn::describe(synth, f);
  limn::describe(folders, f);

  f.add("loss.centre", loss_centre, 0, 1e6, "focal loss of where people's middles are");
  f.add("loss.box", loss_box, 0, 1e6, "place and size of the box, near the middles");

  f.add("record.log_every", log_every, 1, many, "steps between rows of results.csv");
  f.add("record.validate_every", validate_every, 1, many, "steps between measurements on held-out synthetic frames");
  f.add("record.validation_scenes", validation_scenes, 8, 100000, "held-out synthetic frames");
  f.add("record.checkpoint_every", checkpoint_every, 1, many, "steps between checkpoints");
  f.add("record.tensorboard", tensorboard, "write TensorBoard events");
}

}  // namespace limn
