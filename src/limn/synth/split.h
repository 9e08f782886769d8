// Which files of a folder train and which measure.
#pragma once

#include <cstddef>

namespace limn {

/// Of the characters and the motions of a folder one fifth is held out from training and fitting for ever. Fewer than five
/// files serve both.
enum class Split { training, held_out };

constexpr size_t smallest_split = 5;

/// Of motions every fifth, from the first; recordings of one subject stand together.
constexpr bool is_motion_of(Split split, size_t i, size_t count) {
  return count < smallest_split || (i % smallest_split == 0) == (split == Split::held_out);
}
/// Of characters the last fifth.
constexpr bool is_character_of(Split split, size_t i, size_t count) {
  return count < smallest_split || (i >= count - count / smallest_split) == (split == Split::held_out);
}

}  // namespace limn
