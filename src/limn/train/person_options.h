// Everything the training of the network that finds people can be told; each field is described once.
#pragma once

#include <string>

#include "limn/base/config.h"
#include "limn/data/person_scenes.h"
#include "limn/synth/folders.h"

namespace limn {

struct PersonTrainOptions {
  std::string name = "person";
  std::string runs = "runs";
  int seed = 1;
  std::string device = "auto";
  std::string precision = "auto";
  int threads = 0;
  std::string verbosity = "rich";

  int steps = 4000;
  int batch = 16;
  double learning_rate = 1e-2;
  int warmup_steps = 100;
  double final_rate = 0.05;
  double gradient_clip = 10;
  double ema_decay = 0.998;

  int width = 16;
  int longer_side = 256;

  SceneSettings scenes;
  SynthOptions synth;  ///< numbers only; pictures' sizes come from the scenes, the rest from the folders
  SynthFolders folders;
  int workers = 1;
  int queue = 4;

  double loss_centre = 1;
  double loss_box = 1;

  int log_every = 20;
  int validate_every = 500;
  int validation_scenes = 200;
  int checkpoint_every = 250;
  bool tensorboard = true;

  void describe(FieldList& fields);
};

}  // namespace limn
