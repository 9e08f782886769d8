// How descriptions of networks are written down. Private to network/.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "limn/network/spec.h"

namespace limn {

/// Appends layers to a description; every method returns the name of its product.
class SpecBuilder {
 public:
  explicit SpecBuilder(std::string name) { spec_.name = std::move(name); }

  std::string input(const std::string& name, FeatureShape shape) {
    spec_.inputs.push_back({name, shape});
    return name;
  }
  std::string conv(const std::string& name, const std::string& from, int channels, int stride = 1, bool norm = true,
                   Activation activation = Activation::relu, int kernel = 3) {
    return append({.name = name,
                   .op = Op::conv,
                   .inputs = {from},
                   .channels = channels,
                   .kernel = kernel,
                   .stride = stride,
                   .norm = norm,
                   .activation = activation});
  }
  std::string linear(const std::string& name, const std::string& from, int channels, bool norm = true,
                     Activation activation = Activation::relu) {
    return append({.name = name,
                   .op = Op::linear,
                   .inputs = {from},
                   .channels = channels,
                   .norm = norm,
                   .activation = activation});
  }
  std::string merge(Op op, const std::string& name, const std::vector<std::string>& from,
                    Activation activation = Activation::none) {
    return append({.name = name, .op = op, .inputs = from, .activation = activation});
  }
  /// Two 3x3 convolutions and a shortcut (He et al. 2016).
  std::string residual(const std::string& name, const std::string& from, int channels) {
    const std::string first = conv(name + "_a", from, channels);
    const std::string second = conv(name + "_b", first, channels, 1, true, Activation::none);
    return merge(Op::add, name, {from, second}, Activation::relu);
  }
  NetworkSpec finish(std::vector<std::string> outputs) {
    spec_.outputs = std::move(outputs);
    return spec_;
  }

 private:
  std::string append(LayerSpec layer) {
    spec_.layers.push_back(std::move(layer));
    return spec_.layers.back().name;
  }
  NetworkSpec spec_;
};

}  // namespace limn
