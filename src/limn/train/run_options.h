// What every training can be told, whichever network it trains.
#pragma once

#include <string>
#include <vector>

#include "limn/base/config.h"

namespace limn {

struct RunOptions {
  std::string name = "run";
  std::string runs = "runs";
  std::string start_from;  ///< weight file
  int seed = 1;
  std::string device = "auto";
  std::string precision = "auto";
  int threads = 0;
  std::string verbosity = "rich";

  int warmup_steps = 200;
  double final_rate = 0.05;
  double gradient_clip = 1;
  double ema_decay = 0.998;

  int workers = 1;
  int queue = 4;

  int log_every = 20;
  int validate_every = 500;
  int checkpoint_every = 250;
  bool tensorboard = true;

 protected:
  static constexpr double many = 1e9;  ///< where a count has no other end
  /// `precisions`: what run.precision may be.
  void describe_run(FieldList& fields, const std::vector<std::string>& precisions = {"auto", "float32", "bfloat16"});
  void describe_rate(FieldList& fields);
  void describe_workers(FieldList& fields);
  /// `whom` a run measures on.
  void describe_records(FieldList& fields, const std::string& whom);
};

}  // namespace limn
