#include "limn/skeleton/draw.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "limn/base/error.h"
#include "limn/skeleton/draw_plane.h"

namespace limn {
namespace {

using drawing::kLanes;
using drawing::Plane;
using drawing::Scratch;

/// Fewer pixels than this are drawn on the calling thread.
constexpr std::int64_t kParallelPixels = 1 << 18;

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
  plane.profile = settings.profile;
  plane.bones = {plan.channel_begin[channel], plan.channel_begin[channel + 1]};
  for (int e = plane.bones.begin; e < plane.bones.end; ++e) {
    scratch.segments[e] = drawing::make_segment(joints_xy + 2 * plan.bone_from[e], joints_xy + 2 * plan.bone_to[e],
                                                plane.reach, settings.height);
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

Profile profile_from_name(const std::string& name) {
  require(name == "gaussian" || name == "exponential", ErrorKind::usage, "unknown profile of the drawing", name,
          "choose gaussian or exponential");
  return name == "gaussian" ? Profile::gaussian : Profile::exponential;
}

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
