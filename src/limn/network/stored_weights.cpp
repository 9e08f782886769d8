#include "limn/network/stored_weights.h"

#include <Eigen/Core>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"

namespace limn {

void refuse_model(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::model, what, where, "use a Limn weight file written for this skeleton and version");
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (const int64_t extent : shape) text += (text.size() > 1 ? " " : "") + std::to_string(extent);
  return text + "]";
}

void check_weights(const NetworkSpec& spec, const std::string& prefix, const std::map<std::string, TensorBlob>& weights,
                   const std::string& origin) {
  for (const auto& [name, shape] : spec.parameters()) {
    const std::string where = origin + ", tensor " + prefix + "." + name;
    const auto found = weights.find(prefix + "." + name);
    if (found == weights.end()) refuse_model("model lacks weights", where);
    const TensorBlob& blob = found->second;
    if (blob.dtype != "F32") refuse_model("weights are " + blob.dtype + ", expected F32", where);
    if (blob.shape != shape)
      refuse_model("weights are " + shape_text(blob.shape) + ", expected " + shape_text(shape), where);
    if (blob.bytes.size() != static_cast<size_t>(blob.count()) * sizeof(float))
      refuse_model("weights do not have the size of their shape", where);
    const bool variance = name.ends_with(".norm.variance");
    for (int64_t i = 0; i < blob.count(); ++i)
      if (!std::isfinite(blob.f32()[i]) || (variance && blob.f32()[i] < 0))
        refuse_model("weights hold a value that is not a usable number", where);
  }
}

TensorBlob stored_weights(const TensorBlob& blob) {
  if (blob.shape.size() < 2) return blob;
  TensorBlob half;
  half.dtype = "F16";
  half.shape = blob.shape;
  half.bytes.resize(static_cast<size_t>(blob.count()) * sizeof(Eigen::half));
  for (int64_t i = 0; i < blob.count(); ++i) {
    const Eigen::half value(blob.f32()[i]);
    std::memcpy(half.bytes.data() + i * sizeof value, &value, sizeof value);
  }
  return half;
}

TensorBlob used_weights(const TensorBlob& blob) {
  if (blob.dtype != "F16") return blob;
  std::vector<float> values(static_cast<size_t>(blob.count()));
  for (size_t i = 0; i < values.size(); ++i) {
    Eigen::half value;
    std::memcpy(&value, blob.bytes.data() + i * sizeof value, sizeof value);
    values[i] = static_cast<float>(value);
  }
  return TensorBlob::from_f32(blob.shape, values.data());
}

}  // namespace limn
