// What lies between convolutions in bfloat16 on a CPU, channels last: batch norm with ReLU, sums with ReLU and
// upsampling, each in as few passes over memory as it needs. LibTorch goes through float32, or over the picture once
// more for the ReLU. All are differentiable.
#pragma once

#include "limn/cycle/norm_tensors.h"

namespace limn {

/// Whether x [B C H W] is for the functions below: bfloat16, on a CPU, channels last.
bool runs_in_bfloat16(const torch::Tensor& x);

/// Batch norm by the batch's statistics, then ReLU or nothing (Ioffe & Szegedy 2015); running statistics move by
/// `momentum`.
torch::Tensor batch_norm_bfloat16(const torch::Tensor& x, const NormTensors& norm, double momentum, double epsilon,
                                  bool relu);

/// max(0, a + b)
torch::Tensor sum_relu_bfloat16(const torch::Tensor& a, const torch::Tensor& b);

/// x2 bilinear, as torch::upsample_bilinear2d without aligned corners.
torch::Tensor upsample_bfloat16(const torch::Tensor& x);

}  // namespace limn
