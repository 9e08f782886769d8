// Batch normalisation with the statistics of the batches of all ranks, joined.
#pragma once

#include "limn/cycle/norm_tensors.h"
#include "limn/cycle/ranks.h"

namespace limn {

/// x [B C ...], B the same on every rank -> what torch::batch_norm in training gives for the joined batch: its part of
/// the result, of the gradient of x, and the same running statistics. The gradients of weight and bias are this rank's
/// part of the sum over the ranks. Every rank calls it, and every rank's backward pass goes through it.
torch::Tensor shared_batch_norm(const torch::Tensor& x, const NormTensors& norm, double momentum, double epsilon,
                                Ranks& ranks);

}  // namespace limn
