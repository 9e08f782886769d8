// How weights lie in Limn's files, and what is asked of them. Private to network/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

/// Throws Error(model).
[[noreturn]] void refuse_model(const std::string& what, const std::string& where);

std::string shape_text(const std::vector<int64_t>& shape);

/// Error(model) unless every parameter of `spec` is there as "<prefix>.<name>", F32, with its shape and finite values.
void check_weights(const NetworkSpec& spec, const std::string& prefix, const std::map<std::string, TensorBlob>& weights,
                   const std::string& origin);

/// Matrices travel as half precision, 11 bits of mantissa, at half the size; vectors (biases, statistics) stay float32.
TensorBlob stored_weights(const TensorBlob& blob);
/// The same in memory: all float32.
TensorBlob used_weights(const TensorBlob& blob);

}  // namespace limn
