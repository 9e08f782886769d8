// The one-line shape check that stands below each contract.
#pragma once

#include <torch/types.h>

#include <initializer_list>

#include "limn/base/error.h"

namespace limn {

/// Throws Error(model) unless `tensor` has the sizes of `expected`; -1 stands for any size.
inline void check_shape(const torch::Tensor& tensor, std::initializer_list<int64_t> expected, const char* name) {
  bool same = tensor.defined() && tensor.dim() == static_cast<int64_t>(expected.size());
  int64_t axis = 0;
  for (int64_t size : expected) {
    same = same && (size < 0 || tensor.size(axis) == size);
    ++axis;
  }
  if (same) return;
  std::string text = "[";
  for (int64_t size : expected) text += (size < 0 ? "*" : std::to_string(size)) + " ";
  text.back() = ']';
  std::string found = "[";
  for (int64_t size : tensor.sizes()) found += std::to_string(size) + " ";
  throw Error(ErrorKind::model, std::string("tensor of the wrong shape: expected ") + text + ", found " + found + "]",
              name, "check the configuration of the networks against the skeleton and the image size");
}

}  // namespace limn
