#include "limn/skeleton/draw_plane.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

// The row loops are compiled once per vector width and chosen when the program starts (GCC only: other compilers get
// the baseline). Everything they call must be inlined into them, or it would stay at the baseline.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LIMN_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LIMN_VECTOR_CLONES
#endif
#define LIMN_INLINE [[gnu::always_inline]] inline

namespace limn::drawing {
namespace {

/// v limited to [0, high]; NaN becomes 0.
template <class T>
LIMN_INLINE T limited(T v, T high) {
  return v > 0 ? (v < high ? v : high) : 0;
}

/// exp(x) for x <= 0, within about 1e-7 relative; below -87 as at -87. Written so that it vectorises:
/// x = n ln 2 + r with |r| <= ln 2 / 2, exp(r) by a polynomial, 2^n through the exponent bits.
LIMN_INLINE float exp_of(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding and subtracting it rounds to an integer
  x = x < -87.0f ? -87.0f : x;
  const float n = (x * 1.44269504f + kRound) - kRound;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}
LIMN_INLINE double exp_of(double x) { return std::exp(x); }

/// The pixels of a row that a bone can reach, a little more than exactly: only the part of the bone within `reach` of
/// the row counts.
template <class T>
LIMN_INLINE Range reachable(const Segment<T>& s, T centre_y, T reach, int width) {
  T t0 = 0, t1 = 1;
  if (s.inv_ey != 0) {
    const T ta = (centre_y - reach - s.ay) * s.inv_ey, tb = (centre_y + reach - s.ay) * s.inv_ey;
    t0 = limited(ta < tb ? ta : tb, T(1));
    t1 = limited(ta < tb ? tb : ta, T(1));
  }
  const T xa = s.ax + t0 * s.ex, xb = s.ax + t1 * s.ex;
  const T left = xa < xb ? xa : xb, right = xa < xb ? xb : xa;
  return {static_cast<int>(limited(left - reach - 1, T(width))),
          static_cast<int>(limited(right + reach + 2, T(width)))};
}

/// Fills scratch.ranges for row y; returns the pixels any bone of the plane can reach.
template <class T>
LIMN_INLINE Range row_ranges(const Plane<T>& plane, int y, Scratch<T>& scratch) {
  Range all{plane.width, 0};
  for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
    const Segment<T>& s = scratch.segments[e];
    Range& range = scratch.ranges[e];
    range = {};
    if (y < s.rows.begin || y >= s.rows.end) continue;
    range = reachable(s, T(y) + T(0.5), plane.reach, plane.width);
    if (range.begin >= range.end) continue;
    all.begin = range.begin < all.begin ? range.begin : all.begin;
    all.end = range.end > all.end ? range.end : all.end;
  }
  if (all.begin >= all.end) all = {};
  return all;
}

/// The vector r from the bone to the pixel centre u (qx, qy = u - a), and where on the bone its foot is.
template <class T>
struct Foot {
  T t, rx, ry;
};
template <class T>
LIMN_INLINE Foot<T> foot(const Segment<T>& s, T qx, T qy) {
  T t = s.t_base + (qx * s.ex + qy * s.ey) * s.inv_length2;
  t = t < 0 ? T(0) : t;
  t = t > 1 ? T(1) : t;
  return {t, qx - t * s.ex, qy - t * s.ey};
}

template <class T>
LIMN_INLINE void nearest_in_row(const Segment<T>& s, Lane<T> bone, T qy, Range range, T* best, Lane<T>* winner) {
  for (int x = range.begin; x < range.end; x += kLanes) {
#pragma omp simd
    for (int k = 0; k < kLanes; ++k) {
      const Foot<T> f = foot(s, static_cast<T>(x + k) + T(0.5) - s.ax, qy);
      const T distance2 = f.rx * f.rx + f.ry * f.ry;
      const T before = best[x + k];
      const Lane<T> winner_before = winner[x + k];
      best[x + k] = distance2 < before ? distance2 : before;
      winner[x + k] = distance2 < before ? bone : winner_before;
    }
  }
}

/// The squared distance at which the Gaussian has the value that the exponential has at d; `beyond` stays.
template <class T>
LIMN_INLINE T in_exponential(T distance2, T beyond, T sigma) {
  return distance2 < beyond ? 2 * sigma * std::sqrt(distance2) : beyond;
}

/// max exp(-d^2 ...) is exp(-min d^2 ...): the nearest bone of every pixel first, then one exponential.
template <class T>
LIMN_INLINE void forward_plane_body(const Plane<T>& plane, Scratch<T>& scratch) {
  const T beyond = std::nextafter(plane.reach * plane.reach, std::numeric_limits<T>::infinity());
  const T scale = -1 / (2 * plane.sigma * plane.sigma);
  T* const best = scratch.row.data();
  Lane<T>* const winner = scratch.winner.data();
  for (int y = 0; y < plane.height; ++y) {
    const Range all = row_ranges(plane, y, scratch);
    std::fill(best + all.begin, best + all.end + kLanes, beyond);
    std::fill(winner + all.begin, winner + all.end + kLanes, Lane<T>(-1));
    for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
      const Segment<T>& s = scratch.segments[e];
      nearest_in_row(s, Lane<T>(e), T(y) + T(0.5) - s.ay, scratch.ranges[e], best, winner);
    }
    T* const out = plane.image + static_cast<std::int64_t>(y) * plane.width;
    std::fill(out, out + all.begin, T(0));
    std::fill(out + all.end, out + plane.width, T(0));
    if (plane.profile == Profile::exponential)
      for (int x = all.begin; x < all.end; ++x) best[x] = in_exponential(best[x], beyond, plane.sigma);
#pragma omp simd
    for (int x = all.begin; x < all.end; ++x) {
      const T value = exp_of(best[x] * scale);
      out[x] = best[x] < beyond ? value : T(0);
    }
    if (!plane.winner) continue;
    std::int16_t* const out_winner = plane.winner + static_cast<std::int64_t>(y) * plane.width;
    std::fill(out_winner, out_winner + all.begin, std::int16_t(-1));
    std::fill(out_winner + all.end, out_winner + plane.width, std::int16_t(-1));
#pragma omp simd
    for (int x = all.begin; x < all.end; ++x) out_winner[x] = static_cast<std::int16_t>(winner[x]);
  }
}

/// Adds the pixels of a row whose winner is this bone, lane by lane: sums = [w rx | w ry | w t rx | w t ry].
template <class T>
LIMN_INLINE void gather_row(const Segment<T>& s, Lane<T> bone, T qy, Range range, const T* weight,
                            const Lane<T>* winner, T* sums) {
  for (int x = range.begin; x < range.end; x += kLanes) {
#pragma omp simd
    for (int k = 0; k < kLanes; ++k) {
      const Foot<T> f = foot(s, static_cast<T>(x + k) + T(0.5) - s.ax, qy);
      const T w = weight[x + k];
      const bool mine = winner[x + k] == bone;
      const T wx = mine ? w * f.rx : T(0), wy = mine ? w * f.ry : T(0);
      sums[k] += wx;
      sums[kLanes + k] += wy;
      sums[2 * kLanes + k] += f.t * wx;
      sums[3 * kLanes + k] += f.t * wy;
    }
  }
}

/// sigma / d of the exponential profile, from its value; finite on the bone, where the gradient has no direction.
template <class T>
LIMN_INLINE T steepness_of(T value) {
  const T distance = value > 0 ? -std::log(value) : T(1);
  return 1 / (distance > T(1e-6) ? distance : T(1e-6));
}

/// With r = u - a - t e: dy/da = y (1 - t) r / sigma^2 and dy/db = y t r / sigma^2; with the exponential profile
/// sigma / d times that. (The derivative through t is zero: inside the bone r is normal to it, at its ends t does not
/// move.)
template <class T>
LIMN_INLINE void backward_plane_body(const Plane<T>& plane, Scratch<T>& scratch) {
  const T scale = 1 / (plane.sigma * plane.sigma);
  T* const weight = scratch.row.data();
  Lane<T>* const winner = scratch.winner.data();
  for (int e = plane.bones.begin; e < plane.bones.end; ++e) scratch.bone_sums[e].fill(0);
  for (int y = 0; y < plane.height; ++y) {
    const Range all = row_ranges(plane, y, scratch);
    const std::int64_t row = static_cast<std::int64_t>(y) * plane.width;
    const T* const gradient = plane.image_gradient + row;
    const T* const image = plane.image + row;
    const std::int16_t* const plane_winner = plane.winner + row;
#pragma omp simd
    for (int x = all.begin; x < all.end; ++x) {
      weight[x] = gradient[x] * image[x] * scale;
      winner[x] = plane_winner[x];
    }
    if (plane.profile == Profile::exponential)
      for (int x = all.begin; x < all.end; ++x) weight[x] *= steepness_of(image[x]);
    std::fill(weight + all.end, weight + all.end + kLanes, T(0));
    std::fill(winner + all.end, winner + all.end + kLanes, Lane<T>(-1));
    for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
      const Segment<T>& s = scratch.segments[e];
      gather_row(s, Lane<T>(e), T(y) + T(0.5) - s.ay, scratch.ranges[e], weight, winner, scratch.bone_sums[e].data());
    }
  }
}

}  // namespace

template <class T>
Segment<T> make_segment(const T* a, const T* b, T reach, int height) {
  Segment<T> s;
  if (!std::isfinite(a[0]) || !std::isfinite(a[1]) || !std::isfinite(b[0]) || !std::isfinite(b[1])) return s;
  s.ax = a[0];
  s.ay = a[1];
  s.ex = b[0] - a[0];
  s.ey = b[1] - a[1];
  const T length2 = s.ex * s.ex + s.ey * s.ey;
  const bool is_point = length2 < std::numeric_limits<T>::min();
  s.inv_length2 = is_point ? 0 : 1 / length2;
  s.t_base = is_point ? T(0.5) : T(0);
  s.inv_ey = std::abs(s.ey) < T(1e-6) ? 0 : 1 / s.ey;
  const T top = a[1] < b[1] ? a[1] : b[1], bottom = a[1] < b[1] ? b[1] : a[1];
  s.rows.begin = static_cast<int>(limited(top - reach - 1, T(height)));
  s.rows.end = static_cast<int>(limited(bottom + reach + 2, T(height)));
  return s;
}

template Segment<float> make_segment(const float*, const float*, float, int);
template Segment<double> make_segment(const double*, const double*, double, int);

LIMN_VECTOR_CLONES void forward_plane(const Plane<float>& plane, Scratch<float>& scratch) {
  forward_plane_body(plane, scratch);
}
LIMN_VECTOR_CLONES void forward_plane(const Plane<double>& plane, Scratch<double>& scratch) {
  forward_plane_body(plane, scratch);
}
LIMN_VECTOR_CLONES void backward_plane(const Plane<float>& plane, Scratch<float>& scratch) {
  backward_plane_body(plane, scratch);
}
LIMN_VECTOR_CLONES void backward_plane(const Plane<double>& plane, Scratch<double>& scratch) {
  backward_plane_body(plane, scratch);
}

}  // namespace limn::drawing
