#include <cuda_runtime.h>

#include <string>

#include "limn/base/error.h"
#include "limn/cycle/draw_cuda.h"

namespace limn {
namespace {

constexpr int kThreads = 256;  ///< per block; a power of two, for the sum over a block

/// The plan as a kernel argument.
struct DeviceBones {
  std::int16_t from[kMaxDeviceBones], to[kMaxDeviceBones];
  std::int16_t channel_begin[kMaxDeviceBones + 1];
};

template <class T>
struct Frame {
  int width, height, channels, joints, bones;
  T sigma, reach2;  ///< px, px^2
  bool exponential;
};

/// Where on a bone the nearest point to u is, and the vector r from it to u. NaN when a joint is not finite: then every
/// comparison with the distance fails and the bone draws nothing.
template <class T>
struct Foot {
  T t, rx, ry;
};

template <class T>
__device__ Foot<T> foot(const T* a, const T* b, T ux, T uy) {
  const T nan = (a[0] - a[0]) + (a[1] - a[1]) + (b[0] - b[0]) + (b[1] - b[1]);  // 0, or NaN
  const T qx = ux - a[0], qy = uy - a[1], ex = b[0] - a[0], ey = b[1] - a[1];
  const T length2 = ex * ex + ey * ey;
  T t = length2 < T(1.2e-38) ? T(0.5) : (qx * ex + qy * ey) / length2;
  t = t < T(0) ? T(0) : (t > T(1) ? T(1) : t);
  return {t, qx - t * ex + nan, qy - t * ey + nan};
}

__device__ float exp_of(float x) { return expf(x); }
__device__ double exp_of(double x) { return exp(x); }

/// One thread a pixel; blockIdx.y is the channel, blockIdx.z the sample.
template <class T>
__global__ void forward_kernel(DeviceBones bones, Frame<T> frame, const T* joints_xy, T* image, std::int16_t* winner) {
  const int pixel = blockIdx.x * kThreads + threadIdx.x;
  const int pixels = frame.width * frame.height;
  if (pixel >= pixels) return;
  const T ux = T(pixel % frame.width) + T(0.5), uy = T(pixel / frame.width) + T(0.5);
  const long long plane = blockIdx.y + static_cast<long long>(blockIdx.z) * gridDim.y;
  const int channel = static_cast<int>(plane % frame.channels);
  const T* joints = joints_xy + (plane / frame.channels) * frame.joints * 2;
  T best = 0;
  int best_bone = -1;
  for (int e = bones.channel_begin[channel]; e < bones.channel_begin[channel + 1]; ++e) {
    const Foot<T> f = foot(joints + 2 * bones.from[e], joints + 2 * bones.to[e], ux, uy);
    const T distance2 = f.rx * f.rx + f.ry * f.ry;
    if (distance2 <= frame.reach2 && (best_bone < 0 || distance2 < best)) {
      best = distance2;
      best_bone = e;
    }
  }
  const long long at = plane * pixels + pixel;
  const T distance = frame.exponential ? sqrt(best) / frame.sigma : best / (2 * frame.sigma * frame.sigma);
  image[at] = best_bone < 0 ? T(0) : exp_of(-distance);
  if (winner) winner[at] = static_cast<std::int16_t>(best_bone);
}

/// One block a bone (blockIdx.x) of a sample (blockIdx.y): sums the pixels it won, in a fixed order.
template <class T>
__global__ void bone_gradient_kernel(DeviceBones bones, Frame<T> frame, const T* joints_xy, const T* image,
                                     const std::int16_t* winner, const T* image_gradient, T* bone_gradient) {
  const int bone = blockIdx.x;
  const long long sample = blockIdx.y;
  const T* joints = joints_xy + sample * frame.joints * 2;
  int channel = 0;
  while (bones.channel_begin[channel + 1] <= bone) ++channel;
  const int pixels = frame.width * frame.height;
  const long long plane = (sample * frame.channels + channel) * pixels;
  T sums[4] = {0, 0, 0, 0};  // dL/da, dL/db
  for (int pixel = threadIdx.x; pixel < pixels; pixel += kThreads) {
    if (winner[plane + pixel] != bone) continue;
    const T ux = T(pixel % frame.width) + T(0.5), uy = T(pixel / frame.width) + T(0.5);
    const Foot<T> f = foot(joints + 2 * bones.from[bone], joints + 2 * bones.to[bone], ux, uy);
    const T value = image[plane + pixel];
    const T steepness = frame.exponential ? 1 / max(-log(value), T(1e-6)) : T(1);  // as skeleton/draw_plane.cpp
    const T w = image_gradient[plane + pixel] * value * steepness / (frame.sigma * frame.sigma);
    sums[0] += w * (1 - f.t) * f.rx;
    sums[1] += w * (1 - f.t) * f.ry;
    sums[2] += w * f.t * f.rx;
    sums[3] += w * f.t * f.ry;
  }
  __shared__ T shared[4][kThreads];
  for (int k = 0; k < 4; ++k) shared[k][threadIdx.x] = sums[k];
  for (int half = kThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x >= half) continue;
    for (int k = 0; k < 4; ++k) shared[k][threadIdx.x] += shared[k][threadIdx.x + half];
  }
  __syncthreads();
  if (threadIdx.x < 4) bone_gradient[(sample * frame.bones + bone) * 4 + threadIdx.x] = shared[threadIdx.x][0];
}

/// One thread a joint coordinate; bones are added in the order of the plan.
template <class T>
__global__ void joint_gradient_kernel(DeviceBones bones, Frame<T> frame, long long coordinates, const T* bone_gradient,
                                      T* joints_gradient) {
  const long long i = blockIdx.x * static_cast<long long>(kThreads) + threadIdx.x;
  if (i >= coordinates) return;
  const int axis = static_cast<int>(i % 2), joint = static_cast<int>(i / 2 % frame.joints);
  const T* gradients = bone_gradient + i / 2 / frame.joints * frame.bones * 4;
  T sum = 0;
  for (int e = 0; e < frame.bones; ++e) {
    if (bones.from[e] == joint) sum += gradients[e * 4 + axis];
    if (bones.to[e] == joint) sum += gradients[e * 4 + 2 + axis];
  }
  joints_gradient[i] = sum;
}

DeviceBones device_bones(const DrawPlan& plan) {
  const bool fits =
      plan.bone_from.size() <= kMaxDeviceBones && plan.channels <= kMaxDeviceBones && plan.joints <= 32767;
  require(fits, ErrorKind::usage, "the skeleton has too many bones or channels for the device",
          std::to_string(plan.bone_from.size()) + " bones", "draw at most 256 bones in 256 channels, or on the CPU");
  DeviceBones result{};
  for (std::size_t e = 0; e < plan.bone_from.size(); ++e) {
    result.from[e] = static_cast<std::int16_t>(plan.bone_from[e]);
    result.to[e] = static_cast<std::int16_t>(plan.bone_to[e]);
  }
  for (int c = 0; c <= plan.channels; ++c) result.channel_begin[c] = static_cast<std::int16_t>(plan.channel_begin[c]);
  return result;
}

template <class T>
Frame<T> make_frame(const DrawPlan& plan, const DrawSettings& settings) {
  const T sigma = static_cast<T>(settings.sigma_px), reach = static_cast<T>(settings.cull_sigmas) * sigma;
  return {settings.width, settings.height, plan.channels, plan.joints, static_cast<int>(plan.bone_from.size()),
          sigma,          reach * reach,   settings.profile == Profile::exponential};
}

void check_launch() {
  const cudaError_t error = cudaGetLastError();
  require(error == cudaSuccess, ErrorKind::model, cudaGetErrorString(error), "drawing on CUDA",
          "run with --device cpu to draw on the processor");
}

}  // namespace

template <class T>
void draw_forward_cuda(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy, T* image,
                       std::int16_t* winner, void* stream) {
  if (batch == 0) return;
  const int pixels = settings.width * settings.height;
  // Channels along y and samples along z: each stays below the 65535 blocks a grid may have there.
  const dim3 grid((pixels + kThreads - 1) / kThreads, plan.channels, batch);
  forward_kernel<<<grid, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(
      device_bones(plan), make_frame<T>(plan, settings), joints_xy, image, winner);
  check_launch();
}

template <class T>
void draw_backward_cuda(const DrawPlan& plan, const DrawSettings& settings, int batch, const T* joints_xy,
                        const T* image, const std::int16_t* winner, const T* image_gradient, T* bone_scratch,
                        T* joints_gradient, void* stream) {
  if (batch == 0) return;
  const DeviceBones bones = device_bones(plan);
  const Frame<T> frame = make_frame<T>(plan, settings);
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (frame.bones > 0) {
    bone_gradient_kernel<<<dim3(frame.bones, batch), kThreads, 0, cuda_stream>>>(bones, frame, joints_xy, image, winner,
                                                                                 image_gradient, bone_scratch);
  }
  const long long coordinates = 2LL * batch * plan.joints;
  joint_gradient_kernel<<<static_cast<unsigned>((coordinates + kThreads - 1) / kThreads), kThreads, 0, cuda_stream>>>(
      bones, frame, coordinates, bone_scratch, joints_gradient);
  check_launch();
}

template void draw_forward_cuda<float>(const DrawPlan&, const DrawSettings&, int, const float*, float*, std::int16_t*,
                                       void*);
template void draw_forward_cuda<double>(const DrawPlan&, const DrawSettings&, int, const double*, double*,
                                        std::int16_t*, void*);
template void draw_backward_cuda<float>(const DrawPlan&, const DrawSettings&, int, const float*, const float*,
                                        const std::int16_t*, const float*, float*, float*, void*);
template void draw_backward_cuda<double>(const DrawPlan&, const DrawSettings&, int, const double*, const double*,
                                         const std::int16_t*, const double*, double*, double*, void*);

}  // namespace limn
