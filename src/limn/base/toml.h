// TOML as a plain tree with line numbers. The parser (toml++) is compiled once, in toml.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace limn {

struct TomlNode {
  enum class Kind { table, array, string, integer, real, boolean };
  Kind kind = Kind::table;
  int line = 0;                 ///< 1-based line where it stands
  std::string text;             ///< string
  double number = 0;            ///< integer, real
  bool flag = false;            ///< boolean
  std::vector<TomlNode> items;  ///< array
  // Spelled out for clang 14, which else needs the type complete here.
  std::vector<std::pair<std::string, TomlNode>> members = {};  ///< table, sorted by key

  const TomlNode* find(const std::string& key) const;  ///< null when absent
};

/// Error(input) with "origin:line" on a syntax error. Dates and times are rejected.
TomlNode parse_toml(const std::string& text, const std::string& origin);

/// The candidate with the smallest edit distance to `name`; "" if there is none.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace limn
