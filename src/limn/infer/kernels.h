// The arithmetic of the runtime engine, once a processor generation. Feature maps lie in memory as blocks of 16
// channels, [ceil(C / 16)] [border + H + border] [border + W + border] [16], so that a vector holds the channels of a
// pixel and a window's pixels are at fixed distances. Private to infer/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "limn/network/spec.h"

namespace limn {

inline constexpr int channel_block = 16;
inline constexpr int narrow_block = 4;  ///< of network inputs of at most four channels

/// A feature map in memory. Its border holds zeros; channels that fill up the last block hold anything finite.
struct FeatureMap {
  void* data = nullptr;  ///< pixel (0, 0) of the first block; null: there is none
  int channels = 0, height = 0, width = 0;
  int border = 0;
  int pitch = channel_block;  ///< channels of a block: 16, or 4
  float scale = 0;            ///< 0: values are float; otherwise bytes, value = scale * byte

  int blocks() const { return (channels + pitch - 1) / pitch; }
  std::ptrdiff_t row() const { return static_cast<std::ptrdiff_t>(width + 2 * border) * pitch; }     ///< elements
  std::ptrdiff_t block() const { return static_cast<std::ptrdiff_t>(height + 2 * border) * row(); }  ///< elements
  size_t bytes() const { return static_cast<size_t>(blocks()) * block() * (scale > 0 ? 1 : sizeof(float)); }
};

/// out = activation(scales * (weights * in) + bias + residual), zero padding kernel / 2.
struct ConvCall {
  FeatureMap in, out, residual;  ///< residual: the shape of `out`, or none; in.border >= kernel / 2
  /// float: [out block] [in block] [k k] [channels of the block] [16]; in of bytes: signed bytes,
  /// [out block] [in block] [k k] [ceil(channels of the block / 4)] [16] [4]. Padded with zeros.
  const void* weights = nullptr;
  const float* bias = nullptr;    ///< [16 x out blocks]
  const float* scales = nullptr;  ///< [16 x out blocks]; used where `in` holds bytes
  int kernel = 1, stride = 1;
  Activation activation = Activation::none;
};

/// out = activation(weights * in + bias + residual), vectors of floats, each padded to a multiple of 16.
struct LinearCall {
  const float* in = nullptr;
  int inputs = 0;                 ///< padded
  const void* weights = nullptr;  ///< [out block] [inputs] [16], float or half
  bool half = false;
  const float* bias = nullptr;
  const float* residual = nullptr;  ///< or null
  float* out = nullptr;
  int outputs = 0;  ///< padded
  Activation activation = Activation::none;
};

/// out = activation(sum of `in`), or of `in`[0] upsampled x2 (bilinear, half-pixel centres) and the residual.
struct MergeCall {
  std::vector<FeatureMap> in;
  FeatureMap out, residual;
  Activation activation = Activation::none;
};

/// Work is cut into `parts` of about the same size; a call does one of them. Parts write different places.
struct KernelSet {
  std::string name;
  bool bytes = false;         ///< conv takes maps of bytes at full speed
  bool half_weights = false;  ///< linear takes half-precision weights
  void (*conv)(const ConvCall& call, int part, int parts) = nullptr;
  void (*linear)(const LinearCall& call, int part, int parts) = nullptr;
  void (*upsample)(const MergeCall& call, int part, int parts) = nullptr;
  void (*add)(const MergeCall& call, int part, int parts) = nullptr;
  /// 2x2 mean, stride 2; an odd last row or column is left out.
  void (*average_pool)(const FeatureMap& in, const FeatureMap& out) = nullptr;
};

/// Those that this processor can run, the fastest first; the last runs anywhere.
const std::vector<KernelSet>& kernel_sets();

/// Defined in one file a processor generation; run only where the processor has it (and, of AMX, where the system lets the process).
KernelSet baseline_kernels();
KernelSet avx2_kernels();
KernelSet avx2_vnni_kernels();
KernelSet avx512_kernels();
KernelSet avx512_vnni_kernels();
KernelSet amx_kernels();

/// [C H W] -> a map, filling up the last block with zeros; and back.
void import_planes(const float* planes, const FeatureMap& map);
void export_planes(const FeatureMap& map, float* planes);
/// Copies the channels of `from` to those of `to` from `first` on; maps of floats of the same height and width.
void copy_channels(const FeatureMap& from, const FeatureMap& to, int first);
void clear_border(const FeatureMap& map);

}  // namespace limn
