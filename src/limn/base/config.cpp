#include "limn/base/config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

using Value = std::variant<int, double, bool, std::string, std::vector<std::string>>;
using Assignments = std::vector<std::pair<const Field*, Value>>;

/// The table a field lies in; "" for keys outside any table.
std::string owner(const Field& field) {
  const size_t dot = field.name.rfind('.');
  return dot == std::string::npos ? "" : field.name.substr(0, dot);
}

/// The shortest text that reads back to the same value.
std::string number_text(double value) {
  char text[32];
  const bool plain = std::abs(value) < 1e7 && value == std::trunc(value);  // 50, not 5e+01
  const auto end = plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed)
                         : std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {  // a control character cannot stand in a basic string
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(code));
      result += escape;
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string value_text(const Field& field) {
  struct Writer {
    std::string operator()(const int* v) const { return std::to_string(*v); }
    std::string operator()(const double* v) const {
      const std::string text = number_text(*v);
      return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
    }
    std::string operator()(const bool* v) const { return *v ? "true" : "false"; }
    std::string operator()(const std::string* v) const { return quoted(*v); }
    std::string operator()(const std::vector<std::string>* v) const {
      std::string text = "[";
      for (size_t i = 0; i < v->size(); ++i) text += (i ? ", " : "") + quoted((*v)[i]);
      return text + "]";
    }
  };
  return std::visit(Writer{}, field.value);
}

class Loader {
 public:
  explicit Loader(const FieldList& fields) : fields_(fields) {}

  void file(const fs::path& path) {
    std::error_code ignored;
    const fs::path key = fs::weakly_canonical(path, ignored);
    open_.insert(key);
    text(read_file(path), path.string(), path.parent_path());
    open_.erase(key);
  }

  void text(const std::string& toml, const std::string& origin, const fs::path& folder) {
    TomlNode root;
    try {
      root = parse_toml(toml, origin);
    } catch (const Error& error) {
      throw Error(ErrorKind::usage, error.message(), error.where(), error.remedy());
    }
    origin_ = origin;
    if (const TomlNode* parent = root.find("inherit")) {
      if (parent->kind != TomlNode::Kind::string) fail(*parent, "inherit names a file", "inherit = \"base.toml\"");
      std::error_code ignored;
      if (open_.count(fs::weakly_canonical(folder / parent->text, ignored)) != 0)
        fail(*parent, "configurations inherit each other in a circle", "remove one inherit line");
      file(folder / parent->text);
      origin_ = origin;
    }
    table(root, "");
  }

  void table(const TomlNode& node, const std::string& prefix) {
    for (const auto& [key, value] : node.members) {
      if (prefix.empty() && key == "inherit") continue;
      const std::string name = prefix.empty() ? key : prefix + "." + key;
      if (value.kind == TomlNode::Kind::table && is_prefix(name))
        table(value, name);
      else
        assignments_.emplace_back(&field(name, value), convert(field(name, value), value));
    }
  }

  /// Everything was read without an error: now the fields change.
  void commit() const {
    for (const auto& [field, value] : assignments_)
      std::visit([&v = value](auto* target) { *target = std::get<std::remove_pointer_t<decltype(target)>>(v); },
                 field->value);
  }

  void set_origin(const std::string& origin) { origin_ = origin; }

 private:
  [[noreturn]] void fail(const TomlNode& at, const std::string& what, const std::string& remedy) const {
    throw Error(ErrorKind::usage, what, at.line > 0 ? origin_ + ":" + std::to_string(at.line) : origin_, remedy);
  }

  bool is_prefix(const std::string& name) const {
    for (const Field& field : fields_.fields())
      if (field.name.starts_with(name + ".")) return true;
    return false;
  }

  const Field& field(const std::string& name, const TomlNode& at) const {
    std::vector<std::string> names;
    for (const Field& candidate : fields_.fields()) {
      if (candidate.name == name) return candidate;
      // A table is most likely a misspelled table.
      names.push_back(at.kind == TomlNode::Kind::table ? owner(candidate) : candidate.name);
    }
    fail(at, "unknown configuration key '" + name + "'", "the nearest is '" + nearest_name(name, names) + "'");
  }

  double number(const Field& field, const TomlNode& node, bool whole) const {
    const bool numeric = node.kind == TomlNode::Kind::integer || (!whole && node.kind == TomlNode::Kind::real);
    if (!numeric || !std::isfinite(node.number))
      fail(node, "'" + field.name + "' must be a " + (whole ? "whole " : "") + "number", "see --fields");
    const double widest = whole ? std::numeric_limits<int>::max() : std::numeric_limits<double>::max();
    const double low = std::max(field.low, -widest), high = std::min(field.high, widest);
    if (node.number < low || node.number > high)
      fail(node, "'" + field.name + "' is out of range",
           "choose from " + number_text(low) + " to " + number_text(high));
    return node.number;
  }

  Value convert(const Field& field, const TomlNode& node) const {
    if (std::holds_alternative<int*>(field.value)) return static_cast<int>(number(field, node, true));
    if (std::holds_alternative<double*>(field.value)) return number(field, node, false);
    if (std::holds_alternative<bool*>(field.value)) {
      if (node.kind != TomlNode::Kind::boolean)
        fail(node, "'" + field.name + "' must be true or false", "see --fields");
      return node.flag;
    }
    if (std::holds_alternative<std::string*>(field.value)) {
      if (node.kind != TomlNode::Kind::string) fail(node, "'" + field.name + "' must be a string", "put it in quotes");
      return choice(field, node);
    }
    if (node.kind != TomlNode::Kind::array) fail(node, "'" + field.name + "' must be a list", "write [\"a\", \"b\"]");
    std::vector<std::string> list;
    for (const TomlNode& item : node.items) {
      if (item.kind != TomlNode::Kind::string)
        fail(item, "'" + field.name + "' must list strings", "put them in quotes");
      list.push_back(item.text);
    }
    return list;
  }

  std::string choice(const Field& field, const TomlNode& node) const {
    if (field.choices.empty()) return node.text;
    std::string all;
    for (const std::string& allowed : field.choices) {
      if (allowed == node.text) return node.text;
      all += (all.empty() ? "" : ", ") + allowed;
    }
    fail(node, "'" + field.name + "' cannot be '" + node.text + "'", "choose from " + all);
  }

  const FieldList& fields_;
  std::string origin_;
  std::set<fs::path> open_;
  Assignments assignments_;
};

}  // namespace

void FieldList::add(std::string name, int& value, double low, double high, std::string help) {
  fields_.push_back({std::move(name), &value, low, high, {}, std::move(help)});
}
void FieldList::add(std::string name, double& value, double low, double high, std::string help) {
  fields_.push_back({std::move(name), &value, low, high, {}, std::move(help)});
}
void FieldList::add(std::string name, bool& value, std::string help) {
  fields_.push_back({std::move(name), &value, 0, 0, {}, std::move(help)});
}
void FieldList::add(std::string name, std::string& value, std::string help) {
  fields_.push_back({std::move(name), &value, 0, 0, {}, std::move(help)});
}
void FieldList::add(std::string name, std::string& value, std::vector<std::string> choices, std::string help) {
  fields_.push_back({std::move(name), &value, 0, 0, std::move(choices), std::move(help)});
}
void FieldList::add(std::string name, std::vector<std::string>& value, std::string help) {
  fields_.push_back({std::move(name), &value, 0, 0, {}, std::move(help)});
}

void load_config(const FieldList& fields, const fs::path& path) {
  Loader loader(fields);
  loader.file(path);
  loader.commit();
}

void parse_config(const FieldList& fields, const std::string& text, const std::string& origin) {
  Loader loader(fields);
  loader.text(text, origin, fs::path());
  loader.commit();
}

void set_config(const FieldList& fields, const std::string& assignment) {
  const size_t equals = assignment.find('=');
  require(equals != std::string::npos && equals > 0, ErrorKind::usage, "cannot read the assignment",
          "--set " + assignment, "write --set table.key=value");
  const std::string name = assignment.substr(0, equals), value = assignment.substr(equals + 1);
  TomlNode node;
  node.kind = TomlNode::Kind::string;
  node.text = value;
  try {
    const TomlNode parsed = parse_toml("value = " + value, "--set");
    if (parsed.members.size() == 1) node = *parsed.find("value");  // more: a line break, with other keys behind it
  } catch (const Error&) {
    // Not TOML: an unquoted string.
  }
  for (const Field& field : fields.fields())  // a bare number or word for a string field is taken as it stands
    if (field.name == name && std::holds_alternative<std::string*>(field.value) &&
        node.kind != TomlNode::Kind::string) {
      node.kind = TomlNode::Kind::string;
      node.text = value;
    }
  node.line = 0;
  TomlNode root;
  root.members.emplace_back(name, node);
  Loader loader(fields);
  loader.set_origin("--set " + assignment);
  loader.table(root, "");
  loader.commit();
}

std::string dump_config(const FieldList& fields) {
  std::vector<std::string> tables = {""};  // keys outside any table must come first; each table may open only once
  for (const Field& field : fields.fields())
    if (std::find(tables.begin(), tables.end(), owner(field)) == tables.end()) tables.push_back(owner(field));
  std::string text;
  for (const std::string& table : tables) {
    if (!table.empty()) text += (text.empty() ? "[" : "\n[") + table + "]\n";
    for (const Field& field : fields.fields()) {
      if (owner(field) != table) continue;
      std::string help = field.help;
      std::replace(help.begin(), help.end(), '\n', ' ');
      text += "# " + help + "\n" + field.name.substr(field.name.rfind('.') + 1) + " = " + value_text(field) + "\n";
    }
  }
  return text;
}

std::string config_help(const FieldList& fields) {
  std::string text;
  for (const Field& field : fields.fields()) {
    text += field.name + " = " + value_text(field);
    if (field.high > field.low) text += "  [" + number_text(field.low) + ", " + number_text(field.high) + "]";
    for (size_t i = 0; i < field.choices.size(); ++i) text += (i == 0 ? "  {" : ", ") + field.choices[i];
    text += (field.choices.empty() ? "" : "}");
    text += "  " + field.help + "\n";
  }
  return text;
}

}  // namespace limn
