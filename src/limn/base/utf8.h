// UTF-8 as the letters that it stands for (Unicode code points), and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace limn {

/// Bytes that are no letter's become U+FFFD, one each.
std::vector<uint32_t> letters_of_utf8(std::string_view text);

/// Numbers that are no letter's become U+FFFD.
void append_utf8(uint32_t letter, std::string& text);

}  // namespace limn
