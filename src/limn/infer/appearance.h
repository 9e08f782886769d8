// What somebody wears, as far as it tells two people of one video apart.
#pragma once

#include <array>

#include "limn/base/image.h"
#include "limn/skeleton/pose_estimate.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// Colours of the trunk and of the legs: for each, the shares of 4 x 4 x 4 colours, between which pixels are shared out.
struct Appearance {
  static constexpr size_t colours = 4 * 4 * 4;
  std::array<std::array<float, colours>, 2> shares{};  ///< of a part that was seen they sum to 1, else to 0

  bool known() const;  ///< something of it was seen
  /// Becomes `share` the other's; where it is not known, wholly.
  void blend(const Appearance& other, float share);
};

/// Hellinger's distance squared, the mean of the parts known of both, [0, 1]; 0 where there is none.
float unlikeness(const Appearance& a, const Appearance& b);

/// Samples a picture beside the bones of a pose.
class AppearanceReader {
 public:
  /// Error(input) for a skeleton without shoulders, hips, knees and ankles by the human one's names.
  explicit AppearanceReader(const Skeleton& skeleton);
  /// Joints of a confidence below 0.3, and what lies outside of the picture, are passed over.
  Appearance operator()(const Image& image, const PoseEstimate& person) const;

 private:
  std::array<int, 2> shoulders_, hips_, knees_, ankles_;  ///< left, right
};

}  // namespace limn
