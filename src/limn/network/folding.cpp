#include "limn/network/folding.h"

#include <cmath>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr float norm_epsilon = 1e-5f;

}  // namespace

FoldedWeights folded_weights(const NetworkSpec& spec, const LayerSpec& layer,
                             const std::map<std::string, TensorBlob>& weights, const std::string& prefix) {
  std::map<std::string, std::vector<float>> values;  // by the name after "<layer>."
  for (const auto& [name, shape] : spec.parameters()) {
    if (!name.starts_with(layer.name + ".")) continue;
    const auto found = weights.find(prefix + name);
    require(found != weights.end(), ErrorKind::model, "weights are missing", prefix + name,
            "use a file written for this network");
    const TensorBlob& blob = found->second;
    require(blob.dtype == "F32" && blob.shape == shape &&
                blob.bytes.size() == static_cast<size_t>(blob.count()) * sizeof(float),
            ErrorKind::model, "weights have another shape or type", prefix + name,
            "use a file written for this network");
    values[name.substr(layer.name.size() + 1)].assign(blob.f32(), blob.f32() + blob.count());
  }
  FoldedWeights folded{std::move(values["weight"]), std::move(values[layer.norm ? "norm.bias" : "bias"])};
  if (!layer.norm) return folded;
  // norm(Wx) = g (Wx - m) / sqrt(v + eps) + b = (s W) x + (b - s m) with s = g / sqrt(v + eps).
  const size_t depth = folded.weight.size() / folded.bias.size();
  for (size_t out = 0; out < folded.bias.size(); ++out) {
    const float scale = values["norm.weight"][out] / std::sqrt(values["norm.variance"][out] + norm_epsilon);
    folded.bias[out] -= scale * values["norm.mean"][out];
    for (size_t k = 0; k < depth; ++k) folded.weight[out * depth + k] *= scale;
  }
  return folded;
}

}  // namespace limn
