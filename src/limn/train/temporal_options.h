// Everything the training of the temporal lifter can be told; each field is described once.
#pragma once

#include <string>

#include "limn/synth/folders.h"
#include "limn/train/run_options.h"

namespace limn {

struct TemporalTrainOptions : RunOptions {
  TemporalTrainOptions() {
    name = "temporal", precision = "float32", warmup_steps = 100, gradient_clip = 5, validate_every = 250;
  }

  std::string model;

  int steps = 3000;
  int batch = 32;
  int clip_frames = 24;
  double learning_rate = 5e-3;
  double adam_rate = 5e-4;

  int frames = 11;
  double step_s = 1.0 / 12;
  int width = 256;
  int blocks = 2;

  std::string readings, held_out_readings;
  int read_clips = 60;
  int held_out_clips = 24;
  int read_frames = 48;
  double read_rate = 24;
  int picture_px = 128;
  double recorded = 0.85;
  SynthOptions synth;  ///< numbers only; the pictures' size is picture_px, the rest comes from the folders
  SynthFolders folders;

  double loss_positions = 2;
  double loss_bone_lengths = 0.1;
  double loss_rotations = 0.3;
  double loss_reprojection = 1;
  double loss_velocity = 5;

  void describe(FieldList& fields);
};

}  // namespace limn
