#include "limn/cycle/network.h"

#include <torch/torch.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <set>

#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/cycle/bfloat16_layers.h"
#include "limn/cycle/shared_norm.h"

namespace limn {
namespace {

constexpr double norm_epsilon = 1e-5;
constexpr double norm_momentum = 0.1;
constexpr double leaky_slope = 0.2;

bool is_statistic(const std::string& name) { return name.ends_with(".norm.mean") || name.ends_with(".norm.variance"); }

torch::Tensor initial_value(const std::string& name, const std::vector<int64_t>& shape, Random& random) {
  if (name.ends_with(".norm.weight") || name.ends_with(".norm.variance")) return torch::ones(shape);
  if (shape.size() == 1) return torch::zeros(shape);
  torch::Tensor weight = torch::empty(shape);
  const double deviation = std::sqrt(2.0 / static_cast<double>(weight.numel() / shape[0]));
  float* values = weight.data_ptr<float>();
  for (int64_t i = 0; i < weight.numel(); ++i) values[i] = static_cast<float>(random.normal(0, deviation));
  return weight;
}

int64_t element_count(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// Floats a tensor takes in the flat vector: whole cache lines.
int64_t padded(int64_t count) { return (count + 15) / 16 * 16; }

/// Convolution weights lie channels-last, as the convolutions want them.
torch::Tensor view_at(const torch::Tensor& flat, int64_t offset, const std::vector<int64_t>& shape) {
  if (shape.size() != 4) return flat.narrow(0, offset, element_count(shape)).view(shape).detach();
  const std::vector<int64_t> strides = {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]};
  return flat.as_strided(shape, strides, offset).detach();
}

/// In place: no layer's gradient needs what it gave.
torch::Tensor activated(torch::Tensor x, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return torch::relu_(x);
    case Activation::leaky_relu:
      return torch::leaky_relu_(x, leaky_slope);
    case Activation::sigmoid:
      return torch::sigmoid_(x);
  }
  return x;
}

/// x2 bilinear.
torch::Tensor upsampled(const torch::Tensor& x) {
  if (runs_in_bfloat16(x)) return upsample_bfloat16(x);
  return torch::upsample_bilinear2d(x, {x.size(2) * 2, x.size(3) * 2}, false);
}

}  // namespace

Network::Network(NetworkSpec spec, uint64_t seed, torch::Device device) : spec_(std::move(spec)) {
  int64_t size = 0;
  for (const auto& [name, shape] : spec_.parameters()) size += padded(element_count(shape));
  all_ = torch::zeros({size}, torch::TensorOptions().device(device));
  make_views();
  Random random(seed, "init." + spec_.name);
  for (const auto& [name, shape] : spec_.parameters()) tensors_.at(name).copy_(initial_value(name, shape, random));
  for (auto& [name, tensor] : tensors_) tensor.set_requires_grad(!is_statistic(name));
}

void Network::make_views() {
  const std::vector<std::string> hidden = spec_.hidden_weights();
  const std::set<std::string> is_hidden(hidden.begin(), hidden.end());
  int64_t offset = 0;
  const auto place = [&](const auto& belongs) {
    for (const auto& [name, shape] : spec_.parameters()) {
      if (!belongs(name)) continue;
      tensors_[name] = view_at(all_, offset, shape);
      offset += padded(element_count(shape));
    }
    return offset;
  };
  const int64_t hidden_end = place([&](const std::string& name) { return is_hidden.count(name) > 0; });
  const int64_t end = place([&](const std::string& name) { return !is_hidden.count(name) && !is_statistic(name); });
  place(is_statistic);
  parameters_ = all_.narrow(0, 0, end).detach();
  others_ = all_.narrow(0, hidden_end, end - hidden_end).detach();
}

void Network::reset_gradient(bool used) {
  torch::Tensor& whole = parameters_.mutable_grad();
  if (used && whole.defined()) {
    whole.zero_();
    return;
  }
  whole = used ? torch::zeros_like(parameters_) : torch::Tensor();
  others_.mutable_grad() = used ? whole.narrow(0, hidden().numel(), others_.numel()) : torch::Tensor();
  for (auto& [name, tensor] : tensors_)
    if (!is_statistic(name))
      tensor.mutable_grad() = used ? view_at(whole, tensor.storage_offset(), tensor.sizes().vec()) : torch::Tensor();
}

torch::Tensor Network::normalised(const torch::Tensor& x, const LayerSpec& layer, bool training) const {
  const auto part = [&](const char* suffix) { return tensors_.at(layer.name + ".norm" + suffix); };
  const NormTensors norm{part(".weight"), part(".bias"), part(".mean"), part(".variance")};
  if (training && ranks_ != nullptr)
    return activated(shared_batch_norm(x, norm, norm_momentum, norm_epsilon, *ranks_), layer.activation);
  const bool relu = layer.activation == Activation::relu;
  if (training && (relu || layer.activation == Activation::none) && runs_in_bfloat16(x))
    return batch_norm_bfloat16(x, norm, norm_momentum, norm_epsilon, relu);
  return activated(torch::batch_norm(x, norm.weight, norm.bias, norm.running_mean, norm.running_variance, training,
                                     norm_momentum, norm_epsilon, true),
                   layer.activation);
}

std::map<std::string, torch::Tensor> Network::run(const std::vector<torch::Tensor>& inputs, bool training) const {
  std::map<std::string, torch::Tensor> products;
  for (size_t i = 0; i < spec_.inputs.size(); ++i) products[spec_.inputs[i].name] = inputs.at(i);
  const std::set<std::string> outputs(spec_.outputs.begin(), spec_.outputs.end());
  const auto tensor = [&](const std::string& name) {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? torch::Tensor() : found->second;
  };
  for (const LayerSpec& layer : spec_.layers) {
    const bool is_output = outputs.count(layer.name) > 0;
    // Linear layers and 1x1 convolutions are small, and an output's last digits count.
    const bool exact = layer.op == Op::linear || (is_output && layer.kernel == 1);
    const auto converted = [&](const torch::Tensor& t) {
      if (!mixes() || !t.defined()) return t;
      return t.to(exact ? torch::kFloat32 : arithmetic_);
    };
    const auto weight = [&](const std::string& suffix) { return converted(tensor(layer.name + suffix)); };
    std::vector<torch::Tensor> in;
    for (const std::string& name : layer.inputs) in.push_back(converted(products.at(name)));
    torch::Tensor x;
    bool active = false;  // whether the activation was part of what gave x
    switch (layer.op) {
      case Op::conv:
        x = torch::conv2d(in[0], weight(".weight"), weight(".bias"), layer.stride, layer.kernel / 2);
        break;
      case Op::linear:
        x = torch::linear(in[0].flatten(1), weight(".weight"), weight(".bias"));
        break;
      case Op::upsample:
        x = upsampled(in[0]);
        break;
      case Op::avg_pool:
        x = torch::avg_pool2d(in[0], 2);
        break;
      case Op::concat:
        x = torch::cat(in, 1);
        break;
      case Op::add:
        active = in.size() == 2 && layer.activation == Activation::relu && runs_in_bfloat16(in[0]) &&
                 runs_in_bfloat16(in[1]);
        x = active ? sum_relu_bfloat16(in[0], in[1]) : in[0] + in[1];
        for (size_t i = 2; i < in.size(); ++i) x = x + in[i];
        break;
    }
    if (is_output && mixes()) x = x.to(torch::kFloat32);
    products[layer.name] = layer.norm ? normalised(x, layer, training) : active ? x : activated(x, layer.activation);
  }
  return products;
}

std::vector<torch::Tensor> Network::forward(const std::vector<torch::Tensor>& inputs, bool training) const {
  return taps(inputs, spec_.outputs, training);
}

std::vector<torch::Tensor> Network::taps(const std::vector<torch::Tensor>& inputs,
                                         const std::vector<std::string>& names, bool training) const {
  const auto products = run(inputs, training);
  std::vector<torch::Tensor> outputs;
  for (const std::string& name : names)
    outputs.push_back(mixes() ? products.at(name).to(torch::kFloat32) : products.at(name));
  return outputs;
}

Network Network::frozen_copy() const {
  Network copy;
  copy.spec_ = spec_;
  copy.arithmetic_ = arithmetic_;
  copy.all_ = all_.clone();
  copy.make_views();
  return copy;
}

void Network::move_towards(const Network& other, double decay) {
  torch::NoGradGuard no_grad;
  all_.lerp_(other.all_, 1.0 - decay);
}

void Network::write_to(TensorFile& file, const std::string& prefix) const {
  for (const auto& [name, tensor] : tensors_) file.tensors[prefix + name] = blob_from_tensor(tensor);
}

void Network::read_from(const TensorFile& file, const std::string& prefix, const std::string& origin) {
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : tensors_) {
    const auto found = file.tensors.find(prefix + name);
    require(found != file.tensors.end(), ErrorKind::model, "weights are missing", origin + ": " + prefix + name,
            "use a file written for these networks");
    require(found->second.shape == tensor.sizes().vec(), ErrorKind::model, "weights have another shape",
            origin + ": " + prefix + name, "use the configuration the file was trained with");
    tensor.copy_(tensor_from_blob(found->second));
  }
}

TensorBlob blob_from_tensor(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().cpu().contiguous();
  TensorBlob blob;
  switch (flat.scalar_type()) {
    case torch::kFloat32:
      blob.dtype = "F32";
      break;
    case torch::kFloat64:
      blob.dtype = "F64";
      break;
    case torch::kInt64:
      blob.dtype = "I64";
      break;
    case torch::kUInt8:
      blob.dtype = "U8";
      break;
    default:
      throw Error(ErrorKind::model, "tensor type has no place in a weight file", "", "use float32");
  }
  blob.shape = flat.sizes().vec();
  blob.bytes.assign(static_cast<const char*>(flat.data_ptr()), flat.nbytes());
  return blob;
}

torch::Tensor tensor_from_blob(const TensorBlob& blob) {
  const std::map<std::string, torch::ScalarType> types = {
      {"F32", torch::kFloat32}, {"F64", torch::kFloat64}, {"I64", torch::kInt64}, {"U8", torch::kUInt8}};
  const auto type = types.find(blob.dtype);
  require(type != types.end(), ErrorKind::model, "unexpected tensor type in a weight file", blob.dtype,
          "use float32 weights");
  torch::Tensor tensor = torch::empty(blob.shape, type->second);
  std::memcpy(tensor.data_ptr(), blob.bytes.data(), blob.bytes.size());
  return tensor;
}

}  // namespace limn
