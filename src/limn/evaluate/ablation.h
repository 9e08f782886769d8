// Many training runs that differ in a few settings: the plan of them, and what came out. `limn ablate` runs them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace limn {

/// One row of the table: a name and the settings ("network.grouping=single") that its runs change.
struct AblationRow {
  std::string name;
  std::vector<std::string> set;
  bool reread = false;  ///< measured with KeypointGAN's correction of exchanged sides (infer/flip_correction.h)
  std::string from;     ///< an earlier row: each run goes on from that row's weights of its seed; empty: from nothing
};

/// A TOML file:
///   preset = "transfer.toml"     # of limn train; relative to this file
///   seeds = [1, 2, 3]
///   [[axis]]                     # any number: every choice of one meets every choice of the others
///   name = "channels"
///   [[axis.choice]]
///   name = "single"
///   set = ["network.grouping=single"]
///   [[row]]                      # rows beside the grid
///   name = "no orientation head"
///   set = ["loss.orientation=0"]
///   reread = true                # optional
///   from = "single"              # optional
struct AblationPlan {
  std::filesystem::path preset;
  std::vector<int> seeds;
  std::vector<AblationRow> rows;

  /// Error(input) with origin:line for a syntax error, an unknown or missing key, no rows, no seeds, a name or a seed
  /// twice, a row that goes on from none before it.
  static AblationPlan parse(const std::string& text, const std::string& origin);
  static AblationPlan load(const std::filesystem::path& path);

  /// The index of the row that `rows[row]` goes on from; rows.size(): none.
  size_t origin_of(size_t row) const;
};

/// The name as a part of a file name: lower case letters, digits and dashes.
std::string file_name_of(const std::string& name);

/// The scores of a row's runs, by the keys of docs/eval_report.md.
struct AblationResult {
  std::string name;
  std::vector<std::map<std::string, double>> runs;  ///< one a seed
};

/// The scores of one report. Error(input) when it lacks one.
std::map<std::string, double> ablation_scores(const std::string& report_json, const std::string& origin);

/// Mean and, from two runs on, sample standard deviation in per cent: a Markdown table with a line a row.
std::string ablation_table(const std::vector<AblationResult>& results);
/// The same as a figure: for PCK and flips a dot a run and a bar at the mean.
std::string ablation_svg(const std::vector<AblationResult>& results);
/// Every run's scores: {"rows": [{"name", "runs": [{"pck@0.2": ...} ...]} ...]}.
std::string ablation_json(const std::vector<AblationResult>& results);

}  // namespace limn
