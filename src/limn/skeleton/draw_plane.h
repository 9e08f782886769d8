// One channel of one skeleton image, the inner part of skeleton/draw.cpp: culled, vectorised, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "limn/skeleton/draw.h"

namespace limn::drawing {

/// Rows are walked in whole blocks of this many pixels; scratch rows are padded by as many.
constexpr int kLanes = 16;
/// An integer as wide as T, so that a comparison of T selects it without repacking.
template <class T>
using Lane = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

struct Range {
  int begin = 0, end = 0;
};

/// A bone in px: a + t e for t in [0, 1]. The nearest t to u is t_base + (u - a) . e * inv_length2, clamped; a bone of
/// length zero has t = 1/2 everywhere, which shares its gradient between both ends.
template <class T>
struct Segment {
  T ax = 0, ay = 0, ex = 0, ey = 0, inv_length2 = 0, t_base = 0, inv_ey = 0;
  Range rows;  ///< that the bone can reach; empty for a bone that is not drawn
};

/// What a thread needs to draw planes, sized once.
template <class T>
struct Scratch {
  std::vector<T> row;           ///< forward: smallest squared distance; backward: dL/dy * y / sigma^2
  std::vector<Lane<T>> winner;  ///< bone of each pixel of the row
  std::vector<Segment<T>> segments;
  std::vector<Range> ranges;                         ///< of the current row, per bone
  std::vector<std::array<T, 4 * kLanes>> bone_sums;  ///< backward: per bone, lanes of sum(w r) and sum(w t r)

  Scratch(int width, int bones)
      : row(width + 2 * kLanes), winner(width + 2 * kLanes), segments(bones), ranges(bones), bone_sums(bones) {}
};

/// One channel of one picture.
template <class T>
struct Plane {
  int width = 0, height = 0;
  T reach = 0, sigma = 1;  ///< px
  Profile profile = Profile::gaussian;
  Range bones;
  const T* image_gradient = nullptr;
  T* image = nullptr;
  std::int16_t* winner = nullptr;
};

/// The bone from a to b, px; empty rows when a coordinate is not finite.
template <class T>
Segment<T> make_segment(const T* a, const T* b, T reach, int height);

/// Fills plane.image and, unless null, plane.winner. scratch.segments holds the bones of the plane.
void forward_plane(const Plane<float>& plane, Scratch<float>& scratch);
void forward_plane(const Plane<double>& plane, Scratch<double>& scratch);

/// Fills scratch.bone_sums of the plane's bones from image, winner and image_gradient.
void backward_plane(const Plane<float>& plane, Scratch<float>& scratch);
void backward_plane(const Plane<double>& plane, Scratch<double>& scratch);

}  // namespace limn::drawing
