#include "limn/train/temporal_options.h"

namespace limn {

void TemporalTrainOptions::describe(FieldList& f) {
  describe_run(f, {"float32"});  // it has no convolutions
  f.add("run.model", model, "weight file whose lifter and readings are built on; the run's result is it with the temporal lifter");
  f.add("run.start_from", start_from, "weight file whose temporal lifter is gone on from; empty: from nothing");

  f.add("schedule.steps", steps, 0, many, "batches; 0: the temporal lifter of run.start_from as it is, joined to run.model");
  f.add("schedule.batch", batch, 1, 65536, "clips a batch");
  f.add("schedule.clip_frames", clip_frames, 2, 10000, "frames of a clip, network.step_s apart; each is the middle of a window");
  f.add("schedule.learning_rate", learning_rate, 0, 1e30, "of Muon (hidden layers), after warm-up");
  f.add("schedule.adam_rate", adam_rate, 0, 1e30, "of Adam (the first and the last layer), after warm-up: a window has many inputs");
  describe_rate(f);

  f.add("network.frames", frames, 1, 1001, "frames of a window, odd");
  f.add("network.step_s", step_s, 1e-3, 10, "seconds between them");
  f.add("network.width", width, 16, 8192, "hidden units");
  f.add("network.blocks", blocks, 1, 16, "residual blocks");

  f.add("data.readings", readings, "readings of synthetic clips made before (readings.safetensors of a run); empty: made anew");
  f.add("data.held_out_readings", held_out_readings, "likewise of held-out people and motions (held_out.safetensors)");
  f.add("data.read_clips", read_clips, 1, 1e6, "clips rendered and read, whose errors are replayed");
  f.add("data.held_out_clips", held_out_clips, 1, 1e6, "clips rendered and read to measure on");
  f.add("data.read_frames", read_frames, 2, 100000, "frames of each");
  f.add("data.read_rate", read_rate, 1, 1000, "frames a second of each");
  f.add("data.picture_px", picture_px, 32, 2048, "side of the rendered pictures, px");
  f.add("data.recorded", recorded, 0, 1, "share of clips in recorded motion, where there are synth.motions; others go from pose to pose");
  describe_workers(f);
  limn::describe(synth, f);
  limn::describe(folders, f);

  f.add("loss.positions", loss_positions, 0, 1e6, "joints, metres");
  f.add("loss.bone_lengths", loss_bone_lengths, 0, 1e6, "codes of the bones' lengths");
  f.add("loss.rotations", loss_rotations, 0, 1e6, "joint rotations, radians");
  f.add("loss.reprojection", loss_reprojection, 0, 1e6, "reprojected keypoints against the true ones");
  f.add("loss.velocity", loss_velocity, 0, 1e6, "ways of joints from frame to frame, metres");

  describe_records(f, "held-out clips");
}

}  // namespace limn
