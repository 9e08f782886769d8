#include "limn/synth/fbx_structure.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace limn {
namespace {

/// A node of binary FBX, to be placed by bytes().
struct Node {
  std::string name, properties;
  uint64_t count = 0;
  std::vector<Node> inside = {};
};

std::string word(uint64_t value, bool wide) { return {reinterpret_cast<const char*>(&value), wide ? 8u : 4u}; }
std::string number(uint64_t value) { return "L" + word(value, true); }
std::string text(const std::string& value) { return "S" + word(value.size(), false) + value; }

std::string bytes(const Node& node, size_t at, bool wide) {
  const size_t head = 3 * (wide ? 8 : 4) + 1 + node.name.size();
  std::string body = node.properties;
  for (const Node& child : node.inside) body += bytes(child, at + head + body.size(), wide);
  if (!node.inside.empty()) body += std::string(3 * (wide ? 8 : 4) + 1, '\0');
  return word(at + head + body.size(), wide) + word(node.count, wide) + word(node.properties.size(), wide) +
         static_cast<char>(node.name.size()) + node.name + body;
}

std::string file(const std::vector<Node>& nodes, bool wide) {
  std::string result("Kaydara FBX Binary  \0\x1a\0", 23);
  result += word(wide ? 7500 : 7400, false);
  for (const Node& node : nodes) result += bytes(node, result.size(), wide);
  return result + std::string(3 * (wide ? 8 : 4) + 1, '\0') + "the file's end, of which nobody knows much";
}

Node model(uint64_t id) { return {"Model", number(id) + text("n") + text("LimbNode"), 3}; }
Node connection(uint64_t child, uint64_t parent) { return {"C", text("OO") + number(child) + number(parent), 3}; }

TEST(FbxStructure, ANodeIsNotItsOwnParent) {
  for (const bool wide : {false, true}) {
    const auto of = [&](const std::vector<Node>& connections) {
      return file({{"Objects", "", 0, {model(4), model(5), model(6), {"Deformer", number(7), 1}}},
                   {"Connections", "", 0, connections}},
                  wide);
    };
    EXPECT_EQ(fatal_fbx(of({connection(4, 0), connection(5, 4), connection(6, 5)})), "");
    EXPECT_EQ(fatal_fbx(of({connection(7, 4), connection(4, 7)})), "");  // a deformer is no node of the scene
    EXPECT_NE(fatal_fbx(of({connection(5, 5)})), "");
    EXPECT_NE(fatal_fbx(of({connection(4, 0), connection(5, 4), connection(6, 5), connection(4, 6)})), "");
  }
}

TEST(FbxStructure, BlocksNestSoFar) {
  Node deep{"a", "", 0};
  for (int i = 0; i < 900; ++i) deep = {"a", "", 0, {deep}};
  EXPECT_EQ(fatal_fbx(file({deep}, false)), "");
  for (int i = 0; i < 200; ++i) deep = {"a", "", 0, {deep}};
  EXPECT_NE(fatal_fbx(file({deep}, false)), "");
}

TEST(FbxStructure, DamagedFilesAreLeftToAssimp) {
  const std::string whole = file({{"Objects", "", 0, {model(4)}}, {"Connections", "", 0, {connection(4, 4)}}}, false);
  for (size_t size = 0; size < whole.size(); ++size) fatal_fbx(whole.substr(0, size));
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = '\xff';
    fatal_fbx(damaged);
  }
  EXPECT_NE(fatal_fbx(whole), "");
}

TEST(FbxStructure, ALengthBeyondAllNumbersIsDamage) {
  std::string damaged = file({{"Objects", "", 0, {model(4)}}, {"Connections", "", 0, {connection(4, 4)}}}, true);
  const size_t length = damaged.find("\x01" "CS") - 8;  // of the properties of "C"; added to where they begin it wraps around
  damaged.replace(length, 8, word(~uint64_t{0} - 3, true));
  EXPECT_EQ(fatal_fbx(damaged), "");
}

TEST(FbxStructure, TheUnitIsNotZero) {
  for (const double unit : {0.0, 2.54}) {
    std::string value = "D" + std::string(8, '\0');
    std::memcpy(value.data() + 1, &unit, 8);
    const Node scale{"P", text("UnitScaleFactor") + text("double") + text("Number") + text("") + value, 5};
    const std::string binary = file({{"GlobalSettings", "", 0, {scale}}}, false);
    const std::string written = "P: \"UnitScaleFactor\", \"double\", \"Number\", \"\"," + std::to_string(unit) + "\n";
    EXPECT_EQ(fatal_fbx(binary).empty(), unit > 0);
    EXPECT_EQ(fatal_fbx(written).empty(), unit > 0);
    for (size_t size = 0; size < binary.size(); ++size) fatal_fbx(binary.substr(0, size));
    for (size_t size = 0; size < written.size(); ++size) fatal_fbx(written.substr(0, size));
  }
}

TEST(FbxStructure, TextInStringsAndCommentsIsNone) {
  const std::string models = "Model: 4, \"Model::a\" {\n}\n", circle = "C: \"OO\",4,4\n";
  EXPECT_NE(fatal_fbx(models + circle), "");
  EXPECT_EQ(fatal_fbx(models + "; " + circle), "");
  EXPECT_EQ(fatal_fbx(models + "a: \"C: \" \n"), "");
}

}  // namespace
}  // namespace limn
