// What the fuzzers share: any bytes must be read or refused with limn::Error, and nothing else may happen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "limn/base/error.h"

namespace limn::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Runs `read`; an Error of the right kind is an answer, too. Anything else leaves, and the fuzzer reports it.
template <class Read>
void read_or_refuse(const Read& read) {
  try {
    read();
  } catch (const Error&) {
  }
}

}  // namespace limn::fuzz
