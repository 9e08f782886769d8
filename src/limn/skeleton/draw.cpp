#include "limn/skeleton/draw.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "limn/base/error.h"

// The row loops are compiled once per vector width and chosen when the program starts (GCC only: other compilers get
// the baseline). Everything they call must be inlined into them, or it would stay at the baseline.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LIMN_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LIMN_VECTOR_CLONES
#endif
#define LIMN_INLINE [[gnu::always_inline]] inline

namespace limn {
namespace {

/// Rows are walked in whole blocks of this many pixels; scratch rows are padded by as many.
constexpr int kLanes = 16;
/// Fewer pixels than this are drawn on the calling thread.
constexpr std::int64_t kParallelPixels = 1 << 18;

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
  Range bones;
  const T* image_gradient = nullptr;
  T* image = nullptr;
  std::int16_t* winner = nullptr;
};

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

/// With r = u - a - t e: dy/da = y (1 - t) r / sigma^2 and dy/db = y t r / sigma^2. (The derivative through t is zero:
/// inside the bone r is normal to it, at its ends t does not move.)
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
    std::fill(weight + all.end, weight + all.end + kLanes, T(0));
    std::fill(winner + all.end, winner + all.end + kLanes, Lane<T>(-1));
    for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
      const Segment<T>& s = scratch.segments[e];
      gather_row(s, Lane<T>(e), T(y) + T(0.5) - s.ay, scratch.ranges[e], weight, winner, scratch.bone_sums[e].data());
    }
  }
}

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

void check(const DrawPlan& plan, const DrawSettings& settings, int batch) {
  const bool sizes = batch >= 0 && settings.height > 0 && settings.width > 0 && plan.channels > 0;
  require(sizes, ErrorKind::usage, "the skeleton image has no pixels", "draw",
          "give a height, a width and at least one channel");
  const bool widths = std::isfinite(settings.sigma_px) && settings.sigma_px > 0 &&
                      std::isfinite(settings.cull_sigmas) && settings.cull_sigmas > 0;
  require(widths, ErrorKind::usage, "sigma and the cull distance must be positive", "draw", "use sigma_px = 1");
}

/// The plane without its pictures, and its segments in scratch.
template <class T>
Plane<T> make_plane(const DrawPlan& plan, const DrawSettings& settings, int channel, const T* joints_xy,
                    Scratch<T>& scratch) {
  Plane<T> plane;
  plane.width = settings.width;
  plane.height = settings.height;
  plane.sigma = static_cast<T>(settings.sigma_px);
  plane.reach = static_cast<T>(settings.cull_sigmas) * plane.sigma;
  plane.bones = {plan.channel_begin[channel], plan.channel_begin[channel + 1]};
  for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
    scratch.segments[e] =
        make_segment(joints_xy + 2 * plan.bone_from[e], joints_xy + 2 * plan.bone_to[e], plane.reach, settings.height);
  }
  return plane;
}

/// Adds the lanes of one bone, in a fixed order: dL/da then dL/db.
template <class T>
std::array<double, 4> bone_gradient(const std::array<T, 4 * kLanes>& sums) {
  std::array<double, 4> total{};
  for (int part = 0; part < 4; ++part) {
    for (int k = 0; k < kLanes; ++k) total[part] += sums[part * kLanes + k];
  }
  return {total[0] - total[2], total[1] - total[3], total[2], total[3]};
}

std::vector<std::vector<std::pair<int, int>>> joint_pairs(const Skeleton& skeleton, const Grouping& grouping) {
  std::vector<std::vector<std::pair<int, int>>> pairs;
  for (const std::vector<int>& bones : grouping.channel_bones) {
    std::vector<std::pair<int, int>>& channel = pairs.emplace_back();
    for (const int bone : bones) channel.emplace_back(skeleton.bones()[bone].from, skeleton.bones()[bone].to);
  }
  return pairs;
}

}  // namespace

DrawPlan::DrawPlan(const Skeleton& skeleton, const Grouping& grouping)
    : DrawPlan(skeleton.joint_count(), joint_pairs(skeleton, grouping)) {}

DrawPlan::DrawPlan(int joints, const std::vector<std::vector<std::pair<int, int>>>& bones_per_channel)
    : joints(joints), channels(static_cast<int>(bones_per_channel.size())), channel_begin{0} {
  for (const auto& channel : bones_per_channel) {
    for (const auto& [from, to] : channel) {
      const bool known = from >= 0 && from < joints && to >= 0 && to < joints;
      require(known, ErrorKind::usage, "a bone ends at a joint that does not exist",
              "bone " + std::to_string(bone_from.size()), "number joints from 0 to joints - 1");
      bone_from.push_back(from);
      bone_to.push_back(to);
    }
    channel_begin.push_back(static_cast<int>(bone_from.size()));
  }
  require(bone_from.size() <= 32767, ErrorKind::usage, "too many bones to draw", std::to_string(bone_from.size()),
          "draw at most 32767 bones");
}

template <class T>
void draw_forward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, T* image,
                  std::int16_t* winner) {
  check(plan, settings, batch);
  const int planes = batch * plan.channels;
  const std::int64_t pixels = static_cast<std::int64_t>(settings.height) * settings.width;
#pragma omp parallel if (planes * pixels >= kParallelPixels)
  {
    Scratch<T> scratch(settings.width, static_cast<int>(plan.bone_from.size()));
#pragma omp for schedule(dynamic)
    for (int p = 0; p < planes; ++p) {
      const T* const joints = joints_xy + static_cast<std::int64_t>(p / plan.channels) * plan.joints * 2;
      Plane<T> plane = make_plane(plan, settings, p % plan.channels, joints, scratch);
      plane.image = image + p * pixels;
      plane.winner = winner ? winner + p * pixels : nullptr;
      forward_plane(plane, scratch);
    }
  }
}

template <class T>
void draw_backward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, const T* image,
                   const std::int16_t* winner, const T* image_gradient, T* joints_gradient) {
  check(plan, settings, batch);
  const int planes = batch * plan.channels, bones = static_cast<int>(plan.bone_from.size());
  const std::int64_t pixels = static_cast<std::int64_t>(settings.height) * settings.width;
  std::vector<std::array<double, 4>> gradients(static_cast<std::size_t>(batch) * bones);
#pragma omp parallel if (planes * pixels >= kParallelPixels)
  {
    Scratch<T> scratch(settings.width, bones);
#pragma omp for schedule(dynamic)
    for (int p = 0; p < planes; ++p) {
      const std::int64_t sample = p / plan.channels;
      Plane<T> plane = make_plane(plan, settings, p % plan.channels, joints_xy + sample * plan.joints * 2, scratch);
      plane.image = const_cast<T*>(image) + p * pixels;
      plane.winner = const_cast<std::int16_t*>(winner) + p * pixels;
      plane.image_gradient = image_gradient + p * pixels;
      backward_plane(plane, scratch);
      for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
        gradients[sample * bones + e] = bone_gradient(scratch.bone_sums[e]);
      }
    }
  }
  // Bones of several channels share joints: added here, in the order of the plan, for the same bits on any threads.
  std::vector<double> totals(static_cast<std::size_t>(batch) * plan.joints * 2);
  for (int b = 0; b < batch; ++b) {
    double* const total = totals.data() + static_cast<std::int64_t>(b) * plan.joints * 2;
    for (int e = 0; e < bones; ++e) {
      const std::array<double, 4>& g = gradients[static_cast<std::int64_t>(b) * bones + e];
      total[2 * plan.bone_from[e]] += g[0];
      total[2 * plan.bone_from[e] + 1] += g[1];
      total[2 * plan.bone_to[e]] += g[2];
      total[2 * plan.bone_to[e] + 1] += g[3];
    }
  }
  for (std::size_t i = 0; i < totals.size(); ++i) joints_gradient[i] = static_cast<T>(totals[i]);
}

template void draw_forward<float>(const DrawPlan&, const DrawSettings&, int, const float*, float*, std::int16_t*);
template void draw_forward<double>(const DrawPlan&, const DrawSettings&, int, const double*, double*, std::int16_t*);
template void draw_backward<float>(const DrawPlan&, const DrawSettings&, int, const float*, const float*,
                                   const std::int16_t*, const float*, float*);
template void draw_backward<double>(const DrawPlan&, const DrawSettings&, int, const double*, const double*,
                                    const std::int16_t*, const double*, double*);

}  // namespace limn
