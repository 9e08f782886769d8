#include "limn/train/person_options.h"

namespace limn {

void PersonTrainOptions::describe(FieldList& f) {
  describe_run(f);
  f.add("run.start_from", start_from, "weight file to start from, of the same network; empty: from nothing");

  f.add("schedule.steps", steps, 1, many, "batches");
  f.add("schedule.batch", batch, 1, 4096, "frames a batch");
  f.add("schedule.learning_rate", learning_rate, 0, 1e30, "of Muon (hidden layers) and Adam (the rest), after warm-up");
  describe_rate(f);

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

  describe_workers(f);
  limn::describe(synth, f);
  limn::describe(folders, f);

  f.add("loss.centre", loss_centre, 0, 1e6, "focal loss of where people's middles are");
  f.add("loss.box", loss_box, 0, 1e6, "place and size of the box, near the middles");

  describe_records(f, "held-out synthetic frames");
  f.add("record.validation_scenes", validation_scenes, 8, 100000, "held-out synthetic frames");
}

}  // namespace limn
