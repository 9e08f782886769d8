// The verbs of the command line. main.cpp reads the arguments; each verb runs in a file of its own and throws
// limn::Error where it fails.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace limn::app {

struct PredictArguments {
  std::string source, out, model, box;
  std::vector<std::string> formats = {"overlay", "json", "coco"};
  bool quiet = false;
};
void run_predict(const PredictArguments& arguments);

struct DemoArguments {
  std::string out = "limn-demo", model;
  bool quiet = false;
};
void run_demo(const DemoArguments& arguments);

void run_doctor(const std::string& version);

/// Becomes limn-train; returns only after printing help, where limn-train was not built.
void run_train(const std::vector<std::string>& arguments);

}  // namespace limn::app
