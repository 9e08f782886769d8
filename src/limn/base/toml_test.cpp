#include "limn/base/toml.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"

namespace limn {
namespace {

TEST(Toml, KeepsKindsValuesAndLines) {
  const TomlNode root =
      parse_toml("a = 1\nb = 2.5\nc = true\n\n[t]\nd = [\"x\",\n  \"y\"]\n[[s]]\n[[s]]\ne = 'z'\n", "x.toml");
  EXPECT_EQ(root.find("a")->kind, TomlNode::Kind::integer);
  EXPECT_EQ(root.find("a")->number, 1);
  EXPECT_EQ(root.find("b")->kind, TomlNode::Kind::real);
  EXPECT_EQ(root.find("b")->line, 2);
  EXPECT_TRUE(root.find("c")->flag);
  const TomlNode& list = *root.find("t")->find("d");
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].text, "y");
  EXPECT_EQ(list.items[1].line, 7);
  ASSERT_EQ(root.find("s")->items.size(), 2u);
  EXPECT_EQ(root.find("s")->items[1].line, 9);
  EXPECT_EQ(root.find("missing"), nullptr);
}

TEST(Toml, SyntaxErrorsNameTheLine) {
  for (const auto& [text, where] : {std::pair{"a = 1\nb = \n", "x.toml:2"}, std::pair{"a = 1\n\na = 2\n", "x.toml:3"},
                                    std::pair{"a = 1\nb = 07:32:00\n", "x.toml:2"}}) {
    try {
      parse_toml(text, "x.toml");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.where(), where);
      EXPECT_EQ(error.kind(), ErrorKind::input);
    }
  }
}

TEST(NearestName, HasTheSmallestEditDistance) {
  EXPECT_EQ(nearest_name("left_elbw", {"right_elbow", "left_elbow", "left_eye"}), "left_elbow");
  EXPECT_EQ(nearest_name("kitten", {"mitten", "sitting"}), "mitten");  // 1 against 3
  EXPECT_EQ(nearest_name("ab", {"abcde", "ba"}), "ba");                // 3 against 2
  EXPECT_EQ(nearest_name("same", {"sane", "same"}), "same");
  EXPECT_EQ(nearest_name("x", {"first", "other"}), "first");  // a tie: the first
  EXPECT_EQ(nearest_name("anything", {}), "");
  EXPECT_EQ(nearest_name("", {"long", "a"}), "a");
}

TEST(Toml, LettersBeyondAsciiBelongIntoQuotesAndComments) {
  const TomlNode root = parse_toml("# Größe, размер\na = 'Größe' # höher\n\"ключ\" = 2\n", "letters.toml");
  EXPECT_EQ(root.find("a")->text, "Größe");
  EXPECT_EQ(root.find("ключ")->number, 2);
  // Found by fuzzing: undefined behaviour in toml++ 3.3.
  for (const char* text : {"a = [é", "a = 1é", "a = [1,\n ß]", "a = trueж"})
    EXPECT_THROW(parse_toml(text, "letters.toml"), Error) << text;
}

TEST(Toml, HeadersThatTheParserDoesNotExpectAreErrors) {
  // Found by fuzzing: toml++ 3.3 assumes that a key begins here.
  for (const char* text : {"[~a]", "[[~a]]", "[=]", "[\x01]", "a.~ = 1"})
    EXPECT_THROW(parse_toml(text, "fuzzed.toml"), Error) << text;
}

}  // namespace
}  // namespace limn
