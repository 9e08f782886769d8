// The drawing kernel on a CUDA device: the contract of skeleton/draw.h with pointers to device memory.
#pragma once

#include <cstdint>

#include "limn/skeleton/draw.h"

namespace limn {

/// Bones and channels a plan may have on a device (it travels as a kernel argument).
inline constexpr int kMaxDeviceBones = 256;

/// As draw_forward, on the current device; `stream` is a cudaStream_t. Returns when the work is queued. The same maths
/// as the CPU kernel up to rounding. Error(usage): too many bones or channels; Error(model): the launch failed.
template <class T>
void draw_forward_cuda(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, T* image,
                       std::int16_t* winner, void* stream);

/// As draw_backward. bone_scratch [B E 4] of T is working memory. Sums run in a fixed order: the same bits every time.
template <class T>
void draw_backward_cuda(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy,
                        const T* image, const std::int16_t* winner, const T* image_gradient, T* bone_scratch,
                        T* joints_gradient, void* stream);

}  // namespace limn
