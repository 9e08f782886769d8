#include "limn/base/utf8.h"

namespace limn {

std::vector<uint32_t> letters_of_utf8(std::string_view text) {
  std::vector<uint32_t> letters;
  for (size_t k = 0; k < text.size();) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const uint32_t lead = byte(k);
    const size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 4;
    uint32_t letter = more == 0 ? lead : lead & (0x3fu >> more);
    size_t read = 1;
    while (read <= more && more < 4 && byte(k + read) >> 6 == 2) letter = letter << 6 | (byte(k + read++) & 0x3f);
    constexpr uint32_t smallest[] = {0, 0x80, 0x800, 0x10000, 0};
    const bool whole = read == more + 1 && letter >= smallest[more] && letter <= 0x10ffff && letter >> 11 != 27;
    letters.push_back(whole ? letter : 0xfffd);
    k += whole ? read : 1;
  }
  return letters;
}

void append_utf8(uint32_t letter, std::string& text) {
  if (letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000)) letter = 0xfffd;
  if (letter < 0x80) {
    text += static_cast<char>(letter);
    return;
  }
  const int more = letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
  constexpr uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
  text += static_cast<char>(lead[more] | (letter >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((letter >> (6 * i)) & 0x3f));
}

}  // namespace limn
