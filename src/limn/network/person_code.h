// Boxes of people as the maps that the person network gives, and back (after Zhou et al. 2019, "Objects as points").
//
// A map has one cell for every 8 x 8 pixels. Its centre channel says how likely a person's box has its middle there;
// the box channels hold, for the person whose middle is near: x and y from the cell's centre to the box's middle, in
// cells, and the logarithm of the box's width and height over 32 and 64 px.
#pragma once

#include <span>
#include <vector>

#include "limn/geometry/box.h"
#include "limn/network/spec.h"

namespace limn {

inline constexpr int person_stride = 8;      ///< px a cell
inline constexpr int person_box_values = 4;  ///< channels of the box map

/// What the network should give for one picture, and what counts.
struct PersonTargets {
  int height = 0, width = 0;         ///< cells
  std::vector<float> centre;         ///< [h w] in [0, 1]; exactly 1 in the cell of a box's middle, falling off around
  std::vector<float> centre_weight;  ///< [h w] 0 where a person is that may be found or not, else 1
  std::vector<float> box;            ///< [4 h w]
  std::vector<float> box_weight;     ///< [h w] 0 away from all people
};

/// `width`, `height`: px of the picture, multiples of 8. Of `ignored` people neither presence nor absence is taught.
PersonTargets encode_people(const std::vector<Box>& people, const std::vector<Box>& ignored, int width, int height);

struct FoundBox {
  Box box;          ///< px
  float score = 0;  ///< [0, 1]
};

/// centre [1 h w] logits, box [4 h w] -> the boxes at local peaks of at least `smallest_score`, best first; of two that
/// overlap by more than `largest_overlap` the better one. Values that are not numbers are no peaks.
std::vector<FoundBox> decode_people(const FeatureShape& shape, std::span<const float> centre,
                                    std::span<const float> box, float smallest_score, float largest_overlap = 0.55f);

/// Best first; a box that overlaps a better one by more than `largest_overlap` is left out.
std::vector<FoundBox> without_doubles(std::vector<FoundBox> found, float largest_overlap);

}  // namespace limn
