// A network made ready to run: batch normalisation folded, sums and activations joined to the convolutions before them,
// weights packed for one processor generation, every product given a place in memory. Never changes afterwards: any
// number of Engines on any threads share it. Private to infer/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "limn/infer/kernels.h"
#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

/// Memory aligned to cache lines (and to the widest vectors).
struct alignas(64) CacheLine {
  unsigned char bytes[64] = {};
};
using AlignedBytes = std::vector<CacheLine>;

/// Largest value of a layer's product, by the layer's name: what a byte of 255 shall mean.
using ActivationRanges = std::map<std::string, float>;

struct PackedProduct {
  FeatureShape shape;
  int border = 0, pitch = channel_block;
  float scale = 0;          ///< as FeatureMap
  size_t offset = 0;        ///< of its memory, border included, in the arena; two products that live apart may share it
  int first = 0, last = 0;  ///< steps at which it lives; -1: before the first

  /// The map when the arena is at `arena`.
  FeatureMap map(unsigned char* arena) const;
};

struct PackedStep {
  enum class Kind { conv, linear, upsample, add, average_pool, concat };
  Kind kind = Kind::conv;
  std::vector<int> inputs;  ///< products
  int residual = -1;        ///< product that is added, or -1
  int output = 0;           ///< product
  int kernel = 1, stride = 1;
  Activation activation = Activation::none;
  AlignedBytes weights;  ///< as ConvCall or LinearCall
  AlignedBytes bias;     ///< floats, padded
  AlignedBytes scales;   ///< floats, padded; of a convolution of bytes
  bool half = false;     ///< linear: weights in half precision, which holds them exactly
};

class PackedNetwork {
 public:
  /// Parameters are weights[prefix + name]. Error(model) when one is missing, of another shape, or not F32. Products of
  /// layers in `ranges` are kept as bytes where convolutions read them and they are never negative; those convolutions
  /// then have weights of eight bits, too.
  PackedNetwork(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights, const std::string& prefix,
                const KernelSet& kernels, const ActivationRanges& ranges = {});

  const NetworkSpec& spec() const { return spec_; }
  const KernelSet& kernels() const { return kernels_; }
  const std::vector<PackedProduct>& products() const { return products_; }  ///< the network's inputs first
  const std::vector<PackedStep>& steps() const { return steps_; }
  const std::vector<int>& outputs() const { return outputs_; }  ///< products
  size_t arena_bytes() const { return arena_bytes_; }

 private:
  struct Builder;

  NetworkSpec spec_;
  KernelSet kernels_;
  std::vector<PackedProduct> products_;
  std::vector<PackedStep> steps_;
  std::vector<int> outputs_;
  size_t arena_bytes_ = 0;
};

}  // namespace limn
