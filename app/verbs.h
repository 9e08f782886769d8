// The verbs of the command line. main.cpp reads the arguments; each verb runs in a file of its own and throws
// limn::Error where it fails.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "limn/media/image_file.h"

namespace limn::app {

struct PredictArguments {
  std::vector<std::string> sources;  ///< as resolve_sources() reads them
  std::string out, model, box;
  std::string boxes;                 ///< a JSON file, or "whole"
  std::string finder;                ///< weights of the person network; "none"; empty: beside the model
  int people = 20;                   ///< at most
  std::vector<std::string> formats = {"overlay", "json", "coco"};
  double start_s = 0, end_s = 1e12;  ///< of a video
  int stride = 1;                    ///< every how many-th frame of it
  bool raw = false;                  ///< videos: frame by frame as read, not smoothed
  bool mirror = true;                ///< read the mirror image, too
  bool over_time = true;             ///< videos: 3D from windows of frames, where the model has a lifter of them
  int threads = 1;                   ///< of the networks
  std::string precision = "auto";    ///< float32, int8
  bool quiet = false;
  long long max_pixels = default_max_pixels;  ///< of a picture or frame
};
void run_predict(const PredictArguments& arguments);

struct DemoArguments {
  std::string out = "limn-demo", model;
  bool quiet = false;
};
void run_demo(const DemoArguments& arguments);

struct SynthArguments {
  std::string out, sheet, clip, config;
  std::vector<std::string> set;  ///< "synth.facing_deg=90"
  long long count = 0;           ///< 0: 1000 with --out, 100 for a sheet alone
  int size = 128, per_shard = 1000, workers = 0;
  unsigned long long seed = 1;
  double seconds = 4;
  bool mask = false, depth = false, pairs = true, held_out = false, plain = false, lists = false, quiet = false;
};
void run_synth(const SynthArguments& arguments, const std::string& version);

struct PackArguments {
  std::vector<std::string> sources;
  std::string out, model, sheet;  ///< model "none": no network looks for people
  int size = 160;
  double rate = 5, stretch_s = 10, least_score = 0.7;
  bool plates = true, quiet = false;
};
void run_pack(const PackArguments& arguments, const std::string& version);

struct EvalArguments {
  std::string dataset, data, model, out, sheet, results;
  std::string split = "all";    ///< "train", "test"
  std::string crop = "truth";   ///< or "search"
  std::string cases = "worst";  ///< on the sheet; or "first", or "spread"
  std::string precision = "auto";  ///< float32, int8
  std::string stage_one;        ///< weights of the correction by re-reading; empty: none
  bool mirror = false;
  bool quiet = false;
};
void run_eval(const EvalArguments& arguments, const std::string& version);

struct AblateArguments {
  std::string config, out, dataset = "lsp", data;
  std::vector<std::string> set;  ///< of every run
  int jobs = 1;
  bool quiet = false;
};
void run_ablate(const AblateArguments& arguments);

struct ConvertArguments {
  std::string source, out;
  std::vector<std::string> formats;
};
void run_convert(const ConvertArguments& arguments);

struct ExportArguments {
  std::string onnx, model;
};
void run_export(const ExportArguments& arguments);

struct QuantiseArguments {
  std::string model, out;  ///< out "": the model's own file
  int pictures = 64;
};
void run_quantise(const QuantiseArguments& arguments);

void run_doctor(const std::string& version);

/// Becomes limn-train; returns only after printing help, where limn-train was not built.
void run_train(const std::vector<std::string>& arguments);

}  // namespace limn::app
