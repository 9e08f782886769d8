#include "limn/skeleton/draw.h"

#include <algorithm>
#include <cmath>

namespace limn {

DrawPlan::DrawPlan(const Skeleton& skeleton, const Grouping& grouping) : joints(skeleton.joint_count()) {
  channel_begin.push_back(0);
  for (const std::vector<int>& bones : grouping.channel_bones) {
    for (int b : bones) {
      bone_from.push_back(skeleton.bones()[b].from);
      bone_to.push_back(skeleton.bones()[b].to);
    }
    channel_begin.push_back(static_cast<int>(bone_from.size()));
  }
  channels = grouping.channels();
}

DrawPlan::DrawPlan(int joint_count, const std::vector<std::vector<std::pair<int, int>>>& bones_per_channel)
    : joints(joint_count), channels(static_cast<int>(bones_per_channel.size())) {
  channel_begin.push_back(0);
  for (const auto& bones : bones_per_channel) {
    for (const auto& [from, to] : bones) {
      bone_from.push_back(from);
      bone_to.push_back(to);
    }
    channel_begin.push_back(static_cast<int>(bone_from.size()));
  }
}

namespace {

template <class T>
struct Segment {
  T ax, ay, dx, dy, inverse_square;  // inverse_square: 1 / |d|^2, 0 for a point
};

template <class T>
Segment<T> segment(const T* joints, int from, int to) {
  const T ax = joints[2 * from], ay = joints[2 * from + 1];
  const T dx = joints[2 * to] - ax, dy = joints[2 * to + 1] - ay;
  const T square = dx * dx + dy * dy;
  return {ax, ay, dx, dy, square > T(0) ? T(1) / square : T(0)};
}

template <class T>
void draw_channel(const DrawPlan& plan, const DrawSettings& s, int channel, const T* joints, T* image,
                  int16_t* winner) {
  const int count = s.height * s.width;
  const T reach = static_cast<T>(s.cull_sigmas) * static_cast<T>(s.sigma_px), reach2 = reach * reach;
  const T scale = T(-0.5) / (static_cast<T>(s.sigma_px) * static_cast<T>(s.sigma_px));
  std::fill(image, image + count, reach2);  // holds the smallest squared distance until the end
  if (winner != nullptr) std::fill(winner, winner + count, int16_t{-1});
  for (int b = plan.channel_begin[channel]; b < plan.channel_begin[channel + 1]; ++b) {
    const Segment<T> g = segment(joints, plan.bone_from[b], plan.bone_to[b]);
    if (!std::isfinite(g.ax) || !std::isfinite(g.ay) || !std::isfinite(g.dx) || !std::isfinite(g.dy)) continue;
    const auto bound = [](T value, int high) { return static_cast<int>(std::clamp(value, T(0), static_cast<T>(high))); };
    const int x0 = bound(std::min(g.ax, g.ax + g.dx) - reach - T(0.5), s.width);
    const int x1 = bound(std::max(g.ax, g.ax + g.dx) + reach + T(1.5), s.width);
    const int y0 = bound(std::min(g.ay, g.ay + g.dy) - reach - T(0.5), s.height);
    const int y1 = bound(std::max(g.ay, g.ay + g.dy) + reach + T(1.5), s.height);
    for (int y = y0; y < y1; ++y) {
      const T py = static_cast<T>(y) + T(0.5) - g.ay;
      for (int x = x0; x < x1; ++x) {
        const T px = static_cast<T>(x) + T(0.5) - g.ax;
        T t = (px * g.dx + py * g.dy) * g.inverse_square;
        t = t < T(0) ? T(0) : (t > T(1) ? T(1) : t);
        const T ex = px - t * g.dx, ey = py - t * g.dy;
        const T d2 = ex * ex + ey * ey;
        const int i = y * s.width + x;
        if (d2 < image[i]) {
          image[i] = d2;
          if (winner != nullptr) winner[i] = static_cast<int16_t>(b);
        }
      }
    }
  }
  for (int i = 0; i < count; ++i) image[i] = image[i] < reach2 ? std::exp(scale * image[i]) : T(0);
}

}  // namespace

template <class T>
void draw_forward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, T* image,
                  int16_t* winner) {
  const int64_t count = int64_t{settings.height} * settings.width;
#pragma omp parallel for
  for (int n = 0; n < batch * plan.channels; ++n)
    draw_channel(plan, settings, n % plan.channels, joints_xy + int64_t{n / plan.channels} * plan.joints * 2,
                 image + n * count, winner == nullptr ? nullptr : winner + n * count);
}

template <class T>
void draw_backward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, const T* image,
                   const int16_t* winner, const T* image_gradient, T* joints_gradient) {
  const int64_t count = int64_t{settings.height} * settings.width;
  const T inverse = T(1) / (static_cast<T>(settings.sigma_px) * static_cast<T>(settings.sigma_px));
#pragma omp parallel for
  for (int n = 0; n < batch; ++n) {
    const T* joints = joints_xy + int64_t{n} * plan.joints * 2;
    T* gradient = joints_gradient + int64_t{n} * plan.joints * 2;
    std::fill(gradient, gradient + plan.joints * 2, T(0));
    for (int c = 0; c < plan.channels; ++c) {
      const int64_t base = (int64_t{n} * plan.channels + c) * count;
      for (int64_t i = 0; i < count; ++i) {
        const int b = winner[base + i];
        if (b < 0) continue;
        const Segment<T> g = segment(joints, plan.bone_from[b], plan.bone_to[b]);
        const T px = static_cast<T>(i % settings.width) + T(0.5) - g.ax;
        const T py = static_cast<T>(i / settings.width) + T(0.5) - g.ay;
        T t = (px * g.dx + py * g.dy) * g.inverse_square;
        t = t < T(0) ? T(0) : (t > T(1) ? T(1) : t);
        if (g.inverse_square == T(0)) t = T(0.5);
        const T factor = image_gradient[base + i] * image[base + i] * inverse;
        const T ex = (px - t * g.dx) * factor, ey = (py - t * g.dy) * factor;
        T* from = gradient + 2 * plan.bone_from[b];
        T* to = gradient + 2 * plan.bone_to[b];
        from[0] += (T(1) - t) * ex, from[1] += (T(1) - t) * ey;
        to[0] += t * ex, to[1] += t * ey;
      }
    }
  }
}

template void draw_forward<float>(const DrawPlan&, const DrawSettings&, int, const float*, float*, int16_t*);
template void draw_forward<double>(const DrawPlan&, const DrawSettings&, int, const double*, double*, int16_t*);
template void draw_backward<float>(const DrawPlan&, const DrawSettings&, int, const float*, const float*, const int16_t*,
                                   const float*, float*);
template void draw_backward<double>(const DrawPlan&, const DrawSettings&, int, const double*, const double*,
                                    const int16_t*, const double*, double*);

}  // namespace limn
