// Typed configuration. A struct describes each of its fields once (name, range, help); loading TOML, --set, --help
// and the dump of a resolved run all walk that one description.
//
//   struct Options { int steps = 100; double rate = 2e-4; std::string device = "auto";
//     void describe(FieldList& f) { f.add("train.steps", steps, 1, 1e9, "optimiser steps"); ... } };
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace limn {

struct Field {
  std::string name;  ///< dotted: "loss.adversarial" is key `adversarial` of table [loss]
  std::variant<int*, double*, bool*, std::string*, std::vector<std::string>*> value;
  double low = 0, high = 0;          ///< inclusive range of numbers
  std::vector<std::string> choices;  ///< allowed strings; empty: any
  std::string help;
};

class FieldList {
 public:
  void add(std::string name, int& value, double low, double high, std::string help);
  void add(std::string name, double& value, double low, double high, std::string help);
  void add(std::string name, bool& value, std::string help);
  void add(std::string name, std::string& value, std::string help);
  void add(std::string name, std::string& value, std::vector<std::string> choices, std::string help);
  void add(std::string name, std::vector<std::string>& value, std::string help);
  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

/// Reads a TOML file into the fields; its optional top-level key `inherit = "other.toml"` (relative to the file) is
/// applied first. Error(usage) with file:line for unknown keys (names the nearest), wrong types, values out of range,
/// NaN, circular inheritance. All fields keep their old values when it fails.
void load_config(const FieldList& fields, const std::filesystem::path& path);
/// The same from text.
void parse_config(const FieldList& fields, const std::string& text, const std::string& origin);
/// "loss.adversarial=5", "data.real=[\"a\", \"b\"]"; an unquoted string is taken as it stands.
void set_config(const FieldList& fields, const std::string& assignment);
/// TOML that parse_config reads back to the same values, each preceded by its help as a comment.
std::string dump_config(const FieldList& fields);
/// One line a field: name, default, range, help.
std::string config_help(const FieldList& fields);

}  // namespace limn
