// Everything the training of the network that finds people can be told; each field is described once.
#pragma once

#include "limn/data/person_scenes.h"
#include "limn/synth/folders.h"
#include "limn/train/run_options.h"

namespace limn {

struct PersonTrainOptions : RunOptions {
  PersonTrainOptions() { name = "person", warmup_steps = 100, gradient_clip = 10; }

  int steps = 4000;
  int batch = 16;
  double learning_rate = 1e-2;

  int width = 16;
  int longer_side = 256;

  SceneSettings scenes;
  SynthOptions synth;  ///< numbers only; pictures' sizes come from the scenes, the rest from the folders
  SynthFolders folders;

  double loss_centre = 1;
  double loss_box = 1;

  int validation_scenes = 200;

  void describe(FieldList& fields);
};

}  // namespace limn
