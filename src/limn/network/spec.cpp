#include "limn/network/spec.h"

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "limn/base/error.h"

namespace limn {
namespace {

using nlohmann::json;

constexpr int max_extent = 1 << 16;          // of channels, height, width: more is a damaged description
constexpr int64_t max_elements = 1LL << 28;  // of one product

constexpr std::pair<Op, const char*> op_names[] = {{Op::conv, "conv"},         {Op::linear, "linear"},
                                                   {Op::upsample, "upsample"}, {Op::avg_pool, "avg_pool"},
                                                   {Op::concat, "concat"},     {Op::add, "add"}};
constexpr std::pair<Activation, const char*> activation_names[] = {{Activation::none, "none"},
                                                                   {Activation::relu, "relu"},
                                                                   {Activation::leaky_relu, "leaky_relu"},
                                                                   {Activation::sigmoid, "sigmoid"}};

[[noreturn]] void refuse(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::model, what, where, "use a weight file written by this version of Limn");
}

template <class Value, size_t N>
std::string name_of(const std::pair<Value, const char*> (&names)[N], Value value) {
  for (const auto& [candidate, name] : names)
    if (candidate == value) return name;
  return "";
}

template <class Value, size_t N>
Value value_of(const std::pair<Value, const char*> (&names)[N], const std::string& name, const std::string& where) {
  for (const auto& [value, candidate] : names)
    if (name == candidate) return value;
  refuse("unknown word \"" + name + "\" in a network description", where);
}

bool has_weights(Op op) { return op == Op::conv || op == Op::linear; }

std::string text_of(const FeatureShape& shape) {
  return "[" + std::to_string(shape.channels) + " " + std::to_string(shape.height) + " " + std::to_string(shape.width) +
         "]";
}

void check_extent(const FeatureShape& shape, const std::string& where) {
  const auto fits = [](int extent) { return extent >= 1 && extent <= max_extent; };
  if (!fits(shape.channels) || !fits(shape.height) || !fits(shape.width) ||
      static_cast<int64_t>(shape.channels) * shape.height * shape.width > max_elements)
    refuse("network product of impossible shape " + text_of(shape), where);
}

FeatureShape merged_shape(const LayerSpec& layer, const std::vector<FeatureShape>& in, const std::string& where) {
  FeatureShape result = in[0];
  for (size_t i = 1; i < in.size(); ++i) {
    const bool same_size = in[i].height == in[0].height && in[i].width == in[0].width;
    if (!same_size || (layer.op == Op::add && in[i].channels != in[0].channels))
      refuse("inputs of shapes " + text_of(in[0]) + " and " + text_of(in[i]) + " cannot be merged", where);
    if (layer.op == Op::concat) {
      if (result.channels > max_extent) refuse("too many channels", where);
      result.channels += in[i].channels;
    }
  }
  return result;
}

FeatureShape layer_shape(const LayerSpec& layer, const std::vector<FeatureShape>& in, const std::string& where) {
  const bool merges = layer.op == Op::concat || layer.op == Op::add;
  if (in.empty() || (!merges && in.size() != 1)) refuse("layer has the wrong number of inputs", where);
  if (layer.norm && !has_weights(layer.op)) refuse("only conv and linear layers can be normalised", where);
  switch (layer.op) {
    case Op::conv:
      if (layer.kernel < 1 || layer.kernel > 31 || layer.kernel % 2 == 0) refuse("kernel must be odd, 1 to 31", where);
      if (layer.stride != 1 && layer.stride != 2) refuse("stride must be 1 or 2", where);
      return {layer.channels, (in[0].height - 1) / layer.stride + 1, (in[0].width - 1) / layer.stride + 1};
    case Op::linear:
      return {layer.channels, 1, 1};
    case Op::upsample:
      return {in[0].channels, 2 * in[0].height, 2 * in[0].width};
    case Op::avg_pool:
      return {in[0].channels, in[0].height / 2, in[0].width / 2};
    case Op::concat:
    case Op::add:
      return merged_shape(layer, in, where);
  }
  refuse("unknown operation", where);
}

json json_of(const LayerSpec& layer) {
  json item = {{"name", layer.name}, {"op", name_of(op_names, layer.op)}, {"inputs", layer.inputs}};
  if (has_weights(layer.op)) {
    item["channels"] = layer.channels;
    item["norm"] = layer.norm;
  }
  if (layer.op == Op::conv) {
    item["kernel"] = layer.kernel;
    item["stride"] = layer.stride;
  }
  item["activation"] = name_of(activation_names, layer.activation);
  return item;
}

LayerSpec layer_of(const json& item, const std::string& where) {
  LayerSpec layer;
  layer.name = item.at("name").get<std::string>();
  layer.op = value_of(op_names, item.at("op").get<std::string>(), where);
  layer.inputs = item.at("inputs").get<std::vector<std::string>>();
  layer.activation = value_of(activation_names, item.at("activation").get<std::string>(), where);
  if (has_weights(layer.op)) {
    layer.channels = item.at("channels").get<int>();
    layer.norm = item.at("norm").get<bool>();
  }
  if (layer.op == Op::conv) {
    layer.kernel = item.at("kernel").get<int>();
    layer.stride = item.at("stride").get<int>();
  }
  return layer;
}

}  // namespace

std::map<std::string, FeatureShape> NetworkSpec::shapes() const {
  std::map<std::string, FeatureShape> result;
  const auto define = [&](const std::string& product, const FeatureShape& shape, const std::string& where) {
    check_extent(shape, where);
    if (product.empty() || !result.emplace(product, shape).second)
      refuse("two products (or none) named \"" + product + "\"", where);
  };
  for (const NetworkInput& input : inputs) define(input.name, input.shape, name + ", input " + input.name);
  for (const LayerSpec& layer : layers) {
    const std::string where = name + ", layer " + layer.name;
    std::vector<FeatureShape> in;
    for (const std::string& source : layer.inputs) {
      const auto found = result.find(source);
      if (found == result.end()) refuse("layer reads \"" + source + "\", which no earlier layer makes", where);
      in.push_back(found->second);
    }
    define(layer.name, layer_shape(layer, in, where), where);
  }
  if (outputs.empty()) refuse("network without outputs", name);
  for (const std::string& output : outputs)
    if (!result.count(output)) refuse("output \"" + output + "\" is no product of the network", name);
  return result;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> NetworkSpec::parameters() const {
  const std::map<std::string, FeatureShape> shape = shapes();
  std::vector<std::pair<std::string, std::vector<int64_t>>> result;
  for (const LayerSpec& layer : layers) {
    if (!has_weights(layer.op)) continue;
    const FeatureShape& in = shape.at(layer.inputs[0]);
    const int64_t out = layer.channels;
    if (layer.op == Op::conv)
      result.push_back({layer.name + ".weight", {out, in.channels, layer.kernel, layer.kernel}});
    else
      result.push_back({layer.name + ".weight", {out, static_cast<int64_t>(in.channels) * in.height * in.width}});
    if (!layer.norm) {
      result.push_back({layer.name + ".bias", {out}});
      continue;
    }
    for (const char* part : {"weight", "bias", "mean", "variance"})
      result.push_back({layer.name + ".norm." + part, {out}});
  }
  return result;
}

std::vector<std::string> NetworkSpec::hidden_weights() const {
  std::set<std::string> ends(outputs.begin(), outputs.end()), sources;
  for (const NetworkInput& input : inputs) sources.insert(input.name);
  std::vector<std::string> names;
  for (const LayerSpec& layer : layers)
    if ((layer.op == Op::conv || layer.op == Op::linear) && !ends.count(layer.name) && !sources.count(layer.inputs[0]))
      names.push_back(layer.name + ".weight");
  return names;
}

int64_t NetworkSpec::multiply_adds() const {
  const std::map<std::string, FeatureShape> shape = shapes();
  int64_t total = 0;
  for (const LayerSpec& layer : layers) {
    if (!has_weights(layer.op)) continue;
    const FeatureShape &in = shape.at(layer.inputs[0]), &out = shape.at(layer.name);
    const int64_t outputs_of_layer = static_cast<int64_t>(out.channels) * out.height * out.width;
    total += outputs_of_layer * (layer.op == Op::conv ? int64_t{1} * in.channels * layer.kernel * layer.kernel
                                                      : int64_t{1} * in.channels * in.height * in.width);
  }
  return total;
}

std::string NetworkSpec::to_json() const {
  json result = {{"name", name}, {"inputs", json::array()}, {"layers", json::array()}, {"outputs", outputs}};
  for (const NetworkInput& input : inputs)
    result["inputs"].push_back(
        {{"name", input.name}, {"shape", {input.shape.channels, input.shape.height, input.shape.width}}});
  for (const LayerSpec& layer : layers) result["layers"].push_back(json_of(layer));
  return result.dump();
}

NetworkSpec NetworkSpec::from_json(const std::string& text, const std::string& origin) {
  NetworkSpec spec;
  try {
    const json root = json::parse(text);
    spec.name = root.at("name").get<std::string>();
    for (const json& item : root.at("inputs")) {
      const auto shape = item.at("shape").get<std::array<int, 3>>();
      spec.inputs.push_back({item.at("name").get<std::string>(), {shape[0], shape[1], shape[2]}});
    }
    for (const json& item : root.at("layers")) spec.layers.push_back(layer_of(item, origin));
    spec.outputs = root.at("outputs").get<std::vector<std::string>>();
  } catch (const json::exception& error) {
    refuse(std::string("network description is not valid: ") + error.what(), origin);
  }
  try {
    spec.shapes();
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(), origin + ", " + error.where(), error.remedy());
  }
  return spec;
}

}  // namespace limn
