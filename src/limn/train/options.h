// Everything a training run can be told; each field is described once.
#pragma once

#include <string>
#include <vector>

#include "limn/network/architectures.h"
#include "limn/synth/folders.h"
#include "limn/train/run_options.h"

namespace limn {

struct TrainOptions : RunOptions {
  TrainOptions() { ema_decay = 0.999, log_every = 50, validate_every = 2000, checkpoint_every = 1000; }

  int rank_timeout_s = 300;

  // Schedule: steps of stage one (synthetic people only), of stage two (mixed with unlabelled frames), then of the lifter alone.
  int pretrain_steps = 10000;
  int mixed_steps = 20000;
  int lifter_steps = 0;
  int batch_synthetic = 16;
  int batch_real = 16;
  int batch_poses = 128;
  int batch_lifter = 1024;
  std::string optimiser = "muon";
  double learning_rate = 1e-2;
  double discriminator_rate = 2e-4;
  int easy_steps = 0;
  int paint_from = 0;

  // Networks and the skeleton image.
  std::string skeleton;
  std::string grouping = "limbs";
  double sigma_px = 1.5;
  std::string profile = "gaussian";
  bool strict = false;
  bool bone_depths = false;
  int image_size = 128;
  int width = 16;
  int levels = 5;
  int depth = 1;
  int pose_width = 32;
  int lifter_width = 512;
  int lifter_blocks = 2;
  int decoder_width = 16;
  int discriminator_width = 32;

  // Data.
  std::vector<std::string> real;
  SynthOptions synth;  ///< numbers only; image_size comes from the field above, the rest from the folders
  SynthFolders folders;
  int reuse = 1;
  int pool = 1024;
  double max_gap_s = 10;

  // Weights of the terms of METHOD 2.
  double loss_skeleton = 10;
  double loss_orientation = 1;
  double loss_bone_depths = 2;
  double loss_2d = 1;
  double loss_heatmaps = 1;
  double loss_confidence = 0.1;
  double loss_3d = 2;
  double loss_bone_lengths = 0.1;
  double loss_rotation = 0.3;
  double loss_reprojection = 1;
  double loss_lifter = 1;
  double loss_reconstruction = 0.3;
  double loss_adversarial = 0.05;
  double loss_consistency = 1;
  double loss_prior = 0.01;
  double loss_teacher = 0;
  std::string consistency_fixed = "none";
  std::string perceptual = "laplacian";
  std::string perceptual_file;

  // Records.
  int validation_samples = 256;
  int sheet_every = 2000;

  /// Steps that see pictures.
  int picture_steps() const { return pretrain_steps + mixed_steps; }
  int total_steps() const { return picture_steps() + lifter_steps; }
  ArchitectureOptions architecture() const;
  void describe(FieldList& fields);
};

/// The same people made easy to read: whole, upright, filling the picture, nothing before or around them, a level
/// camera and clean pictures; turned as before.
SynthOptions easy_world(SynthOptions options);

}  // namespace limn
