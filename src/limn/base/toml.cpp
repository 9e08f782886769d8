#include "limn/base/toml.h"

#include <algorithm>
#include <stdexcept>

namespace {

/// toml++ takes for granted what a file may breach ("[~a]"): in release builds that is undefined behaviour. Here it
/// leaves.
constexpr void hold(bool assumption) {
  if (!assumption) throw std::domain_error("the syntax is not that of TOML");
}

}  // namespace

#undef NDEBUG  // else toml++ ignores TOML_ASSERT
#define TOML_ASSERT(assumption) hold(static_cast<bool>(assumption))
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "limn/base/error.h"

namespace limn {
namespace {

TomlNode convert(const toml::node& node, const std::string& origin) {
  TomlNode result;
  result.line = static_cast<int>(node.source().begin.line);
  if (const auto* table = node.as_table()) {
    result.kind = TomlNode::Kind::table;
    for (const auto& [key, value] : *table) result.members.emplace_back(std::string(key.str()), convert(value, origin));
  } else if (const auto* array = node.as_array()) {
    result.kind = TomlNode::Kind::array;
    for (const auto& item : *array) result.items.push_back(convert(item, origin));
  } else if (const auto* text = node.as_string()) {
    result.kind = TomlNode::Kind::string;
    result.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    result.kind = TomlNode::Kind::integer;
    result.number = static_cast<double>(integer->get());
  } else if (const auto* real = node.as_floating_point()) {
    result.kind = TomlNode::Kind::real;
    result.number = real->get();
  } else if (const auto* flag = node.as_boolean()) {
    result.kind = TomlNode::Kind::boolean;
    result.flag = flag->get();
  } else {
    throw Error(ErrorKind::input, "dates and times have no meaning here", origin + ":" + std::to_string(result.line),
                "write a string or a number");
  }
  return result;
}

}  // namespace

const TomlNode* TomlNode::find(const std::string& key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

TomlNode parse_toml(const std::string& text, const std::string& origin) {
  try {
    return convert(toml::parse(text, origin), origin);
  } catch (const toml::parse_error& failure) {
    throw Error(ErrorKind::input, std::string(failure.description()),
                origin + ":" + std::to_string(failure.source().begin.line), "mend the TOML syntax");
  } catch (const std::domain_error& failure) {
    throw Error(ErrorKind::input, failure.what(), origin, "mend the TOML syntax: look at the headers of tables");
  }
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = SIZE_MAX;
  for (const std::string& candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= name.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j < row.size(); ++j) {
        const size_t above = row[j];
        row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (name[i - 1] != candidate[j - 1])});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace limn
