// The skeleton image drawn analytically: one kernel for labels, predictions and training.
//
//   y_c(u) = max over bones (i, j) of channel c of exp(-d(u, segment p_i p_j)^2 / (2 sigma^2))     (METHOD 1)
//
// u is a pixel centre (x + 0.5, y + 0.5), d in pixels. Where d > cull_sigmas * sigma a bone contributes nothing.
// The exponential profile, exp(-d / sigma), is that of KeypointGAN's published code: the baseline's drawing.
#pragma once

#include <string>
#include <vector>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// Which bones go to which channel, flattened for the kernel.
struct DrawPlan {
  int joints = 0;
  int channels = 0;
  std::vector<int> bone_from, bone_to;  ///< [E] joint indices, sorted by channel
  std::vector<int> channel_begin;       ///< [C + 1] ranges of bones per channel

  DrawPlan(const Skeleton& skeleton, const Grouping& grouping);
  /// Any bones; for tests and benches.
  DrawPlan(int joints, const std::vector<std::vector<std::pair<int, int>>>& bones_per_channel);
};

/// How a line fades with the distance from the bone.
enum class Profile { gaussian, exponential };
/// "gaussian", "exponential"; Error(usage) otherwise.
Profile profile_from_name(const std::string& name);

struct DrawSettings {
  int height = 0, width = 0;  ///< of the skeleton image
  float sigma_px = 1;         ///< px
  float cull_sigmas = 5.5f;   ///< beyond this distance the value is 0 (Gaussian: exp(-15) = 3e-7; exponential: 4e-3)
  Profile profile = Profile::gaussian;
};

/// joints_xy [B J 2] px; image [B C H W], overwritten; winner [B C H W] (or null): which bone gave the maximum
/// (index within the plan, -1 for none), what draw_backward needs. T is float or double.
template <class T>
void draw_forward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, T* image,
                  int16_t* winner);

/// image_gradient [B C H W] -> joints_gradient [B J 2], overwritten. Zero-length bones are points: half of the gradient
/// goes to each end. Ties go to the first bone. Needs the `image` and `winner` of the forward pass.
template <class T>
void draw_backward(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, const T* image,
                   const int16_t* winner, const T* image_gradient, T* joints_gradient);

}  // namespace limn
