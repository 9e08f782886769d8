// The ranks of a training as processes on one machine or several: LibTorch's c10d, with Gloo between processors and
// NCCL between GPUs.
#pragma once

#include <torch/types.h>

#include <chrono>
#include <memory>
#include <string>

#include "limn/cycle/ranks.h"
#include "limn/train/launch.h"

namespace limn {

class ProcessGroup : public Ranks {
 public:
  /// Waits for all ranks of the launch. `device` is where most tensors to be summed live. Whatever waits for another
  /// rank longer than `timeout` gives up. Error(model) where somebody does not come, or this LibTorch has no c10d, no
  /// Gloo or no NCCL.
  ProcessGroup(const Launch& launch, torch::Device device, std::chrono::seconds timeout);
  ~ProcessGroup() override;
  /// Whether this build's LibTorch can.
  static bool possible(torch::Device device);

  int rank() const override { return launch_.rank; }
  int size() const override { return launch_.size; }
  int local_rank() const { return launch_.local_rank; }
  void sum(torch::Tensor tensor) override;
  /// `tensor` becomes that of rank 0.
  void broadcast(torch::Tensor tensor);
  /// The text of rank 0; what the others pass is ignored.
  std::string of_first(const std::string& text);
  /// Returns when every rank has called it.
  void meet();
  /// A call has failed: another rank is gone, and every further call will fail.
  bool broken() const { return broken_; }

 private:
  struct Connection;
  /// Runs `call`; what c10d throws becomes Error(model).
  template <class Call>
  auto guarded(Call call);
  Launch launch_;
  std::unique_ptr<Connection> connection_;
  bool broken_ = false;
  int64_t texts_ = 0;  ///< given by of_first
};

}  // namespace limn
