#include "limn/base/utf8.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

std::string utf8_of(const std::vector<uint32_t>& letters) {
  std::string text;
  for (uint32_t letter : letters) append_utf8(letter, text);
  return text;
}

TEST(Utf8, LettersOfEveryLengthComeBack) {
  const std::vector<uint32_t> letters = {0, 'a', 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x20ac, 0xffff, 0x10000, 0x1f600, 0x10ffff};
  const std::string text = utf8_of(letters);
  EXPECT_EQ(text.size(), 3 * 1u + 3 * 2 + 3 * 3 + 3 * 4);
  EXPECT_EQ(letters_of_utf8(text), letters);
  EXPECT_EQ(utf8_of({0x20ac}), "\xe2\x82\xac");
}

TEST(Utf8, WhatIsNoLetterIsReplaced) {
  using Letters = std::vector<uint32_t>;
  EXPECT_EQ(letters_of_utf8("a\x80z"), (Letters{'a', 0xfffd, 'z'}));
  EXPECT_EQ(letters_of_utf8("\xe2\x82"), (Letters{0xfffd, 0xfffd}));          // cut off
  EXPECT_EQ(letters_of_utf8("\xc0\xaf"), (Letters{0xfffd, 0xfffd}));          // longer than need be
  EXPECT_EQ(letters_of_utf8("\xed\xa0\x80"), (Letters(3, 0xfffd)));          // half of a pair of UTF-16
  EXPECT_EQ(letters_of_utf8("\xf4\x90\x80\x80"), (Letters(4, 0xfffd)));      // beyond the last letter
  EXPECT_EQ(utf8_of({0xd800, 0x110000}), utf8_of({0xfffd, 0xfffd}));
}

}  // namespace
}  // namespace limn
