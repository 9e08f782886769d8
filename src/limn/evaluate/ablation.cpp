#include "limn/evaluate/ablation.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"

namespace limn {
namespace {

using Kind = TomlNode::Kind;

/// Reads one table of the plan, so that what nobody asked for is an error.
class Table {
 public:
  Table(const TomlNode& node, std::string origin) : node_(node), origin_(std::move(origin)) {
    if (node.kind != Kind::table) fail(node, "a table is expected");
  }
  [[noreturn]] void fail(const TomlNode& node, const std::string& what) const {
    throw Error(ErrorKind::input, what, origin_ + ":" + std::to_string(node.line),
                "see configs/ablation.toml for an example");
  }
  const TomlNode* optional(const std::string& key, Kind kind) {
    known_.insert(key);
    const TomlNode* found = node_.find(key);
    if (found != nullptr && found->kind != kind) fail(*found, "'" + key + "' is of another type");
    return found;
  }
  const TomlNode& required(const std::string& key, Kind kind) {
    const TomlNode* found = optional(key, kind);
    if (found == nullptr) fail(node_, "'" + key + "' is missing");
    return *found;
  }
  std::vector<std::string> strings(const std::string& key) {
    std::vector<std::string> result;
    const TomlNode* list = optional(key, Kind::array);
    if (list == nullptr) return result;
    for (const TomlNode& item : list->items) {
      if (item.kind != Kind::string) fail(item, "'" + key + "' must list strings");
      result.push_back(item.text);
    }
    return result;
  }
  /// The tables of an array, each handed to `read`.
  template <class Read>
  void each(const std::string& key, Read read) {
    const TomlNode* list = optional(key, Kind::array);
    if (list == nullptr) return;
    for (const TomlNode& item : list->items) {
      Table table(item, origin_);
      read(table);
      table.close();
    }
  }
  void close() const {
    for (const auto& [key, value] : node_.members)
      if (!known_.count(key)) fail(value, "unknown key '" + key + "'");
  }
  const TomlNode& node() const { return node_; }

 private:
  const TomlNode& node_;
  std::string origin_;
  std::set<std::string> known_;
};

AblationRow read_row(Table& table) {
  AblationRow row{table.required("name", Kind::string).text, table.strings("set")};
  if (const TomlNode* reread = table.optional("reread", Kind::boolean)) row.reread = reread->flag;
  if (const TomlNode* from = table.optional("from", Kind::string)) row.from = from->text;
  return row;
}

std::vector<AblationRow> product(const std::vector<AblationRow>& rows, const std::vector<AblationRow>& choices) {
  std::vector<AblationRow> result;
  for (const AblationRow& row : rows)
    for (const AblationRow& choice : choices) {
      AblationRow both = row;
      both.name += (row.name.empty() ? "" : ", ") + choice.name;
      both.set.insert(both.set.end(), choice.set.begin(), choice.set.end());
      both.reread = row.reread || choice.reread;
      if (!choice.from.empty()) both.from = choice.from;
      result.push_back(std::move(both));
    }
  return result;
}

struct Column {
  const char *key, *title;
  bool always = true;  ///< false: a report may lack it
};
constexpr Column columns[] = {{"pck@0.2", "PCK@0.2"},
                              {"pck@0.2_swap_oracle", "sides by the truth"},
                              {"flip_rate", "flips"},
                              {"flip_rate_arms", "arms"},
                              {"flip_rate_legs", "legs"},
                              {"flip_rate_well_read", "flips of the well read", false}};

struct Spread {
  int runs = 0;  ///< that have the score
  double mean = 0, deviation = 0;
};

Spread spread_of(const AblationResult& result, const char* key) {
  std::vector<double> values;
  for (const auto& run : result.runs)
    if (const auto found = run.find(key); found != run.end()) values.push_back(found->second);
  const double n = static_cast<double>(values.size());
  Spread spread{.runs = static_cast<int>(values.size())};
  for (const double value : values) spread.mean += value / n;
  for (const double value : values) spread.deviation += std::pow(value - spread.mean, 2);
  spread.deviation = n > 1 ? std::sqrt(spread.deviation / (n - 1)) : 0;
  return spread;
}

std::string per_cent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", 100 * share);
  return text;
}

std::string xml_text(const std::string& text) {
  std::string result;
  for (char c : text) result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return result;
}

}  // namespace

AblationPlan AblationPlan::parse(const std::string& text, const std::string& origin) {
  const TomlNode root = parse_toml(text, origin);
  Table table(root, origin);
  AblationPlan plan;
  plan.preset = std::filesystem::path(origin).parent_path() / table.required("preset", Kind::string).text;
  for (const TomlNode& seed : table.required("seeds", Kind::array).items) {
    if (seed.kind != Kind::integer || seed.number < 0 || seed.number > 1e9) table.fail(seed, "seeds are whole numbers");
    const int value = static_cast<int>(seed.number);
    if (std::count(plan.seeds.begin(), plan.seeds.end(), value) > 0) table.fail(seed, "a seed stands twice");
    plan.seeds.push_back(value);
  }
  if (plan.seeds.empty()) table.fail(root, "'seeds' is empty");
  std::vector<AblationRow> grid = {{}};
  bool has_axes = false;
  table.each("axis", [&](Table& axis) {
    axis.required("name", Kind::string);
    std::vector<AblationRow> choices;
    axis.each("choice", [&](Table& choice) { choices.push_back(read_row(choice)); });
    if (choices.empty()) axis.fail(axis.node(), "an axis without a choice");
    grid = product(grid, choices);
    has_axes = true;
  });
  if (has_axes) plan.rows = grid;
  table.each("row", [&](Table& row) { plan.rows.push_back(read_row(row)); });
  table.close();
  if (plan.rows.empty()) table.fail(root, "no rows: neither 'axis' nor 'row'");
  std::set<std::string> names;
  for (const AblationRow& row : plan.rows)
    if (file_name_of(row.name).empty() || !names.insert(file_name_of(row.name)).second)
      table.fail(root, "the name '" + row.name + "' stands twice or is empty");
  for (size_t row = 0; row < plan.rows.size(); ++row)
    if (const std::string& from = plan.rows[row].from; !from.empty() && plan.origin_of(row) >= row)
      table.fail(root, "'" + plan.rows[row].name + "' goes on from '" + from + "', which is no row before it");
  return plan;
}

AblationPlan AblationPlan::load(const std::filesystem::path& path) { return parse(read_file(path), path.string()); }

size_t AblationPlan::origin_of(size_t row) const {
  const auto same = [&](const AblationRow& other) { return other.name == rows[row].from; };
  return std::find_if(rows.begin(), rows.end(), same) - rows.begin();
}

std::string file_name_of(const std::string& name) {
  std::string result;
  for (unsigned char c : name) {
    if (std::isalnum(c)) {
      result += static_cast<char>(std::tolower(c));
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  while (result.ends_with('-')) result.pop_back();
  return result;
}

std::map<std::string, double> ablation_scores(const std::string& report_json, const std::string& origin) {
  const auto report = nlohmann::json::parse(report_json, nullptr, /*allow_exceptions=*/false);
  std::map<std::string, double> scores;
  for (const Column& column : columns) {
    const bool known = report.is_object() && report.contains(column.key) && report[column.key].is_number();
    require(known || !column.always, ErrorKind::input, "not a report of limn eval", origin + ": " + column.key,
            "delete the file and run again");
    if (known) scores[column.key] = report[column.key];
  }
  return scores;
}

std::string ablation_table(const std::vector<AblationResult>& results) {
  std::string table = "| |", rule = "|---|";
  for (const Column& column : columns) table += std::string(" ") + column.title + " |", rule += "---|";
  table += " runs |\n" + rule + "---|\n";
  for (const AblationResult& result : results) {
    table += "| " + result.name + " |";
    for (const Column& column : columns) {
      const Spread spread = spread_of(result, column.key);
      if (spread.runs > 0) table += " " + per_cent(spread.mean);
      if (spread.runs > 1) table += " ± " + per_cent(spread.deviation);
      table += " |";
    }
    table += " " + std::to_string(result.runs.size()) + " |\n";
  }
  return table;
}

std::string ablation_svg(const std::vector<AblationResult>& results) {
  constexpr int row_height = 26, top = 34, panel = 260, gap = 30, letter = 7;
  size_t longest = 20;
  for (const AblationResult& result : results) longest = std::max(longest, std::min<size_t>(result.name.size(), 120));
  const int label = 20 + letter * static_cast<int>(longest);
  constexpr int shown[] = {0, 2};  // PCK and flips
  const int height = top + row_height * static_cast<int>(results.size()) + 30, width = label + 2 * panel + 2 * gap;
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
                    std::to_string(height) + "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  char line[300];
  const auto add = [&](const char* format, auto... values) {
    std::snprintf(line, sizeof line, format, values...);
    svg += line;
  };
  for (size_t r = 0; r < results.size(); ++r)
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", label - 10,
        top + row_height * static_cast<int>(r) + row_height / 2 + 4, xml_text(results[r].name).substr(0, 120).c_str());
  for (int p = 0; p < 2; ++p) {
    const Column& column = columns[shown[p]];
    const int left = label + p * (panel + gap), bottom = height - 26;
    double most = 0.1;
    for (const AblationResult& result : results)
      for (const auto& run : result.runs) most = std::max(most, run.at(column.key));
    const double scale = panel / (0.1 * std::ceil(10 * most));
    add("<text x=\"%d\" y=\"18\" font-weight=\"bold\">%s, %%</text>\n", left, column.title);
    for (int tick = 0; 0.1 * tick <= 0.1 * std::ceil(10 * most) + 1e-9; ++tick) {
      const double x = left + 0.1 * tick * scale;
      add("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>\n", x, top - 6, x, bottom);
      add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%d</text>\n", x, bottom + 16, 10 * tick);
    }
    for (size_t r = 0; r < results.size(); ++r) {
      if (results[r].runs.empty()) continue;
      const double y = top + row_height * (static_cast<double>(r) + 0.5);
      const double mean = left + scale * spread_of(results[r], column.key).mean;
      add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#1f77b4\" stroke-width=\"3\"/>\n", mean,
          y - 8, mean, y + 8);
      for (const auto& run : results[r].runs)
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"#1f77b4\" fill-opacity=\"0.5\"/>\n",
            left + scale * run.at(column.key), y);
    }
  }
  return svg + "</svg>\n";
}

std::string ablation_json(const std::vector<AblationResult>& results) {
  nlohmann::ordered_json json = {
      {"format", "limn.ablation"}, {"version", 1}, {"rows", nlohmann::ordered_json::array()}};
  for (const AblationResult& result : results) json["rows"].push_back({{"name", result.name}, {"runs", result.runs}});
  return json.dump(2) + "\n";
}

}  // namespace limn
