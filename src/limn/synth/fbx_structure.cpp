#include "limn/synth/fbx_structure.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace limn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers of binary FBX are read as they lie");

constexpr size_t deepest = 1000;
constexpr std::string_view too_deep = "blocks nested more than 1000 deep";

struct Connection {
  uint64_t child = 0, parent = 0;
};

struct Structure {
  std::unordered_set<uint64_t> models;  ///< the nodes of the scene; a skin's bones are also its clusters' children
  std::vector<Connection> connections;  ///< of objects with objects ("OO")
  size_t depth = 0;                     ///< of blocks in blocks
  bool no_scale = false;                ///< UnitScaleFactor is zero
};

/// Nodes: end, properties, their length, name; then the properties and the nodes inside ("FBX binary file format
/// specification", Blender Foundation 2013; numbers of 64 bits since 7500).
class BinaryFbx {
 public:
  explicit BinaryFbx(std::string_view bytes) : bytes_(bytes) {}

  Structure read() {
    constexpr size_t header = 27, version_at = 23;
    if (bytes_.size() < header) return {};
    wide_ = number<uint32_t>(version_at) >= 7500;
    std::vector<size_t> ends = {bytes_.size()};
    size_t at = header;
    while (!ends.empty() && out_.depth <= deepest) {
      const size_t size = 3 * word() + 1;
      if (at + size > ends.back() || end_of(at) == 0) {  // an empty node ends those inside another one
        at = ends.back();
        ends.pop_back();
        continue;
      }
      const size_t end = end_of(at), name = static_cast<uint8_t>(bytes_[at + size - 1]);
      const size_t properties = at + size + name, length = length_of(at);
      if (end > ends.back() || properties > end || length > end - properties) return out_;  // damaged: assimp says so
      const size_t inside = properties + length;
      if (bytes_.substr(at + size, name) == "C") read_connection(properties, inside);
      if (bytes_.substr(at + size, name) == "Model") read_model(properties, inside);
      if (bytes_.substr(at + size, name) == "P") read_scale(properties, inside);
      at = inside;
      if (inside < end) {
        ends.push_back(end);
        out_.depth = std::max(out_.depth, ends.size());
      } else {
        at = end;
      }
    }
    return out_;
  }

 private:
  template <class T>
  T number(size_t at) const {
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }
  size_t word() const { return wide_ ? 8 : 4; }
  size_t word_at(size_t at) const { return wide_ ? number<uint64_t>(at) : number<uint32_t>(at); }
  size_t end_of(size_t node) const { return word_at(node); }
  size_t length_of(size_t node) const { return word_at(node + 2 * word()); }

  /// Properties L object, S name, S kind.
  void read_model(size_t at, size_t end) {
    if (end - at >= 9 && bytes_[at] == 'L') out_.models.insert(number<uint64_t>(at + 1));
  }
  /// Properties S "OO", L child, L parent.
  void read_connection(size_t at, size_t end) {
    constexpr std::string_view start("S\x02\0\0\0OOL", 8);
    if (end - at < start.size() + 17 || bytes_.substr(at, start.size()) != start || bytes_[at + start.size() + 8] != 'L') return;
    out_.connections.push_back({number<uint64_t>(at + start.size()), number<uint64_t>(at + start.size() + 9)});
  }

  /// Properties S "UnitScaleFactor", three more S, D value.
  void read_scale(size_t at, size_t end) {
    constexpr std::string_view start("S\x0F\0\0\0UnitScaleFactor", 20);
    if (end - at < start.size() + 9 || bytes_.substr(at, start.size()) != start || bytes_[end - 9] != 'D') return;
    out_.no_scale |= static_cast<float>(number<double>(end - 8)) == 0;
  }

  std::string_view bytes_;
  bool wide_ = false;
  Structure out_;
};

/// Lines such as `Model: 5, "Model::Hips"` and `C: "OO",5,4`, and braces; `;` begins a comment.
class TextFbx {
 public:
  explicit TextFbx(std::string_view text) : text_(text) {}

  Structure read() {
    size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ';') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '"') {
        skip_string();
      } else if (std::isalpha(static_cast<unsigned char>(c))) {
        read_word();
      } else {
        if (c == '{') out_.depth = std::max(out_.depth, ++depth);
        if (c == '}' && depth > 0) --depth;
        ++at_;
      }
    }
    return out_;
  }

 private:
  void skip_string() {
    const size_t end = text_.find('"', at_ + 1);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }
  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(std::string_view expected) {
    skip_space();
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  std::optional<uint64_t> take_number() {
    skip_space();
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) return std::nullopt;
    at_ = end - text_.data();
    return value;
  }
  /// `, "double", "Number", "",1`
  void read_scale() {
    for (int k = 0; k < 3; ++k) {
      if (!take(",") || !take("\"")) return;
      --at_;
      skip_string();
    }
    if (!take(",")) return;
    skip_space();
    float value = 1;
    if (std::from_chars(text_.data() + at_, text_.data() + text_.size(), value).ec == std::errc::result_out_of_range) value = 0;
    out_.no_scale |= value == 0;
  }
  void read_word() {
    const size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "Model" && take(":"))
      if (const std::optional<uint64_t> model = take_number()) out_.models.insert(*model);
    if (word == "P" && take(":") && take("\"UnitScaleFactor\"")) read_scale();
    if (word != "C" || !take(":") || !take("\"OO\"") || !take(",")) return;
    const std::optional<uint64_t> child = take_number();
    if (!child || !take(",")) return;
    if (const std::optional<uint64_t> parent = take_number()) out_.connections.push_back({*child, *parent});
  }

  std::string_view text_;
  size_t at_ = 0;
  Structure out_;
};

/// Children come before their parents (Kahn 1962): who is never reached is on a circle or above one.
std::string_view endless_models(const Structure& structure) {
  struct Object {
    std::vector<uint64_t> parents;
    size_t children = 0, depth = 1;
  };
  std::unordered_map<uint64_t, Object> objects;
  for (const Connection& c : structure.connections) {
    if (!structure.models.count(c.child) || !structure.models.count(c.parent)) continue;
    objects[c.child].parents.push_back(c.parent);
    ++objects[c.parent].children;
  }
  std::vector<uint64_t> ready;
  for (const auto& [id, object] : objects)
    if (object.children == 0) ready.push_back(id);
  size_t reached = 0;
  while (!ready.empty()) {
    const Object& object = objects.at(ready.back());
    ready.pop_back();
    ++reached;
    if (object.depth > deepest) return "nodes nested more than 1000 deep";
    for (const uint64_t id : object.parents) {
      Object& parent = objects.at(id);
      parent.depth = std::max(parent.depth, object.depth + 1);
      if (--parent.children == 0) ready.push_back(id);
    }
  }
  return reached < objects.size() ? "a node is its own parent" : std::string_view();
}

}  // namespace

std::string_view fatal_fbx(std::string_view bytes) {
  const bool binary = bytes.starts_with("Kaydara FBX Binary");
  const Structure structure = binary ? BinaryFbx(bytes).read() : TextFbx(bytes).read();
  if (structure.depth > deepest) return too_deep;
  if (structure.no_scale) return "its unit is zero (UnitScaleFactor)";
  return endless_models(structure);
}

}  // namespace limn
