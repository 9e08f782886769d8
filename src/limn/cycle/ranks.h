// The processes that train one network together, one rank each, as networks and losses see them. What is a mean over
// the batch of one process is then one over the batches of all, joined.
#pragma once

#include <torch/types.h>

namespace limn {

class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const = 0;  ///< 0 ... size() - 1
  virtual int size() const = 0;
  /// `tensor` (contiguous, float32 or float64) becomes its sum over all ranks, the same bits on each. Every rank calls
  /// it in the same order with tensors of the same shape. Error(model) when another rank is gone.
  virtual void sum(torch::Tensor tensor) = 0;
};

/// The mean over ranks, without gradient; the tensor itself where there is one process (null).
inline torch::Tensor mean_over_ranks(const torch::Tensor& tensor, Ranks* ranks) {
  if (ranks == nullptr) return tensor;
  torch::Tensor mean = tensor.detach().clone(at::MemoryFormat::Contiguous);
  ranks->sum(mean);
  return mean.div_(ranks->size());
}

}  // namespace limn
