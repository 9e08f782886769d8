// What a run leaves behind: results.csv, TensorBoard events, and lines or a bar on the terminal.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/train/run_options.h"

namespace limn {

/// Mean of each quantity since the last row.
class RunningMeans {
 public:
  void add(const std::string& name, double value);
  std::map<std::string, double> take();

 private:
  std::map<std::string, std::pair<double, int>> sums_;
};

/// results.csv in long form, one row a figure: step,name,value. Rows of steps beyond `step` (of a run that was cut off after
/// its last checkpoint) are dropped when it is opened again.
class ResultsFile {
 public:
  ResultsFile(const std::filesystem::path& path, int64_t step);
  void write(int64_t step, const std::map<std::string, double>& figures);

 private:
  std::ofstream stream_;
};

/// TensorBoard event file (TFRecord framing, masked CRC-32C, hand-encoded protobuf; tensorflow/core/util/event.proto).
class EventFile {
 public:
  explicit EventFile(const std::filesystem::path& folder);
  void scalar(int64_t step, const std::string& tag, double value);
  /// `png`: the bytes of a PNG file.
  void image(int64_t step, const std::string& tag, int width, int height, const std::string& png);

 private:
  void record(const std::string& event);
  std::ofstream stream_;
};

/// CRC-32C (Castagnoli), for the event file and its test.
uint32_t crc32c(const std::string& bytes);

/// A progress bar with rate and time left on a terminal, plain lines elsewhere, JSON lines, or nothing.
class Progress {
 public:
  Progress(std::string verbosity, int64_t first, int64_t total);
  void update(int64_t step, const std::map<std::string, double>& figures);
  void note(int64_t step, const std::string& text, const std::map<std::string, double>& figures);
  double images_per_second(int64_t step, int64_t images_a_step) const;

 private:
  std::string verbosity_;
  int64_t first_, total_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
};

/// All of them, of one run.
class RunRecords {
 public:
  /// Steps `first` to `total` of the run in `folder`.
  RunRecords(const std::filesystem::path& folder, const RunOptions& options, int64_t first, int64_t total);
  /// Of the steps since the last row: `means`, "loss" among them, the seconds that the run `waited` for its data so far, and
  /// how many `unit` ("images") are seen a second, which are `a_step` a step.
  void trained(int64_t step, RunningMeans& means, double waited, const std::string& unit, int64_t a_step);
  /// Measured on `whom` ("held-out synthetic people").
  void held_out(int64_t step, const std::string& whom, const std::map<std::string, double>& figures);
  /// For TensorBoard; `png`: the bytes of a PNG file.
  void image(int64_t step, const std::string& tag, int width, int height, const std::string& png);

 private:
  void write(int64_t step, const std::string& group, const std::map<std::string, double>& figures);
  ResultsFile results_;
  std::optional<EventFile> events_;
  Progress progress_;
};

}  // namespace limn
