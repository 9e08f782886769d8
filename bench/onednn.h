// A convolution by oneDNN, for comparison only.
#pragma once

#include <memory>
#include <string>

#include "limn/network/spec.h"

namespace limn::bench {

/// One convolution with its bias, residual and activation in one call, as the runtime's.
struct ConvShape {
  FeatureShape in, out;
  int kernel = 1, stride = 1;
  Activation activation = Activation::none;
  bool residual = false;
  bool bytes_in = false, bytes_out = false;  ///< in the runtime's eight-bit form
};

enum class OneDnnType {
  float32,
  int8,     ///< unsigned activations, signed weights, sums in 32 bits, a scale for each output channel
  bfloat16  ///< sums in float32
};

class OneDnnConv {
 public:
  /// In the memory layout that oneDNN likes best; values are arbitrary. Null where it has no such convolution.
  static std::unique_ptr<OneDnnConv> make(const ConvShape& shape, OneDnnType type);
  ~OneDnnConv();
  void run() const;
  const std::string& implementation() const;  ///< oneDNN's name for it: "brgconv:avx512_core_amx"

 private:
  struct State;
  explicit OneDnnConv(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace limn::bench
