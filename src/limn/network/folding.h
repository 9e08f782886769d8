// Weights as inference wants them: batch normalisation folded in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

struct FoldedWeights {
  std::vector<float> weight;  ///< conv [out in k k], linear [out in], row-major
  std::vector<float> bias;    ///< [out]
};

/// Of a conv or linear layer of `spec`; parameters are weights[prefix + name]. Error(model) when one is missing, of
/// another shape, or not F32.
FoldedWeights folded_weights(const NetworkSpec& spec, const LayerSpec& layer,
                             const std::map<std::string, TensorBlob>& weights, const std::string& prefix);

}  // namespace limn
