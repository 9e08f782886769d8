// Networks described once, as data: a list of layers that the torch builder (cycle/module.h), the runtime engine
// (infer/engine.h) and later the ONNX writer walk. Travels as JSON inside every weight file.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace limn {

enum class Op {
  conv,      ///< kernel x kernel convolution, zero padding kernel/2, stride 1 or 2; then norm; then activation
  linear,    ///< fully connected over the flattened input -> [B channels 1 1]; then norm; then activation
  upsample,  ///< x2 bilinear, half-pixel centres (align_corners = false)
  avg_pool,  ///< 2x2 mean, stride 2
  concat,    ///< along channels
  add,       ///< element-wise sum of equal shapes; then activation
};

enum class Activation { none, relu, leaky_relu, sigmoid };  ///< leaky_relu slope 0.2

/// One layer: out = activation(norm(op(inputs))). Its product is named after the layer.
struct LayerSpec {
  std::string name;
  Op op = Op::conv;
  std::vector<std::string> inputs;  ///< names of earlier layers or of network inputs
  int channels = 0;                 ///< outputs of conv and linear
  int kernel = 3;                   ///< conv: 1, 3, 5 ...
  int stride = 1;                   ///< conv: 1 or 2
  bool norm = false;                ///< batch normalisation (conv and linear); the op then has no bias
  Activation activation = Activation::none;
};

/// Channels, height, width; vectors are [C 1 1].
struct FeatureShape {
  int channels = 0, height = 1, width = 1;
  bool operator==(const FeatureShape&) const = default;
};

struct NetworkInput {
  std::string name;
  FeatureShape shape;
};

/// Parameters of layer L are named "L.weight" [out in k k] or [out in], "L.bias" [out], and with norm
/// "L.norm.weight", "L.norm.bias", "L.norm.mean", "L.norm.variance", each [out]; epsilon is 1e-5.
struct NetworkSpec {
  std::string name;
  std::vector<NetworkInput> inputs;
  std::vector<LayerSpec> layers;
  std::vector<std::string> outputs;

  /// Shape of every input and layer. Error(model) where the description does not fit together.
  std::map<std::string, FeatureShape> shapes() const;
  /// Name and shape of every parameter, in layer order.
  std::vector<std::pair<std::string, std::vector<int64_t>>> parameters() const;
  /// Names of the weights of layers that read no input and are no output.
  std::vector<std::string> hidden_weights() const;
  /// Multiply-adds of one sample.
  int64_t multiply_adds() const;

  std::string to_json() const;
  static NetworkSpec from_json(const std::string& json, const std::string& origin);
};

}  // namespace limn
